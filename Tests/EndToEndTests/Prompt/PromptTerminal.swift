import Foundation
import Glibc
import func Platform.withSpawnAttributes
import Terminals

/// A pseudo-terminal with tscl at its prompt and a person at its keys.
///
/// It is the controlling terminal of the program, so that Ctrl-C is a signal as it is everywhere.
final class PromptTerminal: @unchecked Sendable {
    struct Timeout: Error, CustomStringConvertible {
        let description: String
    }

    private let changed = NSCondition()
    private var model = TerminalModel(columns: 120, height: 50)
    private var status: Int32?
    private let master: Int32
    private var program: pid_t = 0
    private var isHungUp = false
    /// What has the collecting thread hang up: closing a terminal that is being read would not.
    private let hangUpRequest: (reading: Int32, writing: Int32)

    init(
        _ arguments: [String] = [], executable: String = Program.path, environment: [String: String]
    ) throws {
        // As posix_openpt(3) and ptsname(3) do, which Swift does not import: see ioctl_tty(2).
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var number: UInt32 = 0
        var isLocked: Int32 = 0
        let (readNumber, setLock): (UInt, UInt) = (0x8004_5430, 0x4004_5431)
        guard master >= 0, ioctl(master, setLock, &isLocked) == 0, ioctl(master, readNumber, &number) == 0 else {
            throw POSIXError(.ENOTTY)
        }
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw POSIXError(.EMFILE) }
        hangUpRequest = (ends[0], ends[1])
        let name = "/dev/pts/\(number)"
        var size = winsize(ws_row: 50, ws_col: 120, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // The first terminal that the leader of a session opens becomes its controlling one (tty_ioctl(4)).
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, name, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDERR_FILENO)
        let newSession: Int16 = 0x80  // POSIX_SPAWN_SETSID, which Swift does not import.
        let own = [
            "PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8", "TERM": "xterm", "NO_COLOR": "1",
        ]
        var words = ([executable] + arguments).map { strdup($0) } + [nil]
        var assignments = own.merging(environment) { $1 }.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in words + assignments { free(text) } }
        let failure = withSpawnAttributes(newSession) {
            posix_spawn(&program, executable, &actions, &$0, &words, &assignments)
        }
        guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .ENOENT) }
        collect()
        awaitEnd()
    }

    deinit {
        if !isHungUp { close(master) }
        for end in [hangUpRequest.reading, hangUpRequest.writing] { close(end) }
    }

    /// Types keys.
    func type(_ keys: String) { type(bytes: Array(keys.utf8)) }

    func type(bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
            if written > 0 { rest = rest.dropFirst(written) } else if errno != EINTR { return }
        }
    }

    /// Gives the terminal another width, which the program is told of.
    func resize(columns: Int) {
        change { $0.model.resize(columns: columns) }
        var size = winsize(ws_row: 50, ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    /// Takes the terminal away, as when its window is closed.
    func hangUp() {
        var byte: UInt8 = 0
        _ = write(hangUpRequest.writing, &byte, 1)
    }

    /// Sends a signal to what has the terminal: the program itself, or what a shell runs.
    func signalForeground(_ signal: Int32) {
        var group: pid_t = 0
        if ioctl(master, UInt(TIOCGPGRP), &group) == 0, group > 0 { Glibc.kill(-group, signal) }
    }

    /// Sends a signal to the program alone, and not to what it runs.
    func signal(_ signal: Int32) { _ = Glibc.kill(program, signal) }

    /// The local modes of the terminal, ECHO among them.
    var localModes: tcflag_t {
        var settings = termios()
        tcgetattr(master, &settings)
        return settings.c_lflag
    }

    /// Everything it has shown.
    var rows: [String] { locked { $0.model.transcript } }

    /// Everything it has shown, a line that went on in a next row in one piece.
    var text: String { locked { $0.model.text() } }

    var bracketedPaste: Bool { locked { $0.model.bracketedPaste } }

    /// The row of the cursor, counted from the first that was shown: what comes next begins there.
    var mark: Int { locked { $0.place } }

    /// Waits until this is the row of the cursor, the blanks at its end apart.
    ///
    /// How many nodes answer is known when it is known: a row with that in its prompt is the same without it.
    func waits(line: String) async throws {
        try await wait("the line '\(line)'") { Self.equal($0.model.line, line) ? true : nil }
    }

    private static func equal(_ shown: String, _ wanted: String) -> Bool {
        shown == wanted || shown.replacing(/^(tscl \S+) \d+\/\d+/, with: { $0.1 }) == wanted
    }

    /// Waits until the cursor is in a further row that ends a prompt.
    ///
    /// - Returns: the row, without the blanks at its end.
    func waitsForNextRow(after mark: Int) async throws -> String {
        try await wait("a prompt") { terminal in
            terminal.place > mark && terminal.model.line.hasSuffix(">") ? terminal.model.line : nil
        }
    }

    /// Waits until a text is shown in the row of the cursor or below.
    @discardableResult
    func waits(for text: String, after mark: Int = 0) async throws -> [String] {
        try await wait("'\(text)'") { terminal in
            guard terminal.model.text(from: mark).contains(text) else { return nil }
            return Array(terminal.model.transcript.dropFirst(mark))
        }
    }

    /// Types a line and waits until a prompt is back below it.
    ///
    /// - Returns: the rows between the two.
    @discardableResult
    func run(_ line: String, prompt: String) async throws -> [String] {
        let mark = mark
        type(line + "\r")
        return try await waits(prompt: prompt, after: mark)
    }

    /// Waits until a prompt is the row of the cursor, below another.
    ///
    /// - Returns: the rows between the two.
    @discardableResult
    func waits(prompt: String, after mark: Int) async throws -> [String] {
        try await wait("the prompt '\(prompt)'") { terminal in
            guard terminal.place > mark, Self.equal(terminal.model.line, prompt) else { return nil }
            return Array(terminal.model.transcript[(mark + 1)..<terminal.place])
        }
    }

    /// Waits until it ends.
    ///
    /// - Returns: its exit status, or 128 and the signal that ended it.
    func end() async throws -> Int32 {
        try await wait("the end") { $0.status }
    }

    /// Ends the program when a test could not.
    func kill() {
        if locked({ $0.status == nil }) { _ = Glibc.kill(program, SIGKILL) }
    }

    private var place: Int { model.scrolledOff.count + model.row }

    private func locked<Result>(_ body: (PromptTerminal) -> Result) -> Result {
        changed.lock()
        defer { changed.unlock() }
        return body(self)
    }

    private func collect() {
        let master = master
        Thread.detachNewThread { [self] in
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                var sources = [master, hangUpRequest.reading].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
                _ = poll(&sources, 2, -1)
                if sources[1].revents != 0 {
                    close(master)
                    return change { $0.isHungUp = true }
                }
                if sources[0].revents == 0 { continue }
                let count = read(master, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                // EIO is the end: the other side has been closed, after the program opened it.
                guard count > 0 else { return }
                let bytes = buffer[..<count]
                change { $0.model.feed(bytes) }
            }
        }
    }

    private func awaitEnd() {
        let program = program
        Thread.detachNewThread { [self] in
            var ending: Int32 = 0
            while waitpid(program, &ending, 0) < 0, errno == EINTR {}
            let status = ending & 0x7f == 0 ? ending >> 8 & 0xff : 128 + ending & 0x7f
            change { $0.status = status }
        }
    }

    private func change(_ body: (PromptTerminal) -> Void) {
        changed.lock()
        body(self)
        changed.broadcast()
        changed.unlock()
    }

    @discardableResult
    private func wait<Result: Sendable>(
        _ what: String, until condition: @escaping @Sendable (PromptTerminal) -> Result?
    ) async throws -> Result {
        let deadline = Date(timeIntervalSinceNow: 30)
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { [self] in
                changed.lock()
                var result = condition(self)
                while result == nil, changed.wait(until: deadline) { result = condition(self) }
                let seen = model.transcript.joined(separator: "\n")
                changed.unlock()
                if let result {
                    continuation.resume(returning: result)
                } else {
                    continuation.resume(throwing: Timeout(description: "waited for \(what); it showed:\n\(seen)"))
                }
            }
        }
    }
}
