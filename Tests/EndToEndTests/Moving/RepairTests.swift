import Foundation
import Testing

/// `hypertable repair` on copies that really differ.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct RepairTests {
    @Test func copiesThatDifferOrAreMissingAreMadeAnew() async throws {
        try await Cluster.with { cluster in
            try await cluster.prepareChunks()
            let before = try await cluster.counts()
            let copies = try await cluster.query(
                "an1",
                """
                SELECT c.schema_name || '.' || c.table_name, min(n.node_name), max(n.node_name)
                  FROM _timescaledb_catalog.chunk c
                  JOIN _timescaledb_catalog.chunk_data_node n ON n.chunk_id = c.id
                  JOIN _timescaledb_catalog.hypertable h ON h.id = c.hypertable_id
                 WHERE h.table_name = 'double' GROUP BY c.id, 1 ORDER BY c.id
                """
            ).map { $0.map { $0 ?? "" } }
            func damage(_ chunk: Int, _ copy: Int, _ statement: String) async throws {
                try await cluster.runScript(
                    copies[chunk][copy], statement.replacing("CHUNK", with: copies[chunk][0]))
            }
            try await damage(0, 1, "DELETE FROM CHUNK WHERE device < 5")
            try await damage(1, 2, "DELETE FROM CHUNK")
            try await damage(2, 1, "DROP TABLE CHUNK")
            _ = try await cluster.query(
                "an1", "SELECT _timescaledb_functions.chunk_drop_replica('\(copies[3][0])', '\(copies[3][2])')")
            try await damage(4, 1, "DELETE FROM CHUNK WHERE device = 1")
            try await damage(4, 2, "DELETE FROM CHUNK WHERE device IN (2, 3)")

            let shown = try await cluster.run("hypertable repair double --dry-run --format csv")
            // That of which each copy lacks rows is looked at once more, too.
            #expect(shown.output.split(separator: "\n").count { $0.hasPrefix("mend,") } == 4, "\(shown)")
            let repaired = try await cluster.run("hypertable repair", patience: 120)
            #expect(repaired.status == 4, "\(repaired)")
            #expect(repaired.errors.contains("'hypertable repair public.double --keep NODE'"))
            let verified = try await cluster.run("chunk verify double --format csv")
            let differing = verified.output.split(separator: "\n").filter { $0.contains(",differs,") }
            #expect(differing.count == 2 && differing.allSatisfy { $0.contains(copies[4][0]) }, "\(verified)")

            let keep = copies[4][1]
            let decided = try await cluster.run("hypertable repair double --keep \(keep)", patience: 120)
            #expect(decided.status == 0, "\(decided)")
            #expect(try await cluster.run("chunk verify").status == 0)
            #expect(try await cluster.counts() == before.merging(["double": (before["double"] ?? 0) - 1]) { $1 })
            let name = try #require(copies[4][0].split(separator: ".").last)
            let kept = try await cluster.query(
                copies[4][2], "SELECT count(*), count(*) FILTER (WHERE device = 1) FROM public.\(name)_replaced")
            #expect(kept == [["18", "1"]])
            let aside = "\(name)_replaced (18 rows)"
            let draining = try await cluster.run("node drain \(copies[4][2]) --dry-run")
            #expect((draining.output + draining.errors).contains(aside), "\(draining)")
            let deleting = try await cluster.run("node delete \(copies[4][2]) --drop-database --dry-run")
            #expect(deleting.status == 0 && deleting.errors.contains(aside), "\(deleting)")
            #expect(try await cluster.isClean())
            let nothing = try await cluster.run("hypertable repair")
            #expect(nothing.status == 0, "\(nothing)")
        }
    }

    private static func chunks(_ cluster: Cluster, of table: String) async throws -> [[String]] {
        try await cluster.query(
            "an1",
            """
            SELECT c.schema_name || '.' || c.table_name, min(n.node_name), max(n.node_name)
              FROM _timescaledb_catalog.chunk c
              JOIN _timescaledb_catalog.chunk_data_node n ON n.chunk_id = c.id
              JOIN _timescaledb_catalog.hypertable h ON h.id = c.hypertable_id
             WHERE h.table_name = '\(table)' GROUP BY c.id, 1 ORDER BY c.id
            """
        ).map { $0.map { $0 ?? "" } }
    }

    /// TimescaleDB compresses and decompresses such a chunk no more, and no copy of it could be proved.
    @Test func chunksThatAreCompressedOnSomeNodesAloneAreMadeAlike() async throws {
        try await Cluster.with { cluster in
            try await cluster.prepareChunks()
            let before = try await cluster.counts()
            func compress(_ isCompressed: Bool, _ chunk: String, on node: String) async throws {
                try await cluster.runScript(node, "SELECT \(isCompressed ? "" : "de")compress_chunk('\(chunk)')")
            }
            for table in ["single", "double"] {
                try await cluster.runScript("an1", "ALTER TABLE \(table) SET (timescaledb.compress)")
            }
            let (double, single) = (
                try await Self.chunks(cluster, of: "double"), try await Self.chunks(cluster, of: "single")
            )
            // The access node has it as compressed: one node has, none has, and rows were added before one has no more.
            for chunk in [double[0], double[1], double[2], single[0]] {
                try await compress(true, chunk[0], on: "an1")
            }
            try await compress(false, double[0][0], on: double[0][1])
            for node in double[1][1...] { try await compress(false, double[1][0], on: node) }
            try await cluster.runScript(
                "an1", "INSERT INTO double SELECT '2024-01-03 01:00', d, d FROM generate_series(1, 3) d")
            try await compress(false, double[2][0], on: double[2][2])
            try await compress(false, single[0][0], on: single[0][1])
            // It has it as not compressed: one node has it so.
            try await compress(true, double[3][0], on: double[3][2])

            let verified = try await cluster.run("chunk verify --format csv")
            #expect(verified.status == 5, "\(verified)")
            #expect(verified.output.split(separator: "\n").count { $0.contains(",compression,") } == 9, "\(verified)")
            let moved = try await cluster.run(
                "chunk move \(single[0][0]) --to \(single[0][1] == "dn1" ? "dn2" : "dn1")")
            #expect(moved.status != 0 && moved.errors.contains("'hypertable repair public.single'"), "\(moved)")

            let repaired = try await cluster.run("hypertable repair", patience: 120)
            #expect(repaired.status == 0, "\(repaired)")
            let again = try await cluster.run("chunk verify")
            #expect(again.status == 0, "\(again)")
            #expect(try await cluster.counts() == before.merging(["double": (before["double"] ?? 0) + 3]) { $1 })
            #expect(try await cluster.isClean())
            for chunk in double[0...3] + [single[0]] {
                try await cluster.runScript(
                    "an1", "SELECT decompress_chunk('\(chunk[0])', true); SELECT compress_chunk('\(chunk[0])')")
            }
            #expect(try await cluster.run("chunk verify").status == 0)
        }
    }

    /// Where a refresh has read a copy that was not right, it reads again what is there now.
    @Test func aggregatesTakeInAnewWhatWasReadOfAWrongCopy() async throws {
        try await Cluster.with { cluster in
            try await cluster.prepareChunks()
            let read = try await cluster.query(
                "an1",
                """
                SELECT f.ftrelid::regclass::text, v.srvname FROM pg_foreign_table f
                  JOIN pg_foreign_server v ON v.oid = f.ftserver JOIN pg_inherits i ON i.inhrelid = f.ftrelid
                 WHERE i.inhparent = 'double'::regclass ORDER BY 1 LIMIT 1
                """
            )[0].map { $0 ?? "" }
            // As no trigger tells of it.
            try await cluster.runScript(
                read[1], "SET session_replication_role = replica; DELETE FROM \(read[0]) WHERE device < 10")
            try await cluster.runScript(
                "an1",
                """
                CREATE MATERIALIZED VIEW daily WITH (timescaledb.continuous, timescaledb.materialized_only) AS
                SELECT time_bucket('1 day', time) AS day, sum(value) AS value FROM double GROUP BY 1 WITH NO DATA
                """)
            func refresh() async throws -> Bool {
                try await cluster.runScript("an1", "CALL refresh_continuous_aggregate('daily', NULL, NULL)")
                return try await cluster.value(
                    "SELECT (SELECT sum(value) FROM daily) = (SELECT sum(value) FROM double)") == "t"
            }
            #expect(try await refresh())
            let repaired = try await cluster.run("hypertable repair double", patience: 120)
            #expect(repaired.status == 0, "\(repaired)")
            #expect(repaired.errors.contains("continuous aggregates of double take in the time of 1 chunk anew"))
            #expect(try await cluster.run("chunk verify").status == 0)
            #expect(try await refresh())
        }
    }

    /// Killed where a chunk has fewer copies than it should have, the next run makes them.
    @Test func aRepairThatIsKilledGoesOn() async throws {
        try await Cluster.with { cluster in
            try await cluster.prepareChunks()
            let before = try await cluster.counts()
            let chunks = try await cluster.query(
                "an1",
                """
                SELECT c.schema_name || '.' || c.table_name, min(n.node_name)
                  FROM _timescaledb_catalog.chunk c
                  JOIN _timescaledb_catalog.chunk_data_node n ON n.chunk_id = c.id
                 GROUP BY c.id, 1 HAVING count(*) > 1 ORDER BY c.id
                """)
            for (number, chunk) in chunks.enumerated() {
                let (name, node) = (chunk[0] ?? "", chunk[1] ?? "")
                try await cluster.runScript(
                    node, number % 2 == 0 ? "DELETE FROM \(name) WHERE device = 7" : "DROP TABLE \(name)")
            }
            for missing in 1...3 {
                let running = try cluster.program.start(["-c", "hypertable repair double"])
                // It has dropped some more copies, or ended.
                let isLess = try await eventually {
                    let copies = try await cluster.value(
                        """
                        SELECT count(*) FROM _timescaledb_catalog.chunk_data_node n
                          JOIN _timescaledb_catalog.chunk c ON c.id = n.chunk_id
                          JOIN _timescaledb_catalog.hypertable h ON h.id = c.hypertable_id
                         WHERE h.table_name = 'double'
                        """)
                    return (Int(copies) ?? 0) <= 2 * chunks.count - missing || running.hasEnded
                }
                #expect(isLess)
                running.signal(SIGKILL)
                _ = await running.end()
            }
            let repaired = try await cluster.run("hypertable repair double", patience: 120)
            #expect(repaired.status == 0, "\(repaired)")
            #expect(try await cluster.run("chunk verify").status == 0)
            #expect(try await cluster.counts() == before)
            #expect(
                try await cluster.run("chunk list --under-replicated --format csv").output.split(separator: "\n").count
                    == 1)
            #expect(try await cluster.isClean())
        }
    }

    /// What a run that was killed has copied, and nobody has compared, may lack rows, and would be read.
    @Test func whatAKilledRunHasBegunIsRemoved() async throws {
        try await Cluster.with { cluster in
            try await cluster.prepareChunks()
            let before = try await cluster.counts()
            let chunk = try await cluster.query(
                "an1",
                """
                SELECT c.schema_name || '.' || c.table_name, min(n.node_name)
                  FROM _timescaledb_catalog.chunk c
                  JOIN _timescaledb_catalog.chunk_data_node n ON n.chunk_id = c.id
                  JOIN _timescaledb_catalog.hypertable h ON h.id = c.hypertable_id
                 WHERE h.table_name = 'single' GROUP BY c.id, 1 ORDER BY c.id LIMIT 1
                """
            )[0].map { $0 ?? "" }
            let (name, source) = (chunk[0], chunk[1])
            let other = source == "dn1" ? "dn2" : "dn1"
            // As such a run leaves it, with a row that the copy has not.
            _ = try await cluster.query(
                "an1", "CALL timescaledb_experimental.copy_chunk('\(name)', '\(source)', '\(other)', 'tscl_1_left')")
            try await cluster.runScript(other, "DELETE FROM \(name) WHERE device = 1")
            let drained = try await cluster.run("node drain \(source)", patience: 120)
            #expect(drained.status == 0, "\(drained)")
            #expect(try await cluster.counts() == before)
            #expect(try await cluster.isClean())
            #expect(try await cluster.run("chunk verify").status == 0)
        }
    }
}
