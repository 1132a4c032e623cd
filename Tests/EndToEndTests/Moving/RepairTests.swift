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
            #expect(try await cluster.isClean())
            let nothing = try await cluster.run("hypertable repair")
            #expect(nothing.status == 0, "\(nothing)")
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
