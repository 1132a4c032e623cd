import Foundation
import Sandbox
import Testing

/// Commands that are ended in their midst, and servers that answer nothing.
@Suite struct InterruptionTests {
    @Test(arguments: [SIGTERM, SIGINT]) func whatAnInterruptLeftUndoneCanBeRun(_ signal: Int32) async throws {
        try await Cluster.with(addingNodes: false) { cluster in
            // The second node has to wait for a session that is about to create a server of its name.
            _ = try await cluster.query("an1", "CREATE FOREIGN DATA WRAPPER holder")
            let holder = try cluster.program.start([])
            holder.write("sql BEGIN\nsql CREATE SERVER dn2 FOREIGN DATA WRAPPER holder\necho held\n")
            #expect(await holder.waits(for: "held\n"))
            let running = try cluster.program.start(["-c", "node add dn{1..3} --host '\(cluster.sockets)'/dn{1..3}"])
            let waiting = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%add_data_node%'"
            #expect(try await eventually { try await !cluster.query("an1", waiting).isEmpty })
            running.signal(signal)
            if signal == SIGINT {
                // The first lets what is in hand end; dn2 can't.
                #expect(await running.complains("; Ctrl-C again cancels"))
                running.signal(signal)
            }
            let interrupted = await running.end()
            #expect(interrupted.status == 130)
            let rest = "  the rest: "
            let lines = interrupted.errors.split(separator: "\n").map(String.init)
            #expect(lines.contains("error: interrupted"))
            #expect(lines.contains("  done: node dn1 added (\(cluster.sockets)/dn1)"))
            // Whether the third was added meanwhile is a matter of chance.
            #expect(lines.contains("  failed: dn2: interrupted"))
            let command = try #require(lines.first { $0.hasPrefix(rest) }).dropFirst(rest.count)
            #expect(try await cluster.query("an1", waiting).isEmpty)
            holder.write("sql ROLLBACK\n")
            holder.closeInput()
            #expect(await holder.end().status == 0)

            var continued = try await cluster.run(String(command))
            // The node may still be making its database for the command that was cancelled.
            if continued.errors.contains("sqlstate: 23505") {
                let lines = continued.errors.split(separator: "\n").map(String.init)
                let command = try #require(lines.first { $0.hasPrefix(rest) }).dropFirst(rest.count)
                continued = try await cluster.run(String(command))
            }
            #expect(continued.status == 0, "\(continued.errors)")
            let names = "SELECT node_name FROM timescaledb_information.data_nodes ORDER BY 1"
            #expect(try await cluster.query("an1", names) == [["dn1"], ["dn2"], ["dn3"]])
        }
    }

    @Test func anAccessNodeThatAnswersNothingIsNoConnection() async throws {
        try await Cluster.with { cluster in
            try await cluster.sandbox.freeze("an1")
            let result = try await cluster.run("echo earlier; node list --timeout 500ms; echo never")
            try await cluster.sandbox.thaw("an1")
            #expect(result.status == 3)
            #expect(result.output == "earlier\n")
            #expect(result.errors.contains("failed: no answer in time"))
            #expect(result.errors.contains("   help: the server may be down or hanging"))
        }
    }

    /// How long that is nobody knows; what counts is that it ends, and says how.
    @Test(arguments: ["node list", "node ping", "role list", "query SELECT 1", "exec SELECT 1", "heal all", "status"])
    func aTimeLimitThatNothingCanKeepEndsInOrder(_ command: String) async throws {
        let cluster = try await Cluster.shared.value
        let result = try await cluster.run(command, "--timeout", "1ms")
        #expect([0, 1, 3, 4, 5].contains(result.status), "\(result.errors)")
        #expect(result.errors.contains("error: ") == (result.status != 0))
    }

    @Test func aDryRunTouchesNoSandbox() async throws {
        let cluster = try await Cluster.shared.value
        var program = cluster.program
        program.seesSandboxes()
        let name = "never-\(getpid())"
        let up = try await program.run(["--dry-run", "sandbox", "up", "--name", name])
        #expect(up.status == 0)
        #expect(up.output == "-- would be started: sandbox \(name), 3 data nodes\n")
        #expect(try Sandbox.find(name: name) == nil)
        let doubt = try await program.run(["sandbox", "doubt", "dn1", "--name", cluster.sandbox.name, "--dry-run"])
        #expect(doubt.output == "-- would be left in doubt: a transaction on dn1\n")
        #expect(try await cluster.query("dn1", "SELECT FROM pg_prepared_xacts").isEmpty)
    }
}
