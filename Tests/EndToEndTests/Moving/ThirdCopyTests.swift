import Testing

/// What is read behind a move and a drop where one more copy is wrong.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct ThirdCopyTests {
    /// A chunk with rows on dn1, dn2 and dn3, or on the first of these, and the name that it has.
    private func chunk(_ cluster: Cluster, copies: Int) async throws -> String {
        try await cluster.runScript(
            "an1",
            """
            CREATE TABLE thrice (time timestamptz NOT NULL, value int);
            SELECT create_distributed_hypertable('thrice', 'time', replication_factor => \(copies));
            INSERT INTO thrice SELECT '2024-01-01 12:00', i FROM generate_series(1, 200) i;
            """)
        return try await cluster.value("SELECT chunk::text FROM show_chunks('thrice') chunk")
    }

    private func read(_ chunk: String) -> String {
        """
        SELECT s.srvname FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver
         WHERE f.ftrelid = '\(chunk)'::regclass
        """
    }

    @Test func theAccessNodeReadsWhatWasProved() async throws {
        try await Cluster.with { cluster in
            let chunk = try await chunk(cluster, copies: 2)
            let source = try await cluster.value(read(chunk))
            let nodes = ["dn1", "dn2", "dn3"]
            let holding = try await cluster.query(
                "an1",
                "SELECT unnest(data_nodes) FROM timescaledb_information.chunks WHERE hypertable_name = 'thrice'"
            ).compactMap { $0[0] }
            let wrong = try #require(holding.first { $0 != source })
            let free = try #require(nodes.first { !holding.contains($0) })
            try await cluster.runScript(wrong, "DELETE FROM \(chunk) WHERE value <= 20")

            let moved = try await cluster.run("chunk move \(chunk) --from \(source) --to \(free)", patience: 120)
            #expect(moved.status == 0, "\(moved)")
            #expect(try await cluster.value("SELECT count(*) FROM thrice") == "200")
            #expect(try await cluster.value(read(chunk)) == free)
        }
    }

    @Test func aCopyStaysWhereAnotherDiffersThatWouldBeRead() async throws {
        try await Cluster.with { cluster in
            let chunk = try await chunk(cluster, copies: 3)
            let source = try await cluster.value(read(chunk))
            let others = ["dn1", "dn2", "dn3"].filter { $0 != source }
            try await cluster.runScript(others[0], "DELETE FROM \(chunk) WHERE value <= 20")

            let dropped = try await cluster.run("chunk drop-copy \(chunk) --from \(source) --yes", patience: 120)
            #expect(dropped.status != 0 && dropped.errors.contains("hypertable repair"), "\(dropped)")
            #expect(try await cluster.value("SELECT count(*) FROM thrice") == "200")

            // Nobody reads the right one of the others, so that it proves nothing.
            #expect(try await cluster.run("node disable \(others[1])").status == 0)
            let again = try await cluster.run("chunk drop-copy \(chunk) --from \(source) --yes", patience: 120)
            #expect(again.status != 0, "\(again)")
            #expect(try await cluster.run("node enable \(others[1])").status == 0)

            #expect(try await cluster.run("hypertable repair thrice", patience: 120).status == 0)
            let last = try await cluster.run("chunk drop-copy \(chunk) --from \(source) --yes", patience: 120)
            #expect(last.status == 0, "\(last)")
            #expect(try await cluster.value("SELECT count(*) FROM thrice") == "200")
        }
    }
}
