import Foundation
import Testing

/// What destroys asks on a terminal, and waits for the very name.
@Suite struct ConfirmationTests {
    /// Runs a command on a terminal of its own, up to its question.
    private func asked(
        _ command: DestructiveCommand, in scene: DestructiveCommand.Scene
    ) async throws -> PromptTerminal {
        let terminal = try PromptTerminal(command.words(in: scene), environment: scene.environment)
        let question = "\(command.syntaxName): type \(command.name(in: scene)) to confirm:"
        do {
            try await terminal.waits(line: question)
        } catch {
            terminal.kill()
            throw error
        }
        return terminal
    }

    @Test(arguments: DestructiveCommand.allCases, ["\r", "kept\r", "yes\r", "DN3\r", " \r", "all\r"])
    func anotherAnswerThanTheNameIsStatus6(_ command: DestructiveCommand, _ answer: String) async throws {
        let scene = try await DestructiveCommand.Scene.shared.value
        let terminal = try await asked(command, in: scene)
        defer { terminal.kill() }
        terminal.type(answer)
        try await terminal.waits(for: "error: not confirmed; nothing was done")
        #expect(try await terminal.end() == 6)
        #expect(try await scene.holds(command))
    }

    @Test(arguments: DestructiveCommand.allCases)
    func controlCIsStatus130(_ command: DestructiveCommand) async throws {
        let scene = try await DestructiveCommand.Scene.shared.value
        let terminal = try await asked(command, in: scene)
        defer { terminal.kill() }
        terminal.type("\u{3}")
        #expect(try await terminal.end() == 130)
        #expect(try await scene.holds(command))
    }

    @Test(arguments: DestructiveCommand.allCases)
    func controlDIsStatus6(_ command: DestructiveCommand) async throws {
        let scene = try await DestructiveCommand.Scene.shared.value
        let terminal = try await asked(command, in: scene)
        defer { terminal.kill() }
        terminal.type("\u{4}")
        #expect(try await terminal.end() == 6)
        #expect(try await scene.holds(command))
    }

    @Test func theNameTypedAgainDoesIt() async throws {
        try await DestructiveCommand.Scene.with { scene in
            for command in DestructiveCommand.allCases {
                #expect(try await scene.holds(command), "\(command)")
                let terminal = try await asked(command, in: scene)
                defer { terminal.kill() }
                terminal.type(command.name(in: scene) + "\r")
                #expect(try await terminal.end() == 0, "\(command)")
                #expect(try await !scene.holds(command), "\(command)")
            }
        }
    }

    @Test func eachOfSeveralNamesIsAskedBeforeAnyIsDone() async throws {
        let cluster = try await Cluster.shared.value
        #expect(try await cluster.run("role create ask_a ask_b").status == 0)
        let roles = "SELECT rolname FROM pg_roles WHERE rolname LIKE 'ask\\__' ORDER BY 1"
        for (second, status, left) in [("ask_a", 6, [["ask_a"], ["ask_b"]]), ("ask_b", 0, [])] {
            let terminal = try PromptTerminal(
                ["role", "drop", "ask_a", "ask_b"], environment: cluster.program.environment)
            defer { terminal.kill() }
            try await terminal.waits(line: "role drop: type ask_a to confirm:")
            terminal.type("ask_a\r")
            try await terminal.waits(line: "role drop: type ask_b to confirm:")
            terminal.type(second + "\r")
            #expect(try await terminal.end() == Int32(status))
            #expect(try await cluster.query("an1", roles) == left)
        }
    }

    @Test func nobodyIsAskedForARoleThatIsNotThere() async throws {
        let cluster = try await Cluster.shared.value
        let terminal = try PromptTerminal(["role", "drop", "postgrse"], environment: cluster.program.environment)
        defer { terminal.kill() }
        try await terminal.waits(for: "error: there is no role postgrse")
        try await terminal.waits(for: "did you mean postgres?")
        #expect(try await terminal.end() == 1)
    }

    @Test func aPatternAsksForEachNodeThatItSelects() async throws {
        let cluster = try await Cluster.shared.value
        let terminal = try PromptTerminal(["node", "delete", "dn[23]"], environment: cluster.program.environment)
        defer { terminal.kill() }
        try await terminal.waits(line: "node delete: type dn2 to confirm:")
        terminal.type("dn2\r")
        try await terminal.waits(line: "node delete: type dn3 to confirm:")
        terminal.type("dn[23]\r")
        #expect(try await terminal.end() == 6)
        #expect(try await cluster.query("an1", "SELECT FROM timescaledb_information.data_nodes").count == 3)
    }

    @Test func noNameControlsTheTerminal() async throws {
        let cluster = try await Cluster.shared.value
        let name = "red\u{1b}[31m"
        let created = try PromptTerminal(["role", "create", name], environment: cluster.program.environment)
        defer { created.kill() }
        try await created.waits(for: "role red\\x1B[31m created on the access node")
        #expect(try await created.end() == 0)
        let asked = try PromptTerminal(["role", "drop", name], environment: cluster.program.environment)
        defer { asked.kill() }
        try await asked.waits(line: "role drop: type red\\x1B[31m to confirm:")
        asked.type("\r")
        #expect(try await asked.end() == 6)
        #expect(try await cluster.program.run(["--yes", "role", "drop", name]).status == 0)
    }

    /// Someone sits there, but a question would not be seen.
    @Test func aTerminalWithoutStandardErrorIsNotAsked() async throws {
        let scene = try await DestructiveCommand.Scene.shared.value
        let words = DestructiveCommand.roleDrop.words(in: scene).joined(separator: " ")
        let terminal = try PromptTerminal(
            ["-c", "exec '\(Program.path)' \(words) 2>/dev/null"], executable: "/bin/sh",
            environment: scene.environment)
        defer { terminal.kill() }
        #expect(try await terminal.end() == 6)
        #expect(try await scene.holds(.roleDrop))
    }
}
