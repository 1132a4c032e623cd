import Testing

/// `--quiet` at the prompt: what nobody has asked for is left out, and answers are shown.
@Suite struct QuietPromptTests {
    @Test func rowsAreShownWithoutTheGreeting() async throws {
        let cluster = try await Cluster.shared.value
        let terminal = try PromptTerminal(["--no-rc", "--quiet"], environment: cluster.program.environment)
        defer { terminal.kill() }
        terminal.type("SELECT 41 + 1 AS answer;\r")
        let rows = try await terminal.waits(for: "1 row")
        #expect(rows.contains { $0.contains("42") } && !rows.contains { $0.contains("connected to") }, "\(rows)")
        terminal.type("quit\r")
        #expect(try await terminal.end() == 0)
    }
}
