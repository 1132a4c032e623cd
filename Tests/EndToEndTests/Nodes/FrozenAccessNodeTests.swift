import CommandLanguage
import Foundation
import Sandbox
import Shell
import Testing

/// Every command that needs the access node ends within its time limit where that does not answer.
@Suite struct FrozenAccessNodeTests {
    /// An example of each, and in its options the time it has.
    static let commands = Catalogue.table.commands.filter { needsAccessNode($0) }.compactMap {
        syntax -> String? in
        guard let example = syntax.examples.first, example.hasPrefix(syntax.name) else { return nil }
        return "\(syntax.name) --timeout 200ms\(example.dropFirst(syntax.name.count))"
    }

    private static func needsAccessNode(_ command: CommandSyntax) -> Bool {
        if [.settings, .sandbox, .help].contains(command.group) { return command.name == "version" }
        return !["connect", "disconnect", "quit"].contains(command.name)
    }

    /// Half of them each way; `scripts/check --faults` tries all both ways.
    private func isTried(_ index: Int, _ isConnected: Bool) -> Bool {
        ProcessInfo.processInfo.environment["TSCL_FAULTS"] != nil || (index % 2 == 0) == isConnected
    }

    @Test func thereAreExamples() { #expect(Self.commands.count > 35) }

    /// The server stops answering behind the first command, when the connection is there, or before. Some run side by side:
    /// all that each does is to wait.
    @Test(arguments: [true, false]) func eachEndsInTime(isConnected: Bool) async throws {
        try await Cluster.with { cluster in
            var program = cluster.program
            program.seesSandboxes()
            program.environment["APP_PASSWORD"] = "x"
            program.environment["NEW_PASSWORD"] = "x"
            // The emulator knows that it has no chunks.
            let isEmulated = cluster.sandbox.engine == .emulator
            let tried = Self.commands.enumerated().filter { isTried($0.offset, isConnected) }.map(\.element)
                .filter { !(isEmulated && ($0.hasPrefix("chunk show") || isConnected && $0.hasPrefix("migrate "))) }
            for first in stride(from: 0, to: tried.count, by: 8) {
                let commands = tried[first..<min(first + 8, tried.count)]
                if !isConnected { try await cluster.sandbox.freeze("an1") }
                let running = try commands.map { _ in
                    try program.start(["-h", cluster.sockets + "/an1", "--yes"])
                }
                if isConnected {
                    for each in running {
                        each.write("node list\n")
                        #expect(await each.waits(for: "dn1"))
                    }
                    try await cluster.sandbox.freeze("an1")
                }
                for (command, each) in zip(commands, running) {
                    each.write(command + "\n")
                    each.closeInput()
                }
                for (command, each) in zip(commands, running) {
                    let result = await each.end(patience: 20)
                    // As a limit only: a command that did not keep its own was killed.
                    #expect([1, 3].contains(result.status), "\(command): \(result)")
                    let reason = isConnected ? "no answer within the time limit" : "failed: no answer in time"
                    #expect(
                        result.errors.contains(reason) || command.hasPrefix("reconnect"),
                        "\(command): \(result.errors)")
                }
                try await cluster.sandbox.thaw("an1")
            }
        }
    }
}
