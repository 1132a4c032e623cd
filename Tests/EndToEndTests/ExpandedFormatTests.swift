import Testing

/// Rows as blocks, where they are asked for and where the terminal is too narrow.
@Suite struct ExpandedFormatTests {
    @Test func askedForItIsSoEverywhere() async throws {
        let cluster = try await Cluster.shared.value
        let result = try await cluster.run("sql SELECT 1 AS a, 'x' AS bc", "--format", "expanded")
        #expect(result.output == "-[ RECORD 1 ]\na  | 1\nbc | x\n", "\(result)")
    }

    @Test func aWideTableIsFoldedOnATerminalAlone() async throws {
        let cluster = try await Cluster.shared.value
        let command = "sql SELECT repeat('x', 100) AS one, repeat('y', 100) AS two"
        let terminal = try PromptTerminal(["-c", command], environment: cluster.program.environment)
        defer { terminal.kill() }
        try await terminal.waits(for: "-[ RECORD 1 ]")
        #expect(try await terminal.end() == 0)
        let piped = try await cluster.run(command)
        #expect(piped.output.contains("\(String(repeating: "x", count: 100)) | yyy"), "\(piped.output)")
    }
}
