import Foundation
import Glibc
import Testing

/// Signals, and a history that is locked, while the prompt does not stand yet. No server is asked.
@Suite struct PromptStartTests {
    private static let prompt = "tscl (not connected)>"

    private func withFolder(_ body: (_ folder: String, _ environment: [String: String]) async throws -> Void)
        async throws
    {
        let folder = NSTemporaryDirectory() + "tscl-start-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder + "/tscl", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(
            folder + "/tscl", ["XDG_STATE_HOME": folder, "XDG_CONFIG_HOME": folder, "PGHOST": "/nonexistent"])
    }

    @Test(arguments: ["TERM", "HUP", "INT"]) func aSignalThatIsThereFromTheStartEndsIt(_ signal: String) async throws {
        try await withFolder { _, environment in
            // What is blocked waits, also for the next program of the process.
            let terminal = try PromptTerminal(
                ["--block-signal=\(signal)", "/bin/sh", "-c", "kill -\(signal) $$; exec \"$0\"", Program.path],
                executable: "/usr/bin/env", environment: environment)
            defer { terminal.kill() }
            // Whoever listens when Ctrl-C arrives decides: before the prompt begins it ends the program, and then only
            // the command that runs.
            if signal == "INT" { terminal.type("quit 130\r") }
            #expect(try await terminal.end() == 130)
        }
    }

    /// `tscl | tee session.log`
    @Test func linesAreTypedAtTheTerminalWhereverAnswersGo() async throws {
        try await withFolder { folder, environment in
            let terminal = try PromptTerminal(
                ["-c", "\"$0\" | cat >\"$1\"", Program.path, folder + "/out"], executable: "/bin/sh",
                environment: environment)
            defer { terminal.kill() }
            try await terminal.waits(line: Self.prompt)
            terminal.type("echo good morning\r")
            #expect(
                await eventually {
                    (try? String(contentsOfFile: folder + "/out", encoding: .utf8)) == "good morning\n"
                })
            terminal.type("quit\r")
            #expect(try await terminal.end() == 0)
        }
    }

    @Test(arguments: [SIGTERM, SIGHUP]) func whoIsToldToEndWhileReadingTheSettingsDoesNotConnect(
        _ signal: Int32
    ) async throws {
        try await withFolder { folder, environment in
            let settings = folder + "/rc.tscl"
            #expect(mkfifo(settings, 0o600) == 0)
            let terminal = try PromptTerminal(environment: environment)
            defer { terminal.kill() }
            var writing: Int32 = -1
            defer { close(writing) }
            // It can be opened once there is a reader.
            #expect(
                await eventually {
                    writing = open(settings, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
                    return writing >= 0
                })
            terminal.signalForeground(signal)
            #expect(try await terminal.end() == 130)
            #expect(!terminal.rows.contains { $0.contains("'help' lists") }, "\(terminal.rows)")
        }
    }

    @Test func settingsThatOthersCanWriteAreNotRun() async throws {
        try await withFolder { folder, environment in
            let settings = folder + "/rc.tscl"
            try "echo trapped\n".write(toFile: settings, atomically: false, encoding: .utf8)
            #expect(chmod(settings, 0o666) == 0)
            let terminal = try PromptTerminal(environment: environment)
            defer { terminal.kill() }
            try await terminal.waits(line: Self.prompt)
            let said = terminal.text
            #expect(said.contains("is not used: others can write commands into it"), "\(said)")
            #expect(said.contains("help: chmod 600 ") && !said.contains("trapped"), "\(said)")
        }
    }

    @Test func aLockedHistoryHoldsNothingUp() async throws {
        try await withFolder { folder, environment in
            let history = open(folder + "/history", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            defer { close(history) }
            #expect(flock(history, LOCK_EX) == 0)
            let terminal = try PromptTerminal(environment: environment)
            defer { terminal.kill() }
            try await terminal.waits(line: Self.prompt)
            #expect(try await terminal.run("echo alive", prompt: Self.prompt) == ["alive"])
            terminal.type("\u{4}")
            try await terminal.waits(for: "note: the history can't be saved: ")
            #expect(try await terminal.end() == 0)
        }
    }
}
