import Foundation
import Testing

/// A terminal with the prompt of the shared cluster on it, and a history of its own.
///
/// - Parameter shell: whether tscl is started by a shell with job control, as by a person; its prompt is `$`.
func withPrompt(
    _ environment: [String: String] = [:], shell: Bool = false,
    _ body: (PromptTerminal, _ prompt: String, Cluster) async throws -> Void
) async throws {
    let cluster = try await Cluster.shared.value
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tscl-prompt-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    var variables = cluster.program.environment
    variables["XDG_STATE_HOME"] = folder.path
    variables["XDG_CONFIG_HOME"] = folder.path
    variables.merge(environment) { $1 }
    // The standard one without the number of nodes that answer, which comes when it comes.
    let settings = folder.appendingPathComponent("tscl")
    try FileManager.default.createDirectory(
        at: settings, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    try "prompt 'tscl %/@%m %e%x> '\n".write(
        to: settings.appendingPathComponent("rc.tscl"), atomically: true, encoding: .utf8)
    let terminal: PromptTerminal
    if shell {
        variables["PS1"] = "$ "
        terminal = try PromptTerminal(["-i"], executable: "/bin/sh", environment: variables)
        try await terminal.waits(line: "$")
        terminal.type(Program.path + "\r")
    } else {
        terminal = try PromptTerminal(environment: variables)
    }
    defer { terminal.kill() }
    let rows = try await terminal.waits(for: "connected to ")
    let connected = try #require(rows.first { $0.hasPrefix("connected to ") })
    // connected to DATABASE at PLACE as …
    let words = connected.split(separator: " ")
    let emulated = try await cluster.run("version").output.contains("emulated") ? " emulated" : ""
    let prompt = "tscl \(words[2])@\(words[4])\(emulated)>"
    try await terminal.waits(line: prompt)
    try await body(terminal, prompt, cluster)
}

extension PromptTerminal {
    /// Presses Enter until the row of the cursor is this.
    func pressEnter(until line: String) async throws {
        #expect(
            await eventually {
                let mark = self.mark
                type("\r")
                return (try? await waitsForNextRow(after: mark)) == line
            }, "the line '\(line)'")
    }
}
