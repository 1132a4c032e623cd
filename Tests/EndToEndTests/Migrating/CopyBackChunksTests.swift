import Foundation
import Testing

/// What is written to some chunks after a cut-over goes back into these alone.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct CopyBackChunksTests {
    /// Three parts of one day. The last chunk is compressed.
    private static func setUp(copies: Int) -> String {
        """
        sql CREATE TABLE a (t timestamptz NOT NULL, dev int, v int)
        hypertable create a t --partition-by dev --partitions 3 --chunk-interval '1 day' --replication-factor \(copies)
        sql INSERT INTO a SELECT t, d, 0 FROM generate_series('2024-01-01 00:00Z'::timestamptz, '2024-01-01 23:00Z', '1 hour') t, generate_series(1, 12) d
        sql INSERT INTO a SELECT t, NULL, 0 FROM generate_series('2024-01-01 00:00Z'::timestamptz, '2024-01-01 23:00Z', '1 hour') t
        sql ALTER TABLE a SET (timescaledb.compress, timescaledb.compress_segmentby = 'dev')
        sql SELECT compress_chunk((SELECT c FROM show_chunks('a') c ORDER BY c::text DESC LIMIT 1))
        migrate start
        migrate copy
        migrate cutover all --yes

        """
    }

    /// The status of each chunk on a server, by its name.
    private static let statuses =
        "SELECT table_name, status FROM _timescaledb_catalog.chunk WHERE table_name LIKE '\\_dist\\_%' ORDER BY table_name"

    /// A condition on the whole table would decompress, on its node alone, what is compressed beside.
    @Test(arguments: [1, 2]) func chunksBesideStayCompressed(copies: Int) async throws {
        try await Cluster.with { cluster in
            let made = try await cluster.program.run([], input: Self.setUp(copies: copies))
            #expect(made.status == 0, "\(made)")
            var before: [String: [[String?]]] = [:]
            let servers = ["an1"] + ["dn1", "dn2", "dn3"]
            for server in servers { before[server] = try await cluster.query(server, Self.statuses) }
            // Rows of the parts that are not compressed: some new, one changed, one gone.
            let plain = try await cluster.query(
                "an1",
                """
                SELECT format('SELECT dev FROM %I.%I', chunk_schema, chunk_name) FROM timescaledb_information.chunks
                 WHERE hypertable_name = 'a' AND NOT is_compressed
                """
            ).compactMap { $0.first ?? nil }
            #expect(plain.count == 2)
            let devices = try await cluster.value(
                "SELECT array_agg(DISTINCT dev) FROM (\(plain.joined(separator: " UNION ALL "))) p")
            for statement in [
                "INSERT INTO a SELECT '2024-01-01 12:30Z', d, 7 FROM unnest('\(devices)'::int[]) d",
                "UPDATE a SET v = 8 WHERE t = '2024-01-01 05:00Z' AND dev = ANY ('\(devices)')",
                "DELETE FROM a WHERE t = '2024-01-01 06:00Z' AND dev = ANY ('\(devices)')",
            ] {
                let written = try await cluster.run("sql \(statement)")
                #expect(written.status == 0, "\(written)")
            }
            let rows = "SELECT count(*), sum(hashtextextended(ROW(t, dev, v)::text, 0)::numeric) FROM a"
            let expected = try await cluster.query("an1", rows)
            let undone = try await cluster.run("migrate undo a --copy-back --max-pause 60s --yes")
            #expect(undone.status == 0 && undone.output.contains("copied back"), "\(undone)")

            #expect(try await cluster.query("an1", rows) == expected)
            #expect(try await cluster.value("SELECT count(*) FROM a WHERE v = 7") != "0")
            for server in servers {
                #expect(try await cluster.query(server, Self.statuses) == before[server], "\(server)")
            }
            let verified = try await cluster.run("chunk verify a")
            #expect(verified.status == 0, "\(verified)")
        }
    }

    /// What came for chunks that were dropped since is neither taken for them nor lost with them.
    @Test(arguments: [
        [
            "TRUNCATE a",
            "INSERT INTO a SELECT t, 1, 7 FROM generate_series('2024-01-01 01:00Z'::timestamptz, '2024-01-03 23:00Z', '1 hour') t",
        ],
        [
            "SELECT drop_chunks('a', '2024-01-03Z'::timestamptz)",
            "INSERT INTO a VALUES ('2024-01-01 05:30Z', 1, 7), ('2024-01-02 05:30Z', 2, 7)",
        ],
        ["SELECT drop_chunks('a', '2024-01-03Z'::timestamptz)"],
    ])
    func whatCameForDroppedChunksIsKept(statements: [String]) async throws {
        try await Cluster.with { cluster in
            let made = try await cluster.program.run(
                [],
                input: """
                    sql CREATE TABLE a (t timestamptz NOT NULL, dev int, v int)
                    hypertable create a t --chunk-interval '1 day'
                    sql INSERT INTO a SELECT t, d, 0 FROM generate_series('2024-01-01 00:00Z'::timestamptz, '2024-01-03 23:00Z', '1 hour') t, generate_series(1, 2) d
                    migrate start
                    migrate copy
                    migrate cutover all --yes

                    """)
            #expect(made.status == 0, "\(made)")
            for statement in statements {
                let written = try await cluster.run("sql \(statement)")
                #expect(written.status == 0, "\(written)")
            }
            let rows = "SELECT count(*), sum(hashtextextended(ROW(t, dev, v)::text, 0)::numeric) FROM a"
            let expected = try await cluster.query("an1", rows)
            let undone = try await cluster.run("migrate undo a --copy-back --max-pause 60s --yes")
            #expect(undone.status == 0 && undone.output.contains("copied back"), "\(undone)")
            #expect(try await cluster.query("an1", rows) == expected)
        }
    }

    @Test func aCompressedChunkIsNamedAndAllStays() async throws {
        try await Cluster.with { cluster in
            let made = try await cluster.program.run([], input: Self.setUp(copies: 1))
            #expect(made.status == 0, "\(made)")
            let written = try await cluster.run(
                "sql INSERT INTO a SELECT '2024-01-01 12:30Z', d, 7 FROM generate_series(1, 12) d")
            #expect(written.status == 0, "\(written)")
            let refused = try await cluster.run("migrate undo a --copy-back --max-pause 60s --yes")
            #expect(refused.status == 1 && refused.errors.contains("is compressed: all is as it was"), "\(refused)")
            #expect(try await cluster.value("SELECT count(*) FROM a WHERE v = 7") == "12")
            let line = refused.errors.split(separator: "\n").first { $0.contains("sql SELECT decompress_chunk(") } ?? ""
            let advice = line.drop { $0 != ":" }.dropFirst().prefix { $0 != ";" }
            let decompressed = try await cluster.run(String(advice).trimmingCharacters(in: .whitespaces))
            #expect(decompressed.status == 0, "\(decompressed)")
            let undone = try await cluster.run("migrate undo a --copy-back --max-pause 60s --yes")
            #expect(undone.status == 0, "\(undone)")
            #expect(try await cluster.value("SELECT count(*) FROM a WHERE v = 7") == "12")
        }
    }
}
