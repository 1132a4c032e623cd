import Foundation
import Sandbox
import Testing

/// What the prompt tells of the cluster, and what is told above it.
@Suite struct PromptTextTests {
    /// A cluster of one's own, and a terminal on it whose prompt is `dist N/N>`.
    private func withPrompt(
        rc: String = "prompt '%/ %N%x> '\n", _ body: (PromptTerminal, Cluster) async throws -> Void
    ) async throws {
        try await Cluster.with { cluster in
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tscl-text-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            let configuration = folder.appendingPathComponent("tscl")
            try FileManager.default.createDirectory(at: configuration, withIntermediateDirectories: true)
            try rc.write(to: configuration.appendingPathComponent("rc.tscl"), atomically: true, encoding: .utf8)
            var variables = cluster.program.environment
            variables["XDG_STATE_HOME"] = folder.path
            variables["XDG_CONFIG_HOME"] = folder.path
            let terminal = try PromptTerminal(environment: variables)
            defer { terminal.kill() }
            try await terminal.waits(for: "connected to ")
            try await body(terminal, cluster)
        }
    }

    @Test func quitInTheSettingsEndsIt() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tscl-text-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let configuration = folder.appendingPathComponent("tscl")
        try FileManager.default.createDirectory(at: configuration, withIntermediateDirectories: true)
        try "quit 3\n".write(to: configuration.appendingPathComponent("rc.tscl"), atomically: true, encoding: .utf8)
        let terminal = try PromptTerminal(
            environment: ["XDG_STATE_HOME": folder.path, "XDG_CONFIG_HOME": folder.path, "PGHOST": "/nonexistent"])
        defer { terminal.kill() }
        #expect(try await terminal.end() == 3)
    }

    @Test func itTellsHowManyNodesAnswer() async throws {
        try await withPrompt { terminal, cluster in
            try await terminal.pressEnter(until: "dist 3/3>")
            try await cluster.sandbox.kill("dn2")
            try await terminal.pressEnter(until: "dist 2/3>")
            try await cluster.sandbox.freeze("dn3")
            try await terminal.pressEnter(until: "dist 1/3>")
            try await cluster.sandbox.thaw("dn3")
        }
    }

    @Test func aFrozenAccessNodeHoldsUpNeitherPromptNorTab() async throws {
        try await withPrompt { terminal, cluster in
            try await terminal.pressEnter(until: "dist 3/3>")
            try await cluster.sandbox.freeze("an1")
            for text in ["one", "two", "three"] {
                let mark = terminal.mark
                terminal.type("echo \(text)\r")
                try await terminal.waits(for: text, after: mark + 1)
            }
            terminal.type("node lis\t")
            try await terminal.waits(for: "node list")
            try await cluster.sandbox.thaw("an1")
        }
    }

    @Test func aLostAccessNodeIsToldAboveTheLine() async throws {
        try await withPrompt { terminal, cluster in
            try await terminal.pressEnter(until: "dist 3/3>")
            terminal.type("echo half")
            try await terminal.waits(line: "dist 3/3> echo half")
            let end =
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = 'dist'"
            try await cluster.runScript("an1", end)
            let rows = try await terminal.waits(for: "note: the connection to the access node was lost")
            #expect(rows.contains { $0.hasPrefix("fatal: terminating connection due to administrator command") })
            // The prompt does not change under what is being typed.
            try await terminal.waits(line: "dist 3/3> echo half")
            let mark = terminal.mark
            terminal.type("\r")
            try await terminal.waits(prompt: "tscl (not connected)>", after: mark)
            terminal.type("sql SELECT 41 + 1\r")
            try await terminal.waits(for: "42", after: mark)
            try await terminal.waits(for: "it is opened again", after: mark)
            // Another session of its own counts the nodes again.
            try await terminal.pressEnter(until: "dist 3/3>")
            try await cluster.runScript("an1", end)
            try await terminal.waits(line: "tscl (not connected)>")
        }
    }

    @Test func aNotificationIsToldAboveTheLine() async throws {
        try await withPrompt { terminal, cluster in
            terminal.type("sql LISTEN news\r")
            try await terminal.waits(for: "LISTEN")
            try await terminal.pressEnter(until: "dist 3/3>")
            terminal.type("echo half")
            try await terminal.waits(line: "dist 3/3> echo half")
            try await cluster.runScript("an1", "NOTIFY news, 'rain'")
            try await terminal.waits(for: "notification: news: rain (from process ")
            try await terminal.waits(line: "dist 3/3> echo half")
        }
    }

    @Test func aBadFormatIsRefusedAndToldWhere() async throws {
        let cluster = try await Cluster.shared.value
        let result = try await cluster.run("prompt '%q> '")
        #expect(result.status == 2)
        #expect(result.errors.contains("error: the prompt has no %q"))
        #expect(result.errors.contains("known are %/ %m %n %p %N %e %x %%"))
    }

    @Test func aNameThatIsNotThere() async throws {
        try await Cluster.with { cluster in
            _ = try await cluster.run("sql CREATE TABLE metrics (time timestamptz NOT NULL, value float)")
            #expect(try await cluster.run("hypertable create metrics time").status == 0)
            for (command, help) in [
                ("node attach dn1 --to metrisc", "metrics"), ("node block dn1 --for metrisc", "metrics"),
                ("hypertable replicate metrisc 2", "metrics"), ("role grant postgre --nodes dn1", "postgres"),
                ("role drop postgre --yes", "postgres"), ("node disable dn33", "dn3"),
            ] {
                let result = try await cluster.run(command)
                #expect(result.status == 1)
                #expect(result.errors.contains("   help: did you mean \(help)?"), "\(result.errors)")
            }
        }
    }
}
