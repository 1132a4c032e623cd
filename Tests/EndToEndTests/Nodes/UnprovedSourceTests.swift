import Testing

/// A node that has the source of a copy that nobody has compared is not taken out.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct UnprovedSourceTests {
    @Test func itStaysUntilTheCopyIsProvedOrGone() async throws {
        try await Cluster.with { cluster in
            try await cluster.runScript(
                "an1",
                """
                CREATE TABLE sure (time timestamptz NOT NULL, value int);
                SELECT create_distributed_hypertable('sure', 'time');
                INSERT INTO sure SELECT '2024-01-01 12:00', i FROM generate_series(1, 200) i;
                """)
            let chunk = try await cluster.value("SELECT chunk::text FROM show_chunks('sure') chunk")
            let source = try await cluster.value(
                "SELECT data_nodes[1] FROM timescaledb_information.chunks WHERE hypertable_name = 'sure'")
            let other = try #require(["dn1", "dn2", "dn3"].first { $0 != source })
            // As a copy that was killed behind its call leaves it.
            try await cluster.runScript(
                "an1", "CALL timescaledb_experimental.copy_chunk('\(chunk)', '\(source)', '\(other)', 'tscl_1_abc')")
            try await cluster.runScript(other, "DELETE FROM \(chunk) WHERE value <= 20")

            for command in [
                "node detach \(source) --from sure --force --yes", "node delete \(source) --force --yes",
            ] {
                let refused = try await cluster.run(command)
                #expect(refused.status == 1 && refused.errors.contains("'chunk cleanup' removes"), "\(refused)")
            }
            #expect(try await cluster.value("SELECT count(*) FROM sure") == "200")

            #expect(try await cluster.run("chunk cleanup", patience: 120).status == 0)
            let moved = try await cluster.run("node drain \(source)", patience: 120)
            #expect(moved.status == 0, "\(moved)")
            let detached = try await cluster.run("node detach \(source) --from sure --force --yes")
            #expect(detached.status == 0, "\(detached)")
            #expect(try await cluster.value("SELECT count(*) FROM sure") == "200")
        }
    }
}
