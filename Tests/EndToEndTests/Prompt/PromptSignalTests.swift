import Foundation
import Sandbox
import Testing

/// The prompt stopped, told to end, or without its terminal.
@Suite struct PromptSignalTests {
    /// On a data node the statement goes behind the one that begins its transaction, in one text.
    private static func sleeping(_ seconds: Int) -> String {
        """
        SELECT FROM pg_stat_activity
         WHERE state = 'active' AND query LIKE '%SELECT pg_sleep(\(seconds))%' AND pid <> pg_backend_pid()
        """
    }

    @Test func controlZAndBackKeepTheLine() async throws {
        try await withPrompt(shell: true) { terminal, prompt, _ in
            terminal.type("echo half")
            try await terminal.waits(line: prompt + " echo half")
            #expect(terminal.bracketedPaste)
            terminal.type("\u{1a}")
            try await terminal.waits(line: "$")
            #expect(!terminal.bracketedPaste)
            #expect(try await terminal.run("echo in between", prompt: "$").last == "in between")
            terminal.type("fg\r")
            try await terminal.waits(line: prompt + " echo half")
            let mark = terminal.mark
            terminal.type(" and half\r")
            #expect(try await terminal.waits(prompt: prompt, after: mark) == ["half and half"])
            terminal.type("\u{4}")
            try await terminal.waits(line: "$")
        }
    }

    @Test func controlZStopsWhatRuns() async throws {
        try await withPrompt(shell: true) { terminal, prompt, cluster in
            terminal.type("sql SELECT pg_sleep(63)\r")
            #expect(try await eventually { try await !cluster.query("an1", Self.sleeping(63)).isEmpty })
            terminal.type("\u{1a}")
            try await terminal.waits(line: "$")
            #expect(try await terminal.run("echo in between", prompt: "$").last == "in between")
            let mark = terminal.mark
            terminal.type("fg\r")
            try await terminal.waits(for: Program.path, after: mark)
            terminal.type("\u{3}")
            let answer = try await terminal.waits(prompt: prompt, after: mark)
            #expect(answer.contains("error: interrupted"), "\(answer)")
        }
    }

    /// As in a container whose only program it is.
    @Test func withoutAShellControlZStopsNothing() async throws {
        try await withPrompt { terminal, prompt, _ in
            terminal.type("echo go")
            try await terminal.waits(line: prompt + " echo go")
            let mark = terminal.mark
            terminal.type("\u{1a}")
            try await terminal.waits(for: prompt + " echo go", after: mark + 1)
            terminal.type("es on\r")
            try await terminal.waits(for: "goes on", after: mark + 2)
        }
    }

    @Test(arguments: [SIGTERM, SIGHUP]) func aPromptThatIsToldToEndGivesTheTerminalBack(_ signal: Int32) async throws {
        try await withPrompt(shell: true) { terminal, prompt, _ in
            terminal.type("echo half")
            try await terminal.waits(line: prompt + " echo half")
            #expect(terminal.bracketedPaste)
            terminal.signalForeground(signal)
            try await terminal.waits(line: "$")
            #expect(!terminal.bracketedPaste)
            #expect(try await terminal.run("echo $?", prompt: "$") == ["130"])
        }
    }

    @Test func aRunningCommandThatIsToldToEndIsCancelledAndNoPromptComesBack() async throws {
        try await withPrompt(shell: true) { terminal, _, cluster in
            terminal.type("sql SELECT pg_sleep(64)\r")
            #expect(try await eventually { try await !cluster.query("an1", Self.sleeping(64)).isEmpty })
            terminal.signalForeground(SIGTERM)
            try await terminal.waits(line: "$")
            #expect(try await eventually { try await cluster.query("an1", Self.sleeping(64)).isEmpty })
            #expect(try await terminal.run("echo $?", prompt: "$") == ["130"])
        }
    }

    @Test func controlBackslashEndsWhatRuns() async throws {
        try await withPrompt(shell: true) { terminal, _, cluster in
            terminal.type("sql SELECT pg_sleep(67)\r")
            #expect(try await eventually { try await !cluster.query("an1", Self.sleeping(67)).isEmpty })
            terminal.type("\u{1c}")
            try await terminal.waits(line: "$")
            #expect(try await eventually { try await cluster.query("an1", Self.sleeping(67)).isEmpty })
            #expect(try await terminal.run("echo $?", prompt: "$") == ["130"])
            #expect(!terminal.rows.contains { $0.contains("crash") })
        }
    }

    @Test func aPasswordThatIsAskedForHoldsNothingUp() async throws {
        try await withPrompt(shell: true) { terminal, _, _ in
            terminal.type("role create never --password-prompt\r")
            try await terminal.waits(line: "Password:")
            terminal.signalForeground(SIGTERM)
            try await terminal.waits(line: "$")
            // The shell has no line editor of its own: what is typed in it is shown by the terminal.
            #expect(try await terminal.run("echo $?", prompt: "$") == ["130"])
        }
    }

    /// What would come next must not run, as after every Ctrl-C.
    @Test(arguments: [["--keep-going"], ["--keep-going", "-W"]])
    func controlCAtAPasswordEndsTheRun(options: [String]) async throws {
        let cluster = try await Cluster.shared.value
        let commands = options + ["-c", "role create never --password-prompt", "-c", "echo went on"]
        let terminal = try PromptTerminal(commands, environment: cluster.program.environment)
        defer { terminal.kill() }
        try await terminal.waits(line: "Password:")
        terminal.type("hunter2\u{3}")
        #expect(try await terminal.end() == 130)
        #expect(!terminal.rows.contains { $0.contains("went on") || $0.contains("hunter2") })
    }

    @Test func aTerminalThatIsClosedEndsWhatRuns() async throws {
        try await withPrompt { terminal, _, cluster in
            terminal.type("sql SELECT pg_sleep(65)\r")
            #expect(try await eventually { try await !cluster.query("an1", Self.sleeping(65)).isEmpty })
            terminal.hangUp()
            let status = try await terminal.end()
            #expect(status == 130)
            #expect(try await eventually { try await cluster.query("an1", Self.sleeping(65)).isEmpty })
        }
    }

    @Test func controlCCancelsOnEachNode() async throws {
        try await withPrompt { terminal, prompt, cluster in
            let mark = terminal.mark
            terminal.type("query SELECT pg_sleep(66)\r")
            for node in ["dn1", "dn2", "dn3"] {
                #expect(try await eventually { try await !cluster.query(node, Self.sleeping(66)).isEmpty })
            }
            terminal.type("\u{3}")
            let answer = try await terminal.waits(prompt: prompt, after: mark)
            #expect(answer.first == "^C" && answer.contains("error: interrupted"), "\(answer)")
            for node in ["dn1", "dn2", "dn3"] {
                #expect(try await eventually { try await cluster.query(node, Self.sleeping(66)).isEmpty })
            }
        }
    }

    @Test func controlCTellsWhatBecameOfEachNode() async throws {
        try await Cluster.with { cluster in
            let terminal = try PromptTerminal(environment: cluster.program.environment)
            defer { terminal.kill() }
            let connected = try await terminal.waits(for: "connected to ")
            let words = try #require(connected.first { $0.hasPrefix("connected to ") }).split(separator: " ")
            let emulated = cluster.sandbox.engine == .emulator ? " emulated" : ""
            let prompt = "tscl \(words[2])@\(words[4])\(emulated)>"
            try await terminal.waits(line: prompt)
            try await cluster.sandbox.freeze("dn2")
            let mark = terminal.mark
            terminal.type("heal all\r")
            try await terminal.waits(for: "2 of 3 done, 1 in hand", after: mark)
            terminal.type("\u{3}")
            try await terminal.waits(for: "waiting for dn2; Ctrl-C again cancels", after: mark)
            terminal.type("\u{3}")
            let answer = try await terminal.waits(prompt: prompt, after: mark)
            try await cluster.sandbox.thaw("dn2")
            let states = answer.map { row in row.split { $0 == "|" || $0 == " " }.prefix(2).joined(separator: " ") }
            #expect(states.contains("dn1 clean") && states.contains("dn3 clean"), "\(answer)")
            // Nothing is known of the one that was not given the time to answer.
            #expect(!states.contains { $0.hasPrefix("dn2 ") }, "\(answer)")
            #expect(answer.contains("error: not healed: dn2 (interrupted)"), "\(answer)")
            // Nothing of what was shown meanwhile is left behind.
            #expect(!answer.contains { $0.contains("done") }, "\(answer)")
        }
    }

    @Test func controlCWhileConnectingBringsThePrompt() async throws {
        try await Cluster.with(addingNodes: false) { cluster in
            try await cluster.sandbox.freeze("an1")
            let terminal = try PromptTerminal(environment: cluster.program.environment)
            defer { terminal.kill() }
            try await terminal.waits(for: "Ctrl-D ends.")
            terminal.type("\u{3}")
            try await terminal.waits(line: "tscl (not connected)>")
            #expect(try await terminal.run("echo alive", prompt: "tscl (not connected)>") == ["alive"])
            try await cluster.sandbox.thaw("an1")
        }
    }
}
