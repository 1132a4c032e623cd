import Foundation
import Sandbox
import Testing

/// What is advised is typed as it stands, and does what it is to do.
@Suite struct FollowedAdviceTests {
    private static let table = [
        "-c", "sql CREATE TABLE m (time timestamptz NOT NULL, device int)",
        "-c", "hypertable create m time --partition-by device --replication-factor 2",
        "-c", "sql INSERT INTO m SELECT '2024-01-01'::timestamptz, n FROM generate_series(1, 100) n",
    ]

    /// The lines of an error that can be typed.
    private func typed(_ errors: String) -> [String] {
        errors.split(separator: "\n").map { String($0.drop { $0 == " " }) }
            .filter { $0.hasPrefix("exec --on") || $0.hasPrefix("node attach") }
    }

    @Test(.onTimescaleDB("the emulator leaves no table behind"))
    func aNodeThatWasDetachedIsAttachedAgain() async throws {
        try await Cluster.with { cluster in
            #expect(try await cluster.program.run(Self.table).status == 0)
            #expect(try await cluster.run("node detach dn3 --from m --force --yes").status == 0)
            let left = try await cluster.query("dn3", "SELECT count(*) FROM m")
            #expect(left != [["0"]])
            let refused = try await cluster.run("node attach dn3 --to m")
            #expect(refused.status == 1 && refused.errors.contains("already, with rows"), "\(refused)")
            let commands = typed(refused.errors)
            #expect(commands.count == 2)
            for command in commands {
                let result = try await cluster.run(command)
                #expect(result.status == 0, "\(command): \(result.errors)")
            }
            #expect(try await cluster.query("dn3", "SELECT count(*) FROM m_detached") == left)
            #expect(try await cluster.run("if not node dn3 attached to m { quit 9 }").status == 0)
            #expect(try await cluster.query("an1", "SELECT count(*) FROM m") == [["100"]])
        }
    }

    @Test(.onTimescaleDB("the emulator drops nothing on nodes"))
    func aNodeThatIsDownIsTakenOut() async throws {
        try await Cluster.with { cluster in
            #expect(try await cluster.program.run(Self.table).status == 0)
            try await cluster.sandbox.kill("dn3")
            let held = try await cluster.run("node detach dn3 --from m --drop-remote-data --yes")
            #expect(held.errors.contains("TS504") && held.errors.contains("node abandon dn3"), "\(held)")
            let down = try await cluster.run("node delete dn3 --force --drop-database --yes")
            #expect(down.errors.contains("08001") && down.errors.contains("leave out --drop-database"), "\(down)")
            let deleted = try await cluster.run("node delete dn3 --force --yes")
            #expect(deleted.status == 0, "\(deleted)")
            #expect(try await cluster.query("an1", "SELECT count(*) FROM m") == [["100"]])
        }
    }

    @Test(.onTimescaleDB("the emulator has no tables on its nodes"))
    func whatIsNotHandedOnIsFoundAndMended() async throws {
        try await CheckTests.withHealthyCluster { cluster in
            for command in [
                "role create {app,rd} --everywhere --login --grant-nodes all",
                #"sql CREATE SCHEMA "of old" AUTHORIZATION app"#, #"exec CREATE SCHEMA "of old" AUTHORIZATION app"#,
                #"sql CREATE TABLE "of old".m (time timestamptz NOT NULL, "a b" int)"#,
                #"hypertable create '"of old".m' time --partition-by 'a b' --on dn1,dn2"#,
                #"sql ALTER SCHEMA "of old" RENAME TO s"#, "sql GRANT USAGE ON SCHEMA s TO rd",
                "sql GRANT SELECT ON s.m TO rd",
                "sql ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA s GRANT SELECT ON TABLES TO rd",
            ] {
                // What the access node can't hand on, because the schema has another name there, it refuses.
                _ = try await cluster.run(command)
            }
            #expect(try await cluster.query("an1", "SELECT count(*) FROM pg_class WHERE relname = 'm'") == [["1"]])
            #expect(try await !CheckTests.findings(cluster).isEmpty)
            try await follow(cluster)
            let settings = #"SET (timescaledb.compress, timescaledb.compress_segmentby = '"a b"')"#
            for command in [
                "sql ALTER TABLE s.m \(settings)", "node attach dn3 --to s.m",
                "exec --on dn1 GRANT DELETE ON s.m TO rd", "exec --on dn2 ALTER TABLE s.m OWNER TO rd",
            ] {
                let result = try await cluster.run(command)
                #expect(result.status == 0, "\(command): \(result.errors)")
            }
            let found = try await CheckTests.findings(cluster)
            #expect(Set(found.map(\.place)) == ["dn1", "dn2", "dn3"], "\(found)")
            try await follow(cluster)
        }
    }

    /// Does what `check` says until it finds nothing.
    private func follow(_ cluster: Cluster) async throws {
        for _ in 1...4 {
            let findings = try await CheckTests.findings(cluster)
            if findings.isEmpty { return }
            for command in findings.flatMap({ $0.remedy.components(separatedBy: "; then ") }) {
                _ = try await cluster.run(command)
            }
        }
        #expect(try await CheckTests.findings(cluster) == [])
    }
}
