import Postgres
import Sandbox
import Testing

/// Compressed chunks of which it is not known that rows were added to them.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct DisorderedChunkTests {
    /// As an earlier tscl has made them from those of TimescaleDB 2.9, which numbers a row that comes by itself 0.
    private static let making = [
        "CREATE TABLE m (t timestamptz NOT NULL, dev int, v float8)",
        "SELECT create_hypertable('m', 't', chunk_time_interval => INTERVAL '1 day')",
        "INSERT INTO m SELECT t, 1, 42 FROM generate_series('2024-01-01Z'::timestamptz, '2024-01-02 23:00Z', '1 hour') t",
        "ALTER TABLE m SET (timescaledb.compress, timescaledb.compress_segmentby = 'dev')",
        "SELECT compress_chunk(c) FROM show_chunks('m') c",
        """
        DO $$ DECLARE x record; BEGIN
          FOR x IN SELECT z.schema_name, z.table_name, z.id FROM _timescaledb_catalog.chunk c JOIN _timescaledb_catalog.chunk z ON z.id = c.compressed_chunk_id LOOP
            EXECUTE format('ALTER TABLE %I.%I RENAME TO %I', x.schema_name, x.table_name, '_tscl_1_' || x.id || '_compressed');
            UPDATE _timescaledb_catalog.chunk SET table_name = '_tscl_1_' || x.id || '_compressed' WHERE table_name = x.table_name;
          END LOOP; END $$
        """,
    ]

    @Test(.offering("2.13.1")) func theyAreToldWithWhatMendsThem() async throws {
        try await Cluster.with(nodes: 1, addingNodes: false) { cluster in
            let other = try await MigrationElsewhereTests.database("out", of: cluster, version: "2.13.1")
            func ready() async throws -> Program.Result {
                try await cluster.run("connect 'host=\(cluster.sockets)/an1 dbname=out user=postgres'; migrate ready")
            }
            for statement in Self.making { _ = try await other.execute(statement) }
            #expect(try await !ready().output.contains("out of order"))
            let first = try #require(
                try await other.execute(
                    "SELECT table_name FROM _timescaledb_catalog.chunk WHERE table_name ~ '^_tscl' ORDER BY id LIMIT 1"
                ).rows.first?.first ?? nil)
            _ = try await other.execute("UPDATE _timescaledb_internal.\(first) SET _ts_meta_sequence_num = 0")
            let found = try await ready()
            #expect(found.output.contains("1 compressed chunk of m, copied by an earlier tscl, with rows"), "\(found)")
            let help = try #require(found.output.firstMatch(of: #/help: (SELECT compress_chunk.*)/#), "\(found)")
            _ = try await other.executeScript(String(help.output.1))
            #expect(try await !ready().output.contains("out of order"))
            await other.close()
        }
    }
}
