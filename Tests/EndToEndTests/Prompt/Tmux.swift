import Foundation
import Testing

/// A program in tmux, a terminal that was not written for these tests.
struct Tmux: Sendable {
    static let path = "/usr/bin/tmux"

    private let socket: String
    private let environment: [String: String]

    /// Starts a server of its own, without anybody's settings.
    init(_ command: String, columns: Int, rows: Int, environment: [String: String]) async throws {
        socket = "tscl-\(UUID().uuidString)"
        self.environment = environment
        try await run("-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", command)
    }

    /// What a command of tmux prints.
    @discardableResult
    func run(_ words: String...) async throws -> String {
        let program = try RunningProgram(Self.path, ["-u", "-L", socket] + words, environment)
        program.closeInput()
        let result = await program.end()
        try #require(result.status == 0, "\(words): \(result.errors)")
        return result.output
    }

    /// A ; at the end of an argument would end tmux's own command.
    func type(_ text: String) async throws {
        try await run("send-keys", "-l", "--", text.hasSuffix(";") ? text.dropLast() + "\\;" : text)
    }
    func press(_ keys: String...) async throws {
        for key in keys { try await run("send-keys", key) }
    }

    /// The rows of the screen that are not empty, without blanks at their ends.
    func rows() async throws -> [String] {
        try await run("capture-pane", "-p").split(separator: "\n").map { row in
            String(row.reversed().drop { $0 == " " }.reversed())
        }.filter { !$0.isEmpty }
    }

    /// Waits for what the screen shows.
    func waits(
        _ location: SourceLocation = #_sourceLocation, until condition: ([String]) -> Bool
    ) async throws {
        var rows: [String] = []
        let isMet = try await eventually {
            rows = try await self.rows()
            return condition(rows)
        }
        #expect(isMet, "the screen shows:\n\(rows.joined(separator: "\n"))", sourceLocation: location)
    }

    func end() async { _ = try? await run("kill-server") }
}
