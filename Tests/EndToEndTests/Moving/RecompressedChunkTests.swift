import Postgres
import Testing

/// Compressed chunks to which rows were added, and of which TimescaleDB may know something else on each node.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct RecompressedChunkTests {
    /// Where rows are compressed by segments recompress_chunk has the data node note no added rows any more, and the access
    /// node goes on noting them.
    @Test func aChunkThatWasRecompressedIsMoved() async throws {
        try await Cluster.with { cluster in
            let setUp = """
                sql CREATE TABLE t (time timestamptz NOT NULL, device int)
                hypertable create t time --chunk-interval '1 day' --on dn1
                sql INSERT INTO t VALUES ('2024-01-01 12:00Z', 1)
                node attach dn2 --to t
                sql ALTER TABLE t SET (timescaledb.compress, timescaledb.compress_segmentby = 'device')
                sql SELECT compress_chunk(c) FROM show_chunks('t') c
                sql INSERT INTO t VALUES ('2024-01-01 13:00Z', 2)
                """
            let made = try await cluster.program.run([], input: setUp)
            #expect(made.status == 0, "\(made.errors)")
            let chunk = try await cluster.value("SELECT show_chunks('t')")
            _ = try await cluster.query("an1", "CALL recompress_chunk('\(chunk)')")
            let status = "SELECT status FROM _timescaledb_catalog.chunk WHERE NOT dropped ORDER BY id LIMIT 1"
            let noted = try await (cluster.query("an1", status), cluster.query("dn1", status))
            #expect(noted.0 != noted.1 && noted.1 == [["1"]], "\(noted)")
            let moved = try await cluster.run("chunk move --of t --to dn2")
            #expect(moved.status == 0, "\(moved.errors)")
            #expect(try await cluster.query("dn2", "SELECT device FROM t ORDER BY 1") == [["1"], ["2"]])

            // The node notes what comes later.
            _ = try await cluster.query("an1", "INSERT INTO t VALUES ('2024-01-01 14:00Z', 3)")
            let back = try await cluster.run("chunk move --of t --to dn1")
            #expect(back.status == 0, "\(back.errors)")
            #expect(try await cluster.value("SELECT sum(device) FROM t") == "6")
        }
    }

    /// The access node has to know of rows that were added; else the comparison would refuse all that was copied.
    @Test func aChunkThatIsCompressedOnItsNodeAloneIsNotCopied() async throws {
        try await Cluster.with { cluster in
            let setUp = """
                sql CREATE TABLE t (time timestamptz NOT NULL, device int)
                hypertable create t time --chunk-interval '1 day' --on dn1,dn2
                sql INSERT INTO t VALUES ('2024-01-01 12:00Z', 1)
                sql ALTER TABLE t SET (timescaledb.compress)
                """
            let made = try await cluster.program.run([], input: setUp)
            #expect(made.status == 0, "\(made.errors)")
            let nodes = try await cluster.value("SELECT node_name FROM _timescaledb_catalog.chunk_data_node")
            let other = nodes == "dn1" ? "dn2" : "dn1"
            let compressed = try await cluster.query(
                nodes, "SELECT compress_chunk(c) FROM show_chunks('t') c")
            #expect(compressed.count == 1)
            let refused = try await cluster.run("chunk move --of t --to \(other)")
            #expect(
                refused.errors.contains("is compressed for one of the access node and \(nodes)"), "\(refused.errors)")
            #expect(try await cluster.isClean())
        }
    }

    /// What writers may wait is too short for a comparison: nothing of the copy stays, or it is told.
    @Test func aCopyThatCouldNotBeComparedIsTakenAway() async throws {
        try await Cluster.with { cluster in
            let setUp = """
                sql CREATE TABLE t (time timestamptz NOT NULL, device int)
                hypertable create t time --chunk-interval '1 day' --on dn1
                sql INSERT INTO t SELECT '2024-01-01 12:00Z'::timestamptz + i * interval '10 ms', i FROM generate_series(1, 400000) i
                node attach dn2 --to t
                """
            let made = try await cluster.program.run([], input: setUp)
            #expect(made.status == 0, "\(made.errors)")
            let refused = try await cluster.run("chunk move --of t --to dn2 --max-lock 100ms")
            #expect(refused.status == 1 && refused.errors.contains("--max-lock"), "\(refused.errors)")
            #expect(try await cluster.isClean())
            #expect(
                try await cluster.value("SELECT string_agg(node_name, ',') FROM _timescaledb_catalog.chunk_data_node")
                    == "dn1")
        }
    }
}
