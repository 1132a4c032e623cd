import Foundation
import Sandbox
import Testing

/// What destroys, where nobody can be asked.
@Suite struct ConsentTests {
    /// Runs a command with another one before it, where the way takes several.
    private func run(
        _ words: [String], _ way: Way, _ options: [String] = [], in scene: DestructiveCommand.Scene
    ) async throws -> Program.Result {
        try await way.run(["echo earlier", words.joined(separator: " ")], options, with: scene.program)
    }

    @Test(arguments: DestructiveCommand.allCases, Way.allCases)
    func withoutATerminalItIsStatus6(_ command: DestructiveCommand, _ way: Way) async throws {
        let scene = try await DestructiveCommand.Scene.shared.value
        let result = try await run(command.words(in: scene), way, in: scene)
        #expect(result.status == 6, "\(result.errors)")
        // Standard input runs command by command; of all else nothing has run, the earlier commands neither.
        #expect(result.output == (way.isParsedWhole ? "" : "earlier\n"))
        #expect(
            result.errors.contains("error: \(command.syntaxName) needs a confirmation, and there is no terminal\n"))
        #expect(result.errors.contains("   help: --yes confirms it beforehand\n"))
        #expect(try await scene.holds(command))
    }

    @Test(arguments: DestructiveCommand.allCases, [true, false])
    func aDryRunAsksNothingAndChangesNothing(_ command: DestructiveCommand, isOption: Bool) async throws {
        let scene = try await DestructiveCommand.Scene.shared.value
        let words = command.words(in: scene)
        for way in Way.allCases {
            let result =
                isOption
                ? try await run(words, way, ["--dry-run"], in: scene)
                : try await run(words + ["--dry-run"], way, in: scene)
            #expect(result.status == 0, "\(way): \(result.errors)")
            #expect(result.output.contains("-- "), "\(way)")
            #expect(try await scene.holds(command), "\(way)")
        }
        let terminal = try PromptTerminal(
            isOption ? ["--dry-run"] + words : words + ["--dry-run"], environment: scene.environment)
        defer { terminal.kill() }
        let shown = try await terminal.waits(for: "-- ")
        #expect(try await terminal.end() == 0)
        #expect(!shown.contains { $0.contains("to confirm") })
        #expect(try await scene.holds(command))
    }

    @Test(arguments: [true, false]) func yesConsentsBeforeAndBehind(isBefore: Bool) async throws {
        try await DestructiveCommand.Scene.with { scene in
            for command in DestructiveCommand.allCases {
                #expect(try await scene.holds(command), "\(command)")
                let words = command.words(in: scene)
                let result = try await scene.program.run(isBefore ? ["--yes"] + words : words + ["--yes"])
                #expect(result.status == 0, "\(command): \(result.errors)")
                #expect(try await !scene.holds(command), "\(command)")
            }
        }
    }

    @Test func yesBehindACommandIsForThatCommandAlone() async throws {
        let scene = try await DestructiveCommand.Scene.shared.value
        let drop = DestructiveCommand.roleDrop.words(in: scene).joined(separator: " ")
        let result = try await scene.program.run(["-c", "role drop nobody_here --if-exists --yes; \(drop)"])
        #expect(result.status == 6)
        #expect(result.output == "")
        #expect(result.errors.contains("<command 1>:1:42: error: role drop needs a confirmation"))
        #expect(try await scene.holds(.roleDrop))
    }

    /// Consent is no wish to lose what a node has the only copy of, and `--force` is none either.
    @Test(.onTimescaleDB("the emulator keeps no rows of hypertables")) func yesNeverConsentsToLosingData()
        async throws
    {
        let scene = try await DestructiveCommand.Scene.shared.value
        let made = try await scene.program.run(
            [],
            input: """
                sql CREATE TABLE sole (time timestamptz NOT NULL, value int)
                hypertable create sole time --on dn1
                sql INSERT INTO sole VALUES ('2024-01-01', 1)
                sql CREATE TABLE twice (time timestamptz NOT NULL, value int)
                hypertable create twice time --on dn2,dn3 --replication-factor 2
                sql INSERT INTO twice VALUES ('2024-01-01', 2)

                """)
        #expect(made.status == 0, "\(made.errors)")
        for (command, sqlstate) in [
            ("node delete dn1", "TS170"), ("node delete dn1 --force", "TS170"),
            ("node detach dn1 --from sole", "TS170"), ("node detach dn1 --from sole --force", "TS170"),
            // What it holds is on another node too.
            ("node delete dn2", "TS504"), ("node detach dn2 --from twice", "TS504"),
        ] {
            let result = try await scene.program.run(["--yes", "-c", command])
            #expect(result.status == 1, "\(command)")
            #expect(result.errors.contains("sqlstate: \(sqlstate)"), "\(command): \(result.errors)")
            #expect(result.errors.contains("help: "), "\(command)")
        }
        #expect(try await scene.cluster.query("an1", "SELECT value FROM sole") == [["1"]])
        #expect(try await scene.cluster.query("an1", "SELECT FROM timescaledb_information.data_nodes").count == 3)
        #expect(
            try await scene.program.run(["--yes", "node", "detach", "dn2", "--from", "twice", "--force"]).status == 0)
        #expect(try await scene.cluster.query("an1", "SELECT value FROM twice") == [["2"]])
    }
}
