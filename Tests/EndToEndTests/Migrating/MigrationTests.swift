import Foundation
import Glibc
import Testing

/// The whole way out in place, on rows that are really there, and written meanwhile.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct MigrationTests {
    @Test func theWayOutLosesNoRowWhileRowsAreWritten() async throws {
        try await Cluster.with { cluster in
            try await cluster.prepareChunks()
            var expected = try await cluster.counts()
            let started = try await cluster.run("migrate start")
            #expect(started.status == 0, "\(started)")

            let (copied, first) = try await cluster.writing { try await cluster.run("migrate copy", patience: 120) }
            #expect(copied.status == 0, "\(copied)")
            for table in Cluster.moved { expected[table]? += first }
            let changed = try await cluster.run("migrate status --format csv")
            #expect(changed.status == 0, "\(changed)")

            let (cutOver, second) = try await cluster.writing {
                try await cluster.run("migrate cutover all --yes", patience: 120)
            }
            #expect(cutOver.status == 0 && cutOver.output.contains("writers waited"), "\(cutOver)")
            for table in Cluster.moved { expected[table]? += second }
            #expect(try await cluster.counts() == expected)
            let distributed = "SELECT count(*) FROM timescaledb_information.hypertables WHERE is_distributed"
            #expect(try await cluster.value("\(distributed) AND hypertable_name !~ '__old$'") == "0")

            let early = try await cluster.run("migrate finish all --drop-old --yes")
            #expect(early.status != 0 && early.errors.contains("migrate verify"), "\(early)")
            let verified = try await cluster.run("migrate verify")
            #expect(verified.status == 0, "\(verified)")
            let finished = try await cluster.run("migrate finish all --drop-old --yes")
            #expect(finished.status == 0, "\(finished)")
            #expect(try await cluster.counts() == expected)
            #expect(try await cluster.value(distributed) == "0")

            let notYet = try await cluster.run("migrate ready")
            #expect(notYet.status == 5, "\(notYet)")
            let deleted = try await cluster.run("node delete dn1 dn2 dn3 --yes")
            #expect(deleted.status == 0, "\(deleted)")
            #expect(try await cluster.counts() == expected)
            #expect(
                try await cluster.value("SELECT count(*) FROM _timescaledb_catalog.metadata WHERE key = 'dist_uuid'")
                    == "0")
        }
    }

    /// A copy goes on where it was killed, and what the source has dropped, or compressed, is so on the target.
    @Test func whatIsKilledGoesOn() async throws {
        try await Cluster.with { cluster in
            try await cluster.prepareChunks()
            #expect(try await cluster.run("migrate start").status == 0)
            let copied = "SELECT count(*) FROM tscl_migrate.chunk WHERE state = 'copied'"
            for number in [1, 4, 8, 12] {
                let running = try cluster.program.start(["-c", "migrate copy --parallel 2"])
                let isThere = try await eventually {
                    (Int(try await cluster.value(copied)) ?? 0) >= number || running.hasEnded
                }
                #expect(isThere)
                running.signal(SIGKILL)
                _ = await running.end()
            }
            #expect(
                try await cluster.run("sql SELECT drop_chunks('single', older_than => '2024-01-03'::timestamptz)")
                    .status == 0)
            let last = try await cluster.run("migrate copy", patience: 120)
            #expect(last.status == 0, "\(last)")
            let verified = try await cluster.run("migrate verify")
            #expect(verified.status == 0, "\(verified)")
            for table in Cluster.moved {
                let sum = "SELECT count(*) || ' ' || sum(hashtextextended((m.*)::text, 0)) FROM"
                #expect(
                    try await cluster.value("\(sum) \(table) m") == (try await cluster.value("\(sum) \(table)__new m")),
                    "\(table)")
            }
        }
    }

    @Test func theLinesOfTheReadmeLeave() async throws {
        let lines = try #require(ReadmeTests.blocks.first { $0.hasPrefix(ReadmeTests.leaving) })
            .split(separator: "\n").compactMap { $0.split(separator: "#").first }
            .map { $0.trimmingCharacters(in: .whitespaces) }
        try await Cluster.with { cluster in
            try await cluster.prepareChunks()
            let expected = try await cluster.counts()
            for line in lines.dropLast() {
                let result = try await cluster.run("\(line) --yes", patience: 120)
                #expect(result.status == 0, "\(line): \(result)")
            }
            // Whether the next version is installed is another matter.
            let ready = try await cluster.run(lines.last ?? "")
            #expect([0, 5].contains(ready.status) && ready.output.contains("ALTER EXTENSION"), "\(ready)")
            #expect(try await cluster.counts() == expected)
        }
    }

    @Test func theScriptLeaves() async throws {
        try await Cluster.with { cluster in
            try await cluster.prepareChunks()
            let expected = try await cluster.counts()
            for _ in 1...2 {
                let left = try await cluster.program.run([ExampleTests.path("leave")], patience: 120)
                #expect(left.status == 0, "\(left)")
                #expect(try await cluster.counts() == expected)
            }
        }
    }
}
