import Foundation
import Platform
import Sandbox
import Testing

/// `hypertable balance` and `node drain` on chunks that are really there, and written meanwhile.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct DrainTests {
    @Test func nodesAreLevelledAndDrainedWhileRowsAreWritten() async throws {
        try await Cluster.with(nodes: 4) { cluster in
            try await cluster.prepareChunks(on: "dn1,dn2,dn3")
            var expected = try await cluster.counts()
            #expect(try await cluster.run("node attach dn4 --to \(Cluster.moved.joined(separator: " "))").status == 0)

            let shown = try await cluster.run("hypertable balance --by chunks --part-slices --dry-run --format csv")
            #expect(shown.status == 0 && shown.output.contains(",dn4,"), "\(shown)")
            let (balanced, first) = try await cluster.writing {
                try await cluster.run("hypertable balance --by chunks --part-slices", patience: 120)
            }
            #expect(balanced.status == 0, "\(balanced)")
            for table in Cluster.moved { expected[table]? += first }
            #expect(try await cluster.counts() == expected)
            let held = try await cluster.query(
                "an1", "SELECT count(*) FROM _timescaledb_catalog.chunk_data_node GROUP BY node_name")
            let loads = held.compactMap { $0[0].flatMap { Int($0) } }
            #expect(loads.count == 4 && (loads.max() ?? 0) - (loads.min() ?? 0) <= 1, "\(loads)")
            #expect(try await cluster.run("hypertable balance --by chunks").errors.contains("unchanged"))

            let (drained, second) = try await cluster.writing {
                try await cluster.run("node drain dn2", patience: 120)
            }
            #expect(drained.status == 0, "\(drained)")
            #expect(
                drained.output.contains(/dn2 holds no chunks any more: [0-9]+ chunks? taken off it\n/), "\(drained)")
            for table in Cluster.moved { expected[table]? += second }
            #expect(try await cluster.counts() == expected)
            let left = "SELECT count(*) FROM _timescaledb_catalog.chunk_data_node WHERE node_name = 'dn2'"
            #expect(try await cluster.value(left) == "0")
            #expect(try await cluster.isClean())
            #expect(try await cluster.run("chunk verify").status == 0)
            let again = try await cluster.run("node drain dn2")
            #expect(again.status == 0 && again.errors.contains("unchanged: node dn2 has no chunks"), "\(again)")

            // What it says takes the node out does so.
            let advice = try #require(again.errors.firstMatch(of: #/'(node delete [^']*)'/#)?.1)
            let deleted = try await cluster.run("\(advice) --yes")
            #expect(deleted.status == 0, "\(deleted)")
            #expect(try await cluster.counts() == expected)
            #expect(
                try await cluster.run("chunk list --under-replicated --format csv").output.split(separator: "\n").count
                    == 1)

            // As many nodes as copies are left: one that is blocked counts as missing twice.
            let third = try await cluster.run("node drain dn3 --format json", patience: 120)
            #expect(third.status == 0, "\(third)")
            // An object for each step, and one at the end that has them all.
            let objects = try third.output.split(separator: "\n").map { line in
                try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
            }
            let steps = objects.dropLast().compactMap { $0["step"] as? [String: Any] }
            #expect(!steps.isEmpty && steps.count == objects.count - 1, "\(third)")
            #expect(steps.allSatisfy { $0["state"] is String && $0["ms"] is Double && $0["from"] as? String == "dn3" })
            #expect((objects.last?["rows"] as? [Any])?.count == steps.count)
            let forced = try #require(third.output.firstMatch(of: #/'(node delete [^']*)'/#)?.1)
            #expect(forced == "node delete dn3 --force")
            #expect(try await cluster.run("\(forced) --yes").status == 0)
            #expect(try await cluster.counts() == expected)
            #expect(try await cluster.run("chunk verify").status == 0)
            let last = try await cluster.run("node drain dn4")
            #expect(last.status == 1 && last.errors.contains("nothing was changed"), "\(last)")
            #expect(try await cluster.run("sql INSERT INTO double VALUES ('2024-02-01', 1, 1)").status == 0)
        }
    }

    /// Whatever they are for: the chunks in hand, holding who writes, looking how far copies are.
    @Test(arguments: [6, 8]) func theAccessNodeHasNoMoreSessionsThanWereAskedFor(most: Int) async throws {
        try await Cluster.with(nodes: 3) { cluster in
            try await cluster.prepareChunks(on: "dn1,dn2")
            #expect(try await cluster.run("node attach dn3 --to \(Cluster.moved.joined(separator: " "))").status == 0)
            let before = try await cluster.counts()
            let isOver = Lock(false)
            async let sessions = cluster.mostSessions(until: isOver)
            let drained = try await cluster.run("node drain dn1 --parallel \(most)", patience: 120)
            isOver.withLock { $0 = true }
            #expect(drained.status == 0, "\(drained)")
            let seen = try await sessions
            #expect(seen > 2 && seen <= most, "\(seen)")
            #expect(try await cluster.counts() == before)
        }
    }

    /// They would fail one by one. What has nothing to do with the node goes on.
    @Test func withANodeThatHasDiedNothingFurtherIsBegun() async throws {
        try await Cluster.with(nodes: 3) { cluster in
            let made = try await cluster.program.run(
                [],
                input: """
                    sql CREATE TABLE t (time timestamptz NOT NULL, v int)
                    hypertable create t time --chunk-interval '1 day' --on dn1
                    sql INSERT INTO t SELECT d, 1 FROM generate_series('2024-01-01'::timestamptz, '2024-01-12', '1 day') d
                    node attach dn2 dn3 --to t

                    """)
            #expect(made.status == 0, "\(made.errors)")
            let running = try cluster.program.start(["-c", "node drain dn1 --parallel 4"])
            let onOthers =
                "SELECT count(*) FROM _timescaledb_catalog.chunk_data_node WHERE node_name IN ('dn2', 'dn3')"
            let hasBegun = try await eventually { try await cluster.value(onOthers) != "0" || running.hasEnded }
            #expect(hasBegun && !running.hasEnded)
            try await cluster.sandbox.kill("dn3")
            let drained = await running.end()
            #expect(drained.status == 4, "\(drained)")
            #expect(drained.output.split(separator: "\n").count { $0.hasPrefix("not_begun: ") } > 1, "\(drained)")
            let told = drained.errors.split(separator: "\n").count { $0.contains("dn3 does not answer any more") }
            #expect(told == 1, "\(drained.errors)")
            #expect(drained.errors.contains("to go on: node drain dn1"), "\(drained)")
            let onSecond = "SELECT count(*) FROM _timescaledb_catalog.chunk_data_node WHERE node_name = 'dn2'"
            #expect(try await cluster.value(onSecond) == "6")

            try await cluster.sandbox.start("dn3")
            let again = try await cluster.run("node drain dn1", patience: 120)
            #expect(again.status == 0, "\(again)")
            #expect(try await cluster.value("SELECT count(*) FROM t") == "12")
            #expect(try await cluster.isClean())
        }
    }
}
