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

    /// The server stops answering behind the first command, when the connection is there, or before.
    @Test(arguments: [true, false]) func eachEndsInTime(isConnected: Bool) async throws {
        try await Cluster.with { cluster in
            var program = cluster.program
            program.seesSandboxes()
            program.environment["APP_PASSWORD"] = "x"
            program.environment["NEW_PASSWORD"] = "x"
            let freeze = "sandbox freeze an1 --name \(cluster.sandbox.name)"
            let tried = Self.commands.enumerated().filter { isTried($0.offset, isConnected) }.map(\.element)
            for command in tried {
                // The emulator knows that it has no chunks.
                let needsChunks = command.hasPrefix("chunk show") || isConnected && command.hasPrefix("migrate ")
                if cluster.sandbox.engine == .emulator, needsChunks { continue }
                if !isConnected { try await cluster.sandbox.freeze("an1") }
                let before = isConnected ? ["-c", "node list", "-c", freeze] : []
                let result = try await program.run(
                    ["-h", cluster.sockets + "/an1", "--yes"] + before + ["-c", command], patience: 20)
                try await cluster.sandbox.thaw("an1")
                // As a limit only: a command that did not keep its own was killed.
                #expect([1, 3].contains(result.status), "\(command): \(result)")
                let reason = isConnected ? "no answer within the time limit" : "failed: no answer in time"
                #expect(
                    result.errors.contains(reason) || command.hasPrefix("reconnect"), "\(command): \(result.errors)")
            }
        }
    }
}
