import Dispatch
import Foundation
import Glibc
import LineEditing
import Platform
import Testing
import Terminals

@Suite(.timeLimit(.minutes(2)))
struct SignalTests {
    @Test
    func `an interrupt drops the line`() async throws {
        let trial = try EditorTrial()
        let input = try await trial.line { terminal in
            terminal.type("node list\u{1b}[D\u{1b}[D")
            try await terminal.wait { $0.line == "tscl> node list" && $0.column == 13 }
            trial.editor.deliver(.interrupt)
        }
        #expect(input == .interrupted)
        let next = try await trial.line { terminal in
            #expect(terminal.screen.lines == ["tscl> node list^C", "tscl>"])
            terminal.type("x\r")
        }
        #expect(next == .line("x"))
        #expect(trial.editor.history == ["x"])
    }

    @Test
    func `an interrupt between lines concerns no later one`() async throws {
        let trial = try EditorTrial()
        trial.editor.deliver(.interrupt)
        #expect(try await trial.line(typing: "x\r") == .line("x"))
        trial.editor.deliver(.interrupt)
        #expect(try await trial.line(typing: "y\r") == .line("y"))
    }

    @Test
    func `an interrupt ends a command of libedit's own that asks for keys`() async throws {
        let folder = try TemporaryFolder()
        try "bind ^T ed-command\n".write(toFile: folder.path + "/editrc", atomically: true, encoding: .utf8)
        let trial = try EditorTrial { $0.settingsFile = folder.path + "/editrc" }
        let input = try await trial.line { terminal in
            terminal.type("\u{14}")
            try await terminal.wait { $0.lines.joined().contains(":") }
            trial.editor.deliver(.interrupt)
        }
        #expect(input == .interrupted)
        #expect(try await trial.line(typing: "x\r") == .line("x"))
    }

    @Test
    func `cancelling the task drops the line`() async throws {
        let trial = try EditorTrial()
        let task = Task { await trial.editor.readLine(EditorTrial.prompt) }
        try await trial.terminal.wait(line: "tscl>")
        task.cancel()
        #expect(await task.value == .interrupted)
        #expect(await Task { await trial.editor.readLine(EditorTrial.prompt) }.cancelled() == .interrupted)
    }

    @Test
    func `closing ends the line`() async throws {
        let trial = try EditorTrial()
        let input = try await trial.line { _ in trial.editor.close() }
        #expect(input == .endOfInput)
        trial.editor.close()
    }

    @Test
    func `whoever closes it second waits until it is closed too`() async throws {
        let (completing, held) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let isReleased = Lock(false)
        let trial = try EditorTrial { configuration in
            configuration.complete = { _, cursor in
                completing.signal()
                held.wait()
                return .nothing(at: cursor)
            }
        }
        async let input = trial.editor.readLine(EditorTrial.prompt)
        try await trial.terminal.wait(line: "tscl>")
        trial.terminal.type("\t")
        _ = await Thread.value { completing.wait() }
        let closers = (0..<2).map { _ in
            Closer {
                trial.editor.close()
                return isReleased.withLock { $0 }
            }
        }
        // Each of them waits, or has returned too early.
        await Thread.value { for closer in closers { closer.isWaitingOrDone() } }
        isReleased.withLock { $0 = true }
        held.signal()
        for closer in closers { #expect(await Thread.value { closer.result() } == true) }
        #expect(await input == .endOfInput)
    }

    @Test
    func `a terminal that becomes wider or narrower has the line laid out anew`() async throws {
        let trial = try EditorTrial(columns: 40)
        let input = try await trial.line { terminal in
            terminal.type("abcdefghijklmnopqrstuvwxyz")
            try await terminal.wait { $0.lines == ["tscl> abcdefghijklmnopqrstuvwxyz"] }
            terminal.resize(columns: 20, rows: 12)
            trial.editor.deliver(.windowChanged)
            try await terminal.wait { $0.lines == ["tscl> abcdefghijklmn", "opqrstuvwxyz"] }
            terminal.resize(columns: 60, rows: 12)
            trial.editor.deliver(.windowChanged)
            try await terminal.wait { $0.lines == ["tscl> abcdefghijklmnopqrstuvwxyz"] }
            terminal.type("!\r")
        }
        #expect(input == .line("abcdefghijklmnopqrstuvwxyz!"))
    }

    @Test
    func `the terminal is taken back after another program had it`() async throws {
        let trial = try EditorTrial()
        let input = try await trial.line { terminal in
            terminal.type("abc")
            try await terminal.wait(line: "tscl> abc")
            var modes = termios()
            tcgetattr(terminal.slave, &modes)
            modes.c_lflag |= tcflag_t(ECHO | ICANON)
            tcsetattr(terminal.slave, TCSANOW, &modes)
            let before = terminal.screen.raw.count
            trial.editor.deliver(.continued)
            try await terminal.wait { $0.raw.count > before && $0.lines.last?.hasSuffix("tscl> abc") == true }
            #expect(terminal.localModes & tcflag_t(ECHO | ICANON) == 0)
            terminal.type("d\r")
        }
        #expect(input == .line("abcd"))
    }

    @Test
    func `a notice is printed above the line, which stays`() async throws {
        let trial = try EditorTrial(columns: 20)
        trial.editor.printAbove("before")
        let input = try await trial.line { terminal in
            terminal.type("abcdefghijklmnopqr\u{1b}[D")
            try await terminal.wait { $0.lines == ["before", "tscl> abcdefghijklmn", "opqr"] && $0.column == 3 }
            trial.editor.printAbove("a notice\nof two lines")
            try await terminal.wait { screen in
                screen.lines == ["before", "a notice", "of two lines", "tscl> abcdefghijklmn", "opqr"]
                    && screen.column == 3
            }
            terminal.type("!\r")
        }
        #expect(input == .line("abcdefghijklmnopq!r"))
        trial.editor.printAbove("after\n")
        try await trial.terminal.wait { $0.lines.suffix(2) == ["opq!r", "after"] }
    }

    @Test
    func `a notice above a command of several lines keeps all of them and the cursor`() async throws {
        let trial = try EditorTrial { $0.needsMore = { !$0.hasSuffix(";") } }
        let input = try await trial.line { terminal in
            terminal.type("one\rtwo\rthree\u{1b}[A\u{1b}[D")
            try await terminal.wait { $0.line == "...> two" && $0.column == 7 }
            trial.editor.printAbove("a notice")
            try await terminal.wait { screen in
                screen.lines == ["a notice", "tscl> one", "...> two", "...> three"]
                    && screen.line == "...> two" && screen.column == 7
            }
            terminal.type("-\u{1b}[B\u{5};\r")
        }
        #expect(input == .line("one\ntw-o\nthree;"))
    }

    @Test
    func `another prompt is shown while nothing is typed, and for that line alone`() async throws {
        let trial = try EditorTrial()
        trial.editor.replacePrompt(Prompt("early> ", continuation: ""))
        let first = try await trial.line { terminal in
            trial.editor.replacePrompt(Prompt("longer 3/3> ", continuation: "...> "))
            try await terminal.wait(line: "longer 3/3>")
            trial.editor.replacePrompt(Prompt("3> ", continuation: "...> "))
            try await terminal.wait(line: "3>")
            terminal.type("ab")
            try await terminal.wait { $0.line == "3> ab" && $0.column == 5 }
            trial.editor.replacePrompt(Prompt("late> ", continuation: ""))
            terminal.type("c")
            try await terminal.wait { $0.line == "3> abc" && $0.column == 6 }
            terminal.type("\r")
        }
        #expect(first == .line("abc"))
        #expect(try await trial.line { $0.type("d\r") } == .line("d"))
        #expect(trial.terminal.screen.lines == ["3> abc", "tscl> d"])
    }

    @Test
    func `another prompt that came while something was typed is shown when that is taken away`() async throws {
        let trial = try EditorTrial()
        let input = try await trial.line { terminal in
            terminal.type("ab")
            try await terminal.wait(line: "tscl> ab")
            trial.editor.replacePrompt(Prompt("3/3> ", continuation: ""))
            terminal.type("\u{15}")
            try await terminal.wait(line: "3/3>")
            terminal.type("c\r")
        }
        #expect(input == .line("c"))
    }

    @Test
    func `a prompt that is there when the line is asked for is for that line`() async throws {
        let trial = try EditorTrial()
        async let input = trial.editor.readLine(EditorTrial.prompt) {
            trial.editor.replacePrompt(Prompt("3/3> ", continuation: ""))
        }
        try await trial.terminal.wait(line: "3/3>")
        trial.terminal.type("a\r")
        #expect(await input == .line("a"))
    }

    @Test
    func `a notice does not lose a search`() async throws {
        let trial = try EditorTrial()
        _ = try await trial.line(typing: "one\r")
        let input = try await trial.line { terminal in
            terminal.type("\u{12}on")
            try await terminal.wait(line: "history: on: one")
            trial.editor.printAbove("notice")
            try await terminal.wait { $0.lines == ["tscl> one", "notice", "history: on: one"] }
            terminal.type("\r")
        }
        #expect(input == .line("one"))
    }
}

extension Task where Failure == Never {
    /// The value, after the task was cancelled.
    fileprivate func cancelled() async -> Success {
        cancel()
        return await value
    }
}

/// A thread that closes an editor.
private final class Closer: Sendable {
    private struct State {
        /// The thread's folder in /proc.
        var folder: String?
        var result: Bool?
    }

    private let state = Lock(State())

    init(_ close: @escaping @Sendable () -> Bool) {
        Thread.detach { [state] in
            let folder = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")
            state.withLock { $0.folder = folder }
            let result = close()
            state.withLock { $0.result = result }
        }
    }

    func result() -> Bool { state.wait { $0.result } }

    /// Blocks until the thread sleeps in the call, or has returned from it.
    func isWaitingOrDone() {
        let folder = state.wait { $0.folder }
        while state.withLock({ $0.result }) == nil {
            // The state of a thread follows its name, which is in brackets (proc(5)).
            let status = (try? String(contentsOfFile: "/proc/\(folder)/stat", encoding: .utf8)) ?? ""
            if status.split(separator: ")").last?.hasPrefix(" S") == true { return }
            sched_yield()
        }
    }
}
