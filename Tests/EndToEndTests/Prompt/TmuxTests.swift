import Foundation
import Testing

/// The prompt in a real terminal: keys are sent, and the screen is read.
@Suite(
    .enabled("tmux is not installed") { Installed.has(Tmux.path, untried: "the prompt in another terminal") })
struct TmuxTests {
    /// The prompt of the shared cluster.
    private func withTmux(
        columns: Int = 80, _ command: String? = nil, _ body: (Tmux) async throws -> Void
    ) async throws {
        let cluster = try await Cluster.shared.value
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tscl-tmux-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let settings = folder.appendingPathComponent("tscl")
        try FileManager.default.createDirectory(at: settings, withIntermediateDirectories: true)
        try "prompt 'tscl%x> '\n".write(
            to: settings.appendingPathComponent("rc.tscl"), atomically: true, encoding: .utf8)
        var variables = cluster.program.environment
        variables["XDG_STATE_HOME"] = folder.path
        variables["XDG_CONFIG_HOME"] = folder.path
        let tmux = try await Tmux(command ?? Program.path, columns: columns, rows: 24, environment: variables)
        do {
            try await body(tmux)
        } catch {
            await tmux.end()
            throw error
        }
        await tmux.end()
    }

    @Test func tabCompletesAndEnterRuns() async throws {
        try await withTmux { tmux in
            try await tmux.waits { $0.last == "tscl>" }
            try await tmux.type("node pi")
            try await tmux.press("Tab")
            try await tmux.waits { $0.last == "tscl> node ping" }
            try await tmux.type("dn2")
            try await tmux.press("Enter")
            try await tmux.waits { rows in
                rows.last == "tscl>" && rows.contains { $0.hasPrefix(" dn2  | up ") }
                    && !rows.contains { $0.hasPrefix(" dn1 ") }
            }
            // Back in the history, by searching it.
            try await tmux.press("C-r")
            try await tmux.type("ping")
            try await tmux.waits { $0.last?.contains("node ping dn2") == true }
            try await tmux.press("C-c")
            try await tmux.waits { $0.last == "tscl>" }
        }
    }

    @Test func aPastedScriptRunsOnlyOnEnter() async throws {
        try await withTmux { tmux in
            try await tmux.waits { $0.last == "tscl>" }
            try await tmux.run("set-buffer", "echo first\nif 1 == 1 {\n  echo \"sec\"ond\n}\n")
            try await tmux.run("paste-buffer", "-p")
            // The end of its last line was pasted, too.
            try await tmux.waits { $0.suffix(2) == ["   -> }", "   ->"] }
            #expect(try await !tmux.rows().contains { $0 == "first" || $0 == "second" })
            try await tmux.press("Enter")
            try await tmux.waits { $0.suffix(3) == ["first", "second", "tscl>"] }
        }
    }

    @Test func statusIsOneScreenAndClearLeavesNothingOfIt() async throws {
        try await withTmux { tmux in
            try await tmux.waits { $0.last == "tscl>" }
            try await tmux.type("status")
            try await tmux.press("Enter")
            try await tmux.waits { rows in
                rows.contains("tscl> status") && rows.last == "tscl>" && rows.contains { $0.contains("3 nodes up") }
                    && ["dn1", "dn2", "dn3"].allSatisfy { name in rows.count { $0.hasPrefix(name) } == 1 }
            }
            try await tmux.type("clear")
            try await tmux.press("Enter")
            try await tmux.waits { $0 == ["tscl>"] }
            // A line that goes on says what ends it.
            try await tmux.type("SELECT 'ab'")
            try await tmux.press("Enter")
            try await tmux.waits { $0 == ["tscl> SELECT 'ab'", "; runs it>"] }
            try await tmux.type("||'c';")
            try await tmux.press("Enter")
            try await tmux.waits { $0.contains(" abc") && $0.last == "tscl>" }
        }
    }

    /// A dump is typed as it is piped: its second line lets nothing but SQL run, and its last line ends that.
    @Test func aDumpTypedLineByLineRuns() async throws {
        try await withTmux { tmux in
            try await tmux.waits { $0.last == "tscl>" }
            for (line, answer) in [
                (#"\restrict aB1"#, "tscl>"), ("node list", "help: pg_dump"), ("SELECT 7 AS x;", "(1 row)"),
                (#"\unrestrict aB1"#, "tscl>"), ("echo again", "again"),
            ] {
                try await tmux.type("clear")
                try await tmux.press("Enter")
                try await tmux.type(line)
                try await tmux.press("Enter")
                try await tmux.waits { rows in rows.last == "tscl>" && rows.contains { $0.contains(answer) } }
            }
        }
    }

    @Test func controlCEndsWhatRuns() async throws {
        try await withTmux { tmux in
            try await tmux.waits { $0.last == "tscl>" }
            try await tmux.type("sql SELECT pg_sleep(609)")
            try await tmux.press("Enter")
            let cluster = try await Cluster.shared.value
            let active = "SELECT FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep(609)'"
            #expect(try await eventually { try await !cluster.query("an1", active).isEmpty })
            try await tmux.press("C-c")
            try await tmux.waits { $0.last == "tscl>" && $0.contains("error: interrupted") }
            #expect(try await eventually { try await cluster.query("an1", active).isEmpty })
        }
    }

    @Test func aNarrowWindowHoldsTheLine() async throws {
        try await withTmux { tmux in
            try await tmux.waits { $0.last == "tscl>" }
            try await tmux.type("echo aaaaaaaaa bbbbbbbbb ccccccccc")
            try await tmux.waits { $0.last == "tscl> echo aaaaaaaaa bbbbbbbbb ccccccccc" }
            try await tmux.run("resize-window", "-x", "20", "-y", "24")
            try await tmux.waits { rows in
                rows.suffix(2) == ["tscl> echo aaaaaaaaa", " bbbbbbbbb ccccccccc"]
            }
            // The cursor is where the text is: what is taken away is its last letter.
            try await tmux.press("BSpace", "Enter")
            try await tmux.waits { $0.suffix(3) == ["aaaaaaaaa bbbbbbbbb", "cccccccc", "tscl>"] }
        }
    }

    @Test func theHistoryIsOfferedAndWhatIsDeletedComesBack() async throws {
        try await withTmux { tmux in
            try await tmux.waits { $0.last == "tscl>" }
            for word in ["alpha one", "beta two"] {
                try await tmux.type("echo " + word)
                try await tmux.press("Enter")
                try await tmux.waits { $0.suffix(2) == [word, "tscl>"] }
            }
            for (typed, key, answer) in [
                // What is offered is not typed.
                ("echo al", "C-a", "al"), ("echo alp", "Right", "alpha one"), ("echo b", "Up", "beta two"),
            ] {
                try await tmux.type(typed)
                // Of the line, and not of what is offered behind it.
                try await tmux.waits { $0.last?.hasPrefix("tscl> " + typed) == true }
                try await tmux.press(key, "Enter")
                try await tmux.waits { $0.suffix(2) == [answer, "tscl>"] }
            }
            try await tmux.type("echo kept lost")
            try await tmux.press("C-w")
            try await tmux.waits { $0.last == "tscl> echo kept" }
            try await tmux.press("C-_")
            try await tmux.waits { $0.last == "tscl> echo kept lost" }
            try await tmux.press("Enter")
            try await tmux.waits { $0.suffix(2) == ["kept lost", "tscl>"] }
        }
    }

    @Test func itCanBeStoppedAndGoesOn() async throws {
        try await withTmux(columns: 100, "exec env PS1='$ ' /bin/sh -i") { tmux in
            try await tmux.waits { $0.last == "$" }
            try await tmux.type(Program.path)
            try await tmux.press("Enter")
            try await tmux.waits { $0.last == "tscl>" }
            try await tmux.type("echo kept")
            try await tmux.waits { $0.last == "tscl> echo kept" }
            try await tmux.press("C-z")
            try await tmux.waits { $0.last == "$" }
            try await tmux.type("fg")
            try await tmux.press("Enter")
            try await tmux.waits { $0.last == "tscl> echo kept" }
            try await tmux.press("Enter")
            try await tmux.waits { $0.suffix(2) == ["kept", "tscl>"] }
        }
    }
}
