import Foundation
import Sandbox
import Testing

/// The completions in the shells themselves, by their Tab key.
@Suite struct ShellCompletionTests {
    let nowhere = Program(environment: ["PGHOST": "/nonexistent"])

    /// What is typed, and what the line is after Tab.
    private static let cases = [
        ("tscl node en", "tscl node enable"),
        ("tscl node list --form", "tscl node list --format"),
        ("tscl node list --format j", "tscl node list --format json"),
        ("tscl --format=j", "tscl --format=json"),
        ("tscl -h an1 --keep", "tscl -h an1 --keep-going"),
        ("tscl grow-th", "tscl grow-the-cluster.tscl"),
        ("tscl -f grow-th", "tscl -f grow-the-cluster.tscl"),
        ("tscl help apr", "tscl help apropos"),
    ]

    @Test(arguments: CompletionShell.installed) func tabCompletes(_ shell: CompletionShell) async throws {
        try await Self.with(shell, ["PGHOST": "/nonexistent"]) { terminal in
            for (typed, line) in Self.cases { try await Self.expect(line, typing: typed, in: terminal) }
        }
    }

    @Test(arguments: CompletionShell.installed) func tabKnowsTheNodesOfTheCluster(_ shell: CompletionShell) async throws
    {
        let cluster = try await Cluster.shared.value
        try await Self.with(shell, cluster.program.environment) { terminal in
            try await Self.expect("tscl node ping dn", typing: "tscl node ping d", in: terminal)
        }
    }

    @Test func whatIsAskedOfTheProgramNeedsNoServer() async throws {
        let commands = try await nowhere.run(["__complete", "--", "node", "en"])
        #expect(commands.output == "words\nenable\tMark data nodes as available\n")
        let names = try await nowhere.run(["__complete", "--", "node", "ping", ""])
        #expect(names.output == "words\n")
        #expect(names.status == 0 && names.errors == "")
    }

    /// A server that takes a connection and says nothing holds up no Tab; nor does one that wants a password.
    @Test func aServerThatHangsIsGivenUp() async throws {
        let cluster = try await Cluster.shared.value
        try await Cluster.with(addingNodes: false) { own in
            try await own.sandbox.freeze("an1")
            let result = try await own.program.run(["__complete", "--", "node", "ping", ""])
            #expect(result.output == "words\n" && result.errors == "" && result.status == 0)
            try await own.sandbox.thaw("an1")
        }
        let nodes = try await cluster.program.run(["__complete", "--", "node", "ping", ""])
        #expect(nodes.output == "words\ndn1\ndn2\ndn3\n")
    }

    @Test func nobodyIsAskedAndNothingIsWritten() async throws {
        let cluster = try await Cluster.shared.value
        let log = FileManager.default.temporaryDirectory.appendingPathComponent("tscl-log-\(UUID().uuidString)").path
        let asked = try await cluster.program.run(["__complete", "--", "-W", "--log", log, "node", "ping", "dn1"])
        #expect(asked.output == "words\ndn1\n" && asked.errors == "")
        #expect(!FileManager.default.fileExists(atPath: log))
    }

    @Test func whatIsWrongWithTheOptionsLeavesTheWords() async throws {
        for options in [["--sandbox", "no-such"], ["--port", "x"], ["--nonsense"]] {
            let result = try await nowhere.run(["__complete", "--"] + options + ["node", "en"])
            #expect(result.output == "words\nenable\tMark data nodes as available\n", "\(options)")
        }
    }

    private static func expect(_ line: String, typing typed: String, in terminal: PromptTerminal) async throws {
        terminal.type(typed + "\t")
        try await terminal.waits(line: "\(CompletionShell.prompt) \(line)")
        terminal.type("\u{15}")
        try await terminal.waits(line: CompletionShell.prompt)
    }

    private static func with(
        _ shell: CompletionShell, _ environment: [String: String], _ body: (PromptTerminal) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tscl-shell-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data().write(to: folder.appendingPathComponent("grow-the-cluster.tscl"))
        let terminal = try await shell.start(in: folder.path, environment)
        defer { terminal.kill() }
        try await body(terminal)
    }
}
