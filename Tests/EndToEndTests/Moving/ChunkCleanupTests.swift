import Foundation
import Postgres
import Sandbox
import Testing

/// `chunk cleanup` of copies that broke off at each kind of stage, on chunks that are really there.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct ChunkCleanupTests {
    private static let chunk = "_timescaledb_internal._dist_hyper_1_1_chunk"
    private static let setUp = """
        sql CREATE TABLE m (time timestamptz NOT NULL, n int)
        hypertable create m time --on dn1
        sql INSERT INTO m SELECT '2024-01-01', n FROM generate_series(1, 1000) n
        node attach dn2 --to m

        """

    private func withChunk(_ body: (Cluster) async throws -> Void) async throws {
        try await Cluster.with(nodes: 2) { cluster in
            let made = try await cluster.program.run([], input: Self.setUp)
            #expect(made.status == 0, "\(made.errors)")
            try await body(cluster)
        }
    }

    private func call(
        _ verb: String, _ operation: String, from source: String = "dn1", to destination: String = "dn2",
        within limit: Int = 20_000, on cluster: Cluster
    ) async throws {
        let answer = try await cluster.program.run([
            "-c", "sql SET statement_timeout = \(limit)",
            "-c",
            "sql CALL timescaledb_experimental.\(verb)('\(Self.chunk)', '\(source)', '\(destination)', '\(operation)')",
        ])
        #expect((answer.status == 0) == (limit > 1000), "\(answer)")
    }

    private func setStage(_ stage: String, on cluster: Cluster) async throws {
        _ = try await cluster.query(
            "an1", "UPDATE _timescaledb_catalog.chunk_copy_operation SET completed_stage = '\(stage)'")
    }

    /// The nodes of the chunk, how many rows are read, and what is left anywhere.
    private func state(_ cluster: Cluster) async throws -> String {
        let rows = try await cluster.query("an1", "SELECT count(*) FROM m")
        let places = try await cluster.query(
            "an1", "SELECT string_agg(node_name, ',' ORDER BY node_name) FROM _timescaledb_catalog.chunk_data_node")
        var left = try await cluster.query("an1", "SELECT count(*) FROM _timescaledb_catalog.chunk_copy_operation")
        let loose = """
            SELECT (SELECT count(*) FROM pg_subscription) + (SELECT count(*) FROM pg_publication)
                 + (SELECT count(*) FROM pg_replication_slots) + (SELECT count(*) FROM pg_prepared_xacts)
                 + (SELECT count(*) FROM pg_class t WHERE relname LIKE '\\_dist\\_hyper\\_1%chunk' AND relkind = 'r'
                       AND NOT EXISTS (SELECT FROM _timescaledb_catalog.chunk WHERE table_name = t.relname))
            """
        for node in ["dn1", "dn2"] { left += try await cluster.query(node, loose) }
        let counts = left.map { $0[0] ?? "" }.joined(separator: ",")
        return "\(places[0][0] ?? "") \(rows[0][0] ?? "") \(counts)"
    }

    @Test func whatNobodyHasProvedIsDropped() async throws {
        try await withChunk { cluster in
            try await call("copy_chunk", "tscl_1", on: cluster)
            #expect(try await state(cluster) == "dn1,dn2 1000 1,0,0")
            let checked = try await cluster.run("check")
            #expect(checked.status == 5 && checked.output.contains("help: chunk cleanup tscl_1"))
            let undone = try await cluster.run("chunk cleanup tscl_1")
            #expect(undone.status == 0 && undone.output.hasPrefix("tscl_1 undone"), "\(undone)")
            #expect(try await state(cluster) == "dn1 1000 0,0,0")
            for stage in ["attach_chunk", "attach_compressed_chunk"] {
                try await call("copy_chunk", "op_\(stage)", on: cluster)
                try await setStage(stage, on: cluster)
                #expect(try await cluster.run("chunk cleanup").status == 0)
                #expect(try await state(cluster) == "dn1 1000 0,0,0")
            }
        }
    }

    @Test func theOnlyCopyStays() async throws {
        try await withChunk { cluster in
            try await call("move_chunk", "op_1", on: cluster)
            try await setStage("delete_chunk", on: cluster)
            let forgotten = try await cluster.run("chunk cleanup")
            #expect(forgotten.status == 0 && forgotten.output.hasPrefix("op_1 forgotten"), "\(forgotten)")
            #expect(try await state(cluster) == "dn2 1000 0,0,0")
        }
    }

    @Test func aCopyOfOthersStaysWhereItIsEqual() async throws {
        try await withChunk { cluster in
            try await call("copy_chunk", "op_1", on: cluster)
            try await cluster.runScript("dn2", "DELETE FROM \(Self.chunk) WHERE n = 7")
            let differing = try await cluster.run("chunk cleanup")
            #expect(differing.status == 1 && differing.errors.contains("hypertable repair public.m"), "\(differing)")
            #expect(try await state(cluster).hasSuffix("1,0,0"))
            try await cluster.runScript("dn2", "INSERT INTO \(Self.chunk) VALUES ('2024-01-01', 7)")
            #expect(try await cluster.run("chunk cleanup").status == 0)
            #expect(try await state(cluster) == "dn1,dn2 1000 0,0,0")
        }
    }

    @Test func whatIsLeftOnANodeGoesWhenItIsBack() async throws {
        try await withChunk { cluster in
            // With a transaction open that has written, no slot can be made.
            let writer = try await cluster.connection(to: "dn1")
            _ = try await writer.execute("BEGIN")
            _ = try await writer.execute("SELECT txid_current()")
            try await call("copy_chunk", "op_1", within: 1000, on: cluster)
            await writer.close()
            try await cluster.sandbox.kill("dn1")
            let partial = try await cluster.run("chunk cleanup")
            #expect(partial.status == 4 && partial.errors.contains("dn1 does not answer"), "\(partial)")
            try await cluster.sandbox.start("dn1")
            let cleaned = try await cluster.run("chunk cleanup op_1")
            #expect(cleaned.status == 0 && cleaned.output.hasPrefix("op_1 cleaned up"), "\(cleaned)")
            #expect(try await state(cluster) == "dn1 1000 0,0,0")
        }
    }

    @Test func aChunkThatWasDroppedMeanwhile() async throws {
        try await withChunk { cluster in
            try await call("copy_chunk", "op_1", on: cluster)
            // As where it is dropped before the access node has noted the copy.
            _ = try await cluster.query(
                "an1", "DELETE FROM _timescaledb_catalog.chunk_data_node WHERE node_name = 'dn2'")
            try await setStage("drop_publication", on: cluster)
            let dropped = try await cluster.run("sql SELECT drop_chunks('m', older_than => '2025-01-01'::timestamptz)")
            #expect(dropped.status == 0, "\(dropped)")
            let cleaned = try await cluster.run("chunk cleanup")
            #expect(cleaned.status == 0, "\(cleaned)")
            #expect(try await state(cluster) == " 0 0,0,0")
            let there = try await cluster.query("dn2", "SELECT count(*) FROM _timescaledb_catalog.chunk")
            #expect(there == [["0"]])
        }
    }
}
