import Foundation
import Postgres
import Sandbox
import Testing

/// Signals in the midst of each kind of work: it ends on every server, what was finished is told, and nothing is half.
@Suite struct CancellationTests {
    /// Work that does not end by itself.
    struct Work: Sendable, CustomStringConvertible {
        let command: String
        /// Where it can be seen, and by which beginning of a statement.
        let node: String
        let statement: String
        /// What has been told of it at its end.
        var told = "error: interrupted"

        var description: String { String(command.prefix(24)) }
    }

    private static let onOneNode =
        "SELECT pg_sleep(CASE WHEN current_setting('unix_socket_directories') LIKE '%dn2' THEN 600 ELSE 0 END)"

    static let work = [
        Work(command: "sql SELECT pg_sleep(601)", node: "an1", statement: "SELECT pg_sleep(601)"),
        Work(command: "query \(onOneNode)", node: "dn2", statement: "SELECT pg_sleep(CASE"),
        Work(command: "exec SELECT pg_sleep(603)", node: "dn1", statement: "SELECT pg_sleep(603)"),
        Work(
            command: "transaction { role create halfway --everywhere; sql SELECT pg_sleep(605) }", node: "an1",
            statement: "SELECT pg_sleep(605)", told: "note: nothing of the transaction was done"),
        Work(
            command: "foreach n in a b c { role create before_${n}; sql SELECT pg_sleep(606) }", node: "an1",
            statement: "SELECT pg_sleep(606)", told: "with n = a; not begun: b, c"),
        Work(command: "role create halfway --everywhere", node: "dn2", statement: "CREATE ROLE"),
    ]

    @Test(arguments: [SIGINT, SIGTERM]) func aSignalEndsItOnEveryServer(_ signal: Int32) async throws {
        try await Cluster.with { cluster in
            for work in Self.work {
                // A role can't be made on the second node as long as somebody looks at all roles there.
                let node = try #require(cluster.sandbox.nodes.first { $0.name == "dn2" })
                let gatekeeper = try await Connection.open(cluster.sandbox.parameters(for: node))
                if work.statement == "CREATE ROLE" {
                    _ = try await gatekeeper.executeScript("BEGIN; LOCK TABLE pg_authid IN SHARE MODE")
                }
                let log = NSTemporaryDirectory() + "tscl-cancelled-\(UUID().uuidString)"
                defer { try? FileManager.default.removeItem(atPath: log) }
                let running = try cluster.program.start(
                    ["--format", "json", "--log", log, "-c", work.command + "; echo never"])
                let active = """
                    SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%\(work.statement)%'
                        AND pid <> pg_backend_pid()
                    """
                #expect(try await eventually { try await !cluster.query(work.node, active).isEmpty }, "\(work)")
                if work.command.hasPrefix("query") {
                    // The other nodes are done, and tscl has read it: each has its line in the log.
                    #expect(
                        await eventually {
                            let lines = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
                            return ["dn1", "dn3"].allSatisfy { other in
                                lines.split(separator: "\n").contains {
                                    $0.contains(#""node":"\#(other)","sql":"\#(work.statement)"#)
                                        && $0.contains(#","ok":"#)
                                }
                            }
                        })
                }
                running.signal(signal)
                let result = await running.end()
                await gatekeeper.close()
                #expect(result.status == 130, "\(work): \(result.errors)")
                #expect(result.errors.contains(work.told), "\(work): \(result.errors)")
                #expect(!result.output.contains("never"))
                try expectWholeLines(result.output)
                try expectWholeLines(try String(contentsOfFile: log, encoding: .utf8))
                #expect(try await eventually { try await cluster.query(work.node, active).isEmpty }, "\(work)")
                for node in cluster.sandbox.nodes {
                    let halfway = "SELECT FROM pg_roles WHERE rolname = 'halfway'"
                    #expect(try await cluster.query(node.name, halfway).isEmpty, "\(work)")
                    #expect(
                        try await eventually {
                            try await cluster.query(node.name, "SELECT FROM pg_prepared_xacts").isEmpty
                        }, "\(work)")
                }
                // What was finished stays, and was told.
                if work.command.hasPrefix("query") {
                    #expect(result.output.contains(#""rows":[["dn1",""],["dn3",""]]"#), "\(result.output)")
                }
                if work.command.hasPrefix("foreach") {
                    #expect(
                        try await cluster.query("an1", "SELECT FROM pg_roles WHERE rolname = 'before_a'").count == 1)
                }
            }
        }
    }

    /// TimescaleDB does not end on data nodes what runs outside a transaction; that is told.
    @Test(.onTimescaleDB("the emulator ends it")) func whatMayGoOnIsTold() async throws {
        let cluster = try await Cluster.shared.value
        let running = try cluster.program.start(["exec", "--no-transaction", "SELECT pg_sleep(604)"])
        let active = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(604)'"
        let shown = active.replacingOccurrences(of: "pg_terminate_backend(pid)", with: "")
        #expect(try await eventually { try await !cluster.query("dn1", shown).isEmpty })
        running.signal(SIGINT)
        let result = await running.end()
        #expect(result.status == 130)
        #expect(
            result.errors.contains("error: interrupted: whether this took effect is not known\n"), "\(result.errors)")
        #expect(result.errors.contains("help: it may still run on data nodes: "), "\(result.errors)")
        for node in ["dn1", "dn2", "dn3"] { _ = try await cluster.query(node, active) }
    }

    @Test(arguments: [SIGINT, SIGTERM]) func whoWaitsForAFrozenNodeCanBeEnded(_ signal: Int32) async throws {
        try await Cluster.with { cluster in
            try await cluster.sandbox.freeze("dn2")
            let log = NSTemporaryDirectory() + "tscl-cancelled-\(UUID().uuidString)"
            defer { try? FileManager.default.removeItem(atPath: log) }
            let healing = try cluster.program.start(
                ["--log", log, "-c", "heal all --timeout 600s", "-c", "echo never"])
            // Those that can be healed are, and tscl has read it: each has its line in the log. The frozen one is
            // waited for.
            #expect(
                await eventually {
                    let lines = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
                    return lines.split(separator: "\n").count {
                        $0.contains(".remote_txn_heal_data_node(") && $0.contains(#","ok":"#)
                    } == 2
                })
            healing.signal(signal)
            if signal == SIGINT {
                // The first only keeps further steps from beginning.
                #expect(await healing.complains("; Ctrl-C again cancels"))
                healing.signal(signal)
            }
            let healed = await healing.end()
            #expect(healed.status == 130, "\(healed)")
            #expect(
                healed.errors.contains("error: not healed: dn2 (interrupted)\nerror: interrupted\n"), "\(healed.errors)"
            )
            #expect(healed.output.contains(" dn1  | clean ") && healed.output.contains(" dn3  | clean "))
            #expect(!healed.output.contains("never"))

            for command in ["node ping", "node reach", "node show dn2", "status", "check", "role check", "heal list"] {
                let asking = try cluster.program.start(["-c", "\(command) --timeout 600s", "-c", "echo never"])
                #expect(await eventually { asking.isWaiting })
                asking.signal(signal)
                let asked = await asking.end()
                #expect(asked.status == 130, "\(command): \(asked)")
                #expect(asked.errors.contains("error: interrupted"), "\(command): \(asked)")
                // Nothing is known of a node that was not given the time to answer.
                for word in ["down", "hanging", "refused", "not healthy", "never"] {
                    #expect(!(asked.output + asked.errors).contains(word), "\(command): \(asked)")
                }
            }
            try await cluster.sandbox.thaw("dn2")
        }
    }

    @Test(arguments: [
        "wait until 1 == 2 --timeout 600s", "sleep 600s", "wait until 1 == 2 --timeout 600s --every 300s",
    ])
    func waitingIsNoWork(_ command: String) async throws {
        let program = Program(environment: ["PGHOST": "/nonexistent"])
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            for way in Way.allCases where way.takesSeveral {
                let running = try way.start(["echo started", command, "echo never"], with: program)
                running.closeInput()
                #expect(await running.waits(for: "started\n"))
                running.signal(signal)
                let result = await running.end()
                #expect(result.status == 130 && result.output == "started\n", "\(way) \(result)")
            }
        }
    }

    /// As nohup(1) has it: who logs out does not end what was left running.
    @Test func aHangUpThatIsIgnoredEndsNothing() async throws {
        let program = Program(environment: ["PGHOST": "/nonexistent"])
        let running = try program.start(
            ["-c", "trap '' HUP; exec \"$0\" --no-rc", Program.path], executable: "/bin/sh")
        running.write("echo started\n")
        #expect(await running.waits(for: "started\n"))
        running.signal(SIGHUP)
        running.write("echo done\n")
        #expect(await running.waits(for: "done\n"))
        running.closeInput()
        let result = await running.end()
        #expect(result.status == 0, "\(result)")
    }

    private func expectWholeLines(_ text: String) throws {
        #expect(text.isEmpty || text.hasSuffix("\n"))
        for line in text.split(separator: "\n") {
            #expect(throws: Never.self, "\(line)") { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
        }
    }
}
