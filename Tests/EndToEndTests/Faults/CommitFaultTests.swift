import FaultProxy
import Foundation
import Sandbox
import Testing

/// COMMIT on the way between tscl and the access node, and at the data nodes: what is said of it is what happened.
@Suite struct CommitFaultTests {
    private struct Case: Sendable {
        let command: String
        /// Its statement that commits.
        let words: String
        let role: String
    }

    private static let cases = [
        Case(command: "role create plan1 --everywhere", words: "COMMIT", role: "plan1"),
        Case(command: "transaction { role create block1 --everywhere }", words: "COMMIT", role: "block1"),
        Case(
            command: "sql BEGIN; sql CREATE ROLE own1; exec CREATE ROLE own1; sql COMMIT", words: "COMMIT", role: "own1"
        ),
        Case(command: "role create single1", words: "CREATE ROLE", role: "single1"),
    ]

    private func isThere(_ role: String, on nodes: [String], _ proxied: ProxiedCluster) async throws -> Bool {
        for node in nodes {
            guard try await proxied.cluster.query(node, "SELECT FROM pg_roles WHERE rolname = '\(role)'").count == 1
            else { return false }
        }
        return true
    }

    @Test func aConnectionThatBreaksAtCommitHidesNothing() async throws {
        try await ProxiedCluster.with { proxied in
            let access = try proxied.proxy("an1")
            for each in Self.cases {
                access.arm(.cut, .before(each.words))
                let before = try await proxied.run(each.command)
                #expect(try await !isThere(each.role, on: ["an1"], proxied), "\(before)")
                #expect(before.status != 0 && before.status != 4, "\(each.command): \(before)")
                #expect(!before.errors.contains("took effect all the same"), "\(each.command): \(before)")

                access.arm(.cut, .behind(each.words))
                let behind = try await proxied.run(each.command)
                #expect(try await isThere(each.role, on: ["an1"], proxied), "\(behind)")
                if each.words == "COMMIT" {
                    #expect(behind.status == 4, "\(each.command): \(behind)")
                    #expect(
                        behind.errors.contains(
                            "lost at COMMIT: the transaction took effect all the same"), "\(each.command): \(behind)")
                } else {
                    // Its session has ended, and with it what tells of its transaction.
                    #expect(
                        behind.errors.contains("whether this took effect is not known"), "\(each.command): \(behind)")
                }
                #expect(try await proxied.cluster.run("heal all").status == 0)
            }
        }
    }

    /// The answer is held until tscl has had its signal.
    @Test(arguments: [SIGINT, SIGTERM]) func aSignalWhileItCommitsIsNoInterrupt(_ signal: Int32) async throws {
        try await ProxiedCluster.with { proxied in
            let access = try proxied.proxy("an1")
            for each in Self.cases where each.words == "COMMIT" {
                let struck = access.struck
                access.arm(.hold, .behind(each.words))
                let running = try proxied.program.start(["-c", each.command, "-c", "echo never"])
                #expect(await eventually { access.struck > struck })
                running.signal(signal)
                #expect(await running.complains("note: waiting for the answer to COMMIT"))
                access.release()
                let result = await running.end()
                #expect(result.status == 130, "\(each.command): \(result)")
                #expect(
                    result.errors.contains("note: the interrupt came too late: this is done"),
                    "\(each.command): \(result)")
                #expect(!result.errors.contains("error: interrupted") && !result.output.contains("never"))
                // The emulator is not through with its data nodes when it answers.
                #expect(try await eventually { try await isThere(each.role, on: ["an1", "dn1", "dn2"], proxied) })
            }
        }
    }

    // MARK: Data nodes that break off; the emulator does what comes behind COMMIT in a session of its own

    private static let commands = [
        "role create r{} --everywhere", "transaction { role create r{} --everywhere }",
        "sql BEGIN; sql CREATE ROLE r{}; exec CREATE ROLE r{}; sql COMMIT", "exec CREATE ROLE r{}",
    ]

    @Test(.onTimescaleDB("the emulator commits behind the access node's back"))
    func aNodeThatBreaksOffBehindTheDecisionIsInDoubt() async throws {
        try await ProxiedCluster.with { proxied in
            let node = try proxied.proxy("dn2")
            for (number, command) in Self.commands.enumerated() {
                let command = command.replacingOccurrences(of: "{}", with: String(number))
                node.arm(.cut, .before("COMMIT PREPARED"))
                let cut = try await proxied.run(command)
                #expect(cut.status == 4, "\(command): \(cut)")
                #expect(cut.errors.contains("error: done, but in doubt on dn2\n"), "\(command): \(cut)")
                #expect(cut.errors.contains("help: 'heal dn2' completes it there\n"), "\(command): \(cut)")
                #expect(try await isThere("r\(number)", on: ["dn1"], proxied))
                #expect(try await !isThere("r\(number)", on: ["dn2"], proxied))
                let healed = try await proxied.cluster.run("heal dn2")
                #expect(healed.status == 0 && healed.output.contains("healed"), "\(healed)")
                #expect(try await isThere("r\(number)", on: ["dn1", "dn2"], proxied))
            }
        }
    }

    @Test(.onTimescaleDB("the emulator waits otherwise"))
    func aNodeThatBreaksOffAtPrepareIsNamed() async throws {
        try await ProxiedCluster.with { proxied in
            let node = try proxied.proxy("dn2")
            for (number, command) in Self.commands.enumerated() {
                let command = command.replacingOccurrences(of: "{}", with: String(number))
                node.arm(.cut, .behind("PREPARE TRANSACTION"))
                let cut = try await proxied.run(command)
                #expect(cut.status == 1, "\(command): \(cut)")
                #expect(
                    cut.errors.contains("help: 'heal dn1 dn2' first") || cut.errors.contains("help: 'heal dn2' first"),
                    "\(command): \(cut)")
                #expect(try await proxied.cluster.query("dn2", "SELECT FROM pg_prepared_xacts").count == 1)
                let healed = try await proxied.cluster.run("heal dn2")
                #expect(healed.status == 0 && healed.output.contains("healed"), "\(healed)")
                #expect(try await !isThere("r\(number)", on: ["dn1"], proxied))
                #expect(try await !isThere("r\(number)", on: ["dn2"], proxied))
            }
        }
    }

    /// The data node's answer is held until tscl has had its signal, and then comes.
    @Test(.onTimescaleDB("the emulator commits behind the access node's back"))
    func aSignalWhileTheNodesCommitIsNoInterrupt() async throws {
        try await ProxiedCluster.with { proxied in
            let node = try proxied.proxy("dn2")
            for (number, command) in Self.commands.enumerated() {
                let command = command.replacingOccurrences(of: "{}", with: String(number))
                let struck = node.struck
                node.arm(.hold, .before("COMMIT PREPARED"))
                let running = try proxied.program.start(["-c", command])
                #expect(await eventually { node.struck > struck })
                running.signal(SIGINT)
                if command.hasPrefix("exec") {
                    // It is asked to cancel, which it can't, and then how far it is.
                    #expect(
                        try await eventually {
                            try proxied.proxy("an1").statements.contains { $0.contains("pg_locks") }
                        })
                } else {
                    #expect(await running.complains("note: waiting for the answer to COMMIT"))
                }
                node.release()
                let result = await running.end()
                #expect(result.status == 130, "\(command): \(result)")
                #expect(result.errors.contains("note: the interrupt came too late: this is done"), "\(result)")
                #expect(!result.errors.contains("error"), "\(command): \(result)")
                #expect(
                    try await isThere(
                        "r\(number)", on: ["an1", "dn1", "dn2"].suffix(command.hasPrefix("exec") ? 2 : 3), proxied))
            }
        }
    }

    @Test(.onTimescaleDB("the emulator commits behind the access node's back"))
    func theEndOfTheTimeWhileTheNodesCommitIsNoFailure() async throws {
        try await ProxiedCluster.with { proxied in
            let (access, node) = (try proxied.proxy("an1"), try proxied.proxy("dn2"))
            node.arm(.hold, .before("COMMIT PREPARED"))
            let running = try proxied.program.start(["-c", "exec --timeout 5s CREATE ROLE late", "-c", "echo next"])
            // The time is over, the access node does not cancel, and is asked how far it is.
            #expect(await eventually { access.statements.contains { $0.contains("pg_locks") } })
            node.release()
            let result = await running.end()
            #expect(result.status == 0 && result.output == "done on 2 nodes\nnext\n", "\(result)")
            #expect(try await isThere("late", on: ["dn1", "dn2"], proxied))
        }
    }

    /// The server at the other end is one that answers nothing any more.
    @Test(.onTimescaleDB("the emulator commits behind the access node's back"))
    func whatNeverAnswersIsDoneAndInDoubt() async throws {
        try await ProxiedCluster.with { proxied in
            let node = try proxied.proxy("dn2")
            node.arm(.hold, .before("COMMIT PREPARED"))
            let held = try await proxied.run("role create held --everywhere --timeout 5s")
            node.release()
            #expect(held.status == 4, "\(held)")
            #expect(
                held.errors.contains(
                    "no answer to COMMIT within the time limit: the transaction took effect all the same"),
                "\(held)")
            #expect(held.errors.contains("help: 'heal all' completes it on the data nodes; do not try again\n"))
            #expect(try await isThere("held", on: ["an1"], proxied))

            node.arm(.hold, .before("PREPARE TRANSACTION"))
            let undone = try await proxied.run("role create undone --everywhere --timeout 5s")
            node.release()
            #expect(undone.status == 1, "\(undone)")
            #expect(undone.errors.contains(": the transaction is undone\n"), "\(undone)")
            #expect(undone.errors.contains("help: 'heal "), "\(undone)")
            #expect(try await !isThere("undone", on: ["an1"], proxied))
        }
    }
}
