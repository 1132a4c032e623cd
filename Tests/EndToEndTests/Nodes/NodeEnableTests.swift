import Foundation
import Sandbox
import Testing

/// Nodes that were disabled, and have rows that no other node has.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct NodeEnableTests {
    /// A hypertable `m` on dn1 and dn2 with 400 rows in three chunks.
    private static func table(_ cluster: Cluster) async throws {
        let made = try await cluster.program.run(
            [],
            input: """
                sql CREATE TABLE m (time timestamptz NOT NULL, "K" int, v float8)
                hypertable create m time --chunk-interval '7 days' --on dn1,dn2 --replication-factor 2
                sql INSERT INTO m SELECT '2024-01-01'::timestamptz + g * interval '1 h', g, 1 FROM generate_series(1, 400) g

                """)
        #expect(made.status == 0, "\(made.errors)")
    }

    private static func chunks(_ cluster: Cluster) async throws -> [String] {
        try await cluster.query(
            "an1",
            "SELECT format('%I.%I', chunk_schema, chunk_name) FROM timescaledb_information.chunks ORDER BY range_start"
        ).compactMap { $0[0] }
    }

    private static let sum = "SELECT count(*), sum(v) FROM m"

    /// What dn1 alone has is more, as much, and less than what dn2 has got meanwhile.
    @Test func whatIsThereAloneIsKeptAndComesBackByWhatIsTold() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            try await Self.table(cluster)
            let chunks = try await Self.chunks(cluster)
            #expect(chunks.count == 3)
            _ = try await cluster.query("dn2", "UPDATE \(chunks[0]) SET v = 2 WHERE \"K\" <= 20")
            _ = try await cluster.query("dn1", "UPDATE \(chunks[0]) SET v = 3 WHERE \"K\" <= 20")
            _ = try await cluster.query("dn2", "DELETE FROM \(chunks[1]) WHERE \"K\" % 4 = 0")
            let deleted = try await cluster.query("dn1", "SELECT count(*) FROM \(chunks[1]) WHERE \"K\" % 4 = 0")[0][0]
            #expect(try await cluster.run("node disable dn1").status == 0)
            for chunk in chunks {
                let first =
                    "(SELECT range_start FROM timescaledb_information.chunks WHERE format('%I.%I', chunk_schema, chunk_name) = '\(chunk)')"
                _ = try await cluster.query(
                    "an1",
                    "INSERT INTO m SELECT GREATEST(\(first), '2024-01-01') + interval '1 s' * g, 1000 + g, 1 FROM generate_series(1, 30) g"
                )
            }
            let before = try await cluster.query("an1", Self.sum)

            let drained = try await cluster.run("node drain dn1 --dry-run")
            #expect(!drained.errors.contains("loses nothing"), "\(drained)")
            let enabled = try await cluster.run("node enable dn1")
            #expect(enabled.status == 0, "\(enabled)")
            #expect(
                enabled.output.contains("3 chunks there that the access node had on others alone are dropped"),
                "\(enabled)")
            #expect(try await cluster.query("an1", Self.sum) == before)
            #expect(
                enabled.output.contains("_replaced: 20 rows of m")
                    && enabled.output.contains("_replaced: \(deleted ?? "") rows of m"))

            let shells = enabled.output.split(separator: "\n").filter { $0.contains(" | ") }
            #expect(shells.count == 2, "\(enabled)")
            for shell in shells { try Self.run(String(shell)) }
            let added = 20 + (Int(deleted ?? "") ?? 0)
            #expect(try await cluster.query("an1", Self.sum)[0][0] == String((Int(before[0][0] ?? "") ?? 0) + added))
            #expect(try await cluster.query("an1", "SELECT count(*) FROM m WHERE v = 3") == [["20"]])
            #expect(try await cluster.run("hypertable repair m", patience: 120).status == 0)
            // What was kept goes with the database, which is told.
            let dropped = try await cluster.run("node delete dn1 --force --drop-database --dry-run")
            #expect(dropped.errors.contains("_replaced (20 rows)"), "\(dropped)")
        }
    }

    /// - Parameter command: one that is shown for a shell.
    private static func run(_ command: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-ec", "tscl() { '\(Program.path)' --no-rc \"$@\"; }\n\(command)"]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(command)")
    }

    @Test func aNodeWhoseCopiesDifferDoesNotLeaveByForce() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            try await Self.table(cluster)
            let chunks = try await Self.chunks(cluster)
            _ = try await cluster.query("dn2", "DELETE FROM \(chunks[1]) WHERE \"K\" % 4 = 0")
            for command in ["node delete dn1 --force --yes", "node detach dn1 --force --yes"] {
                let refused = try await cluster.run(command)
                #expect(refused.status == 1 && refused.errors.contains("node drain dn1"), "\(refused)")
            }
            // The other one lacks nothing.
            let deleted = try await cluster.run("node delete dn2 --force --yes")
            #expect(deleted.status == 0, "\(deleted)")
            #expect(try await cluster.query("an1", "SELECT count(*) FROM m") == [["400"]])
        }
    }

    @Test func whatAnotherAccessNodeHasPreparedIsNotHealed() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            try await Self.table(cluster)
            let chunks = try await Self.chunks(cluster)
            let own = try await cluster.sandbox.doubt("dn1", committed: false)
            var parts = own.split(separator: "-").map(String.init)
            parts[3] = String((Int(parts[3]) ?? 0) + 77_777)
            let gid = parts.joined(separator: "-")
            try await cluster.runScript(
                "dn1",
                "BEGIN; INSERT INTO \(chunks[0]) VALUES ('2024-01-01 01:00', -5, 1); PREPARE TRANSACTION '\(gid)'")
            let list = try await cluster.run("heal list", "--format", "csv")
            #expect(list.output.contains("\(gid),") && list.output.contains(",another\n"), "\(list)")
            let healed = try await cluster.run("heal all", "--format", "csv")
            #expect(healed.status == 4 && healed.output.contains("dn1,blocked,0,"), "\(healed)")
            #expect(healed.output.contains("dn2,clean,0,"))
            let capped = "SELECT count(*) FROM pg_prepared_xacts WHERE gid = '\(gid)'"
            _ = try await cluster.run("chunk move \(chunks[1]) --to dn2 --timeout 5s")
            #expect(try await cluster.query("dn1", capped) == [["1"]])

            // So does the job.
            #expect(try await cluster.run("heal schedule --every 1h").status == 0)
            let job = try await cluster.query(
                "an1", "SELECT job_id FROM timescaledb_information.jobs WHERE proc_name = 'tscl_heal_data_nodes'")
            _ = try? await cluster.query("an1", "CALL run_job(\(job[0][0] ?? ""))")
            #expect(try await cluster.query("dn1", capped) == [["1"]])
            let ended = try await cluster.run("heal dn1 --of-others", "--format", "csv")
            #expect(ended.status == 0 && ended.output.contains("dn1,healed,2,"), "\(ended)")
            // And it heals what is the access node's own.
            _ = try await cluster.sandbox.doubt("dn1", committed: true)
            _ = try await cluster.query("an1", "CALL run_job(\(job[0][0] ?? ""))")
            #expect(try await cluster.query("dn1", "SELECT gid FROM pg_prepared_xacts").isEmpty)
        }
    }
}
