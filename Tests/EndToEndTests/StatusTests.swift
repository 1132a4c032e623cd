import Foundation
import Sandbox
import Testing

/// What the program ends with, whichever way the commands come in.
@Suite struct StatusTests {
    /// A cluster in which one of three nodes has a table and a role that the others have not.
    private static let uneven = Task {
        let cluster = try await Cluster.make()
        _ = try await cluster.query("dn2", "CREATE TABLE only_here (i int)")
        _ = try await cluster.query("an1", "CREATE ROLE uneven LOGIN")
        _ = try await cluster.query("dn2", "CREATE ROLE uneven LOGIN")
        return cluster
    }

    @Test(
        arguments: [
            ("echo all is well", 0), ("node ping", 0), ("sql SELECT 1/0", 1), ("node show dn9", 1), ("node lst", 2),
            ("node list --frmat csv", 2), ("sleep", 2), ("query SELECT FROM only_here", 4), ("role check uneven", 5),
            ("role drop uneven", 6),
        ] as [(String, Int32)], Way.allCases)
    func eachStatusComesFromEachWay(_ expected: (command: String, status: Int32), _ way: Way) async throws {
        let cluster = try await Self.uneven.value
        let result = try await way.run(["echo earlier", expected.command], with: cluster.program)
        #expect(result.status == expected.status, "\(result.errors)")
        // Where nothing may have run, nothing has.
        let mayRun = ![2, 6].contains(expected.status) || !way.isParsedWhole
        #expect(result.output.contains("earlier\n") == (mayRun && way.takesSeveral))
        // Whoever throws the answer away is told all the same.
        #expect(result.errors.isEmpty == (expected.status == 0))
    }

    @Test(arguments: Way.allCases) func noConnectionIsStatus3(_ way: Way) async throws {
        let nowhere = Program(environment: ["PGHOST": "/nonexistent"])
        let result = try await way.run(["echo earlier", "node list"], ["-w"], with: nowhere)
        #expect(result.status == 3)
        #expect(result.output == (way.takesSeveral ? "earlier\n" : ""))
    }

    @Test(arguments: Way.allCases, [SIGINT, SIGTERM]) func aSignalIsStatus130(_ way: Way, _ signal: Int32) async throws
    {
        let cluster = try await Cluster.shared.value
        let running = try way.start(
            ["sql SELECT pg_sleep(64)", "echo never"].dropLast(way.takesSeveral ? 0 : 1), with: cluster.program)
        running.closeInput()
        let sleeping = "SELECT FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep(64)'"
        #expect(try await eventually { try await !cluster.query("an1", sleeping).isEmpty })
        running.signal(signal)
        let result = await running.end()
        #expect(result.status == 130)
        #expect(result.output == "")
        #expect(result.errors.contains("error: interrupted"))
        #expect(try await eventually { try await cluster.query("an1", sleeping).isEmpty })
    }

    @Test(arguments: Way.allCases.filter(\.takesSeveral))
    func theFirstFailureEndsTheRunUnlessToldOtherwise(_ way: Way) async throws {
        let cluster = try await Cluster.shared.value
        let commands = ["sql SELECT 1/0", "node show dn9", "echo reached"]
        let stopped = try await way.run(commands, with: cluster.program)
        #expect(stopped.status == 1)
        #expect(stopped.output == "")
        #expect(!stopped.errors.contains("dn9\n"))
        let kept = try await way.run(commands, ["--keep-going"], with: cluster.program)
        #expect(kept.status == 1)
        #expect(kept.output == "reached\n")
        #expect(kept.errors.hasSuffix("\n2 of 3 commands failed\n"))
    }

    @Test(arguments: Way.allCases.filter(\.takesSeveral))
    func quitEndsTheRunWithItsStatus(_ way: Way) async throws {
        let nowhere = Program(environment: ["PGHOST": "/nonexistent"])
        let result = try await way.run(["echo earlier", "quit 9", "echo never"], with: nowhere)
        #expect(result.status == 9)
        #expect(result.output == "earlier\n")
        #expect(try await way.run(["quit", "echo never"], with: nowhere).status == 0)
    }

    @Test(arguments: [["--bad"], ["-c"], ["--timeout", "soon"], ["-p", "0"], ["-v", "1=2"], ["/nonexistent.tscl"]])
    func aWrongCommandLineIsStatus2(_ arguments: [String]) async throws {
        let result = try await Program().run(arguments)
        #expect(result.status == 2, "\(result.errors)")
        #expect(result.output == "")
        #expect(result.errors.hasPrefix("error: "))
    }

    @Test func aSandboxIsWhereItIs() async throws {
        let cluster = try await Cluster.shared.value
        var program = cluster.program
        program.seesSandboxes()
        let sandbox = ["--sandbox", cluster.sandbox.name]
        let elsewhere = try await program.run(sandbox + ["-h", "elsewhere", "node", "list"])
        #expect(elsewhere.status == 2)
        #expect(elsewhere.errors == "error: --host and --sandbox exclude each other: a sandbox is where it is\n")
        // Who one is there, and in which database, can be chosen.
        let asOther = try await program.run(sandbox + ["-U", "nobody_here", "sql", "SELECT 1"])
        #expect(asOther.status == 3)
        #expect(asOther.errors.contains("role \"nobody_here\" does not exist"))
        let inOther = try await program.run(
            sandbox + ["-d", "postgres", "--format", "csv", "sql", "SELECT current_database() AS d"])
        #expect(inOther.output == "d\npostgres\n")
    }
}
