import CEditLine
import Glibc
import LineEditing
import Terminals

/// A pseudo-terminal with a person at it: keys go in, and what the editor shows is read.
final class TestTerminal: @unchecked Sendable {
    struct Timeout: Error, CustomStringConvertible {
        let description: String
    }

    private struct Expectation {
        let deadline: Double
        let isMet: (TerminalModel) -> Bool
        let continuation: CheckedContinuation<TerminalModel, any Error>
    }

    /// The side of the editor.
    let slave: Int32
    private var master: Int32
    private let wake: (reading: Int32, writing: Int32)
    private var reader = pthread_t()

    // Guarded by the lock; a thread of its own reads the terminal, so that no test holds one of the concurrency pool.
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var model: TerminalModel
    private var expectations: [Expectation] = []
    private var isClosed = false
    private var isGone = false

    init(columns: Int = 40, rows: Int = 12) throws {
        var (master, slave): (Int32, Int32) = (-1, -1)
        var ends: [Int32] = [-1, -1]
        guard openpty(&master, &slave, nil, nil, nil) == 0, pipe(&ends) == 0 else {
            throw Timeout(description: "no terminal: \(errno)")
        }
        // A server that another test starts must not inherit the terminal: it would never hang up.
        for descriptor in [master, slave] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        (self.master, self.slave) = (master, slave)
        wake = (ends[0], ends[1])
        model = TerminalModel(columns: columns, height: rows)
        pthread_mutex_init(lock, nil)
        setSize(columns: columns, rows: rows)
        let argument = Unmanaged.passUnretained(self).toOpaque()
        pthread_create(
            &reader, nil,
            { argument in
                if let argument { Unmanaged<TestTerminal>.fromOpaque(argument).takeUnretainedValue().pump() }
                return nil
            }, argument)
    }

    deinit {
        withLock { isClosed = true }
        poke()
        pthread_join(reader, nil)
        if master != -1 { close(master) }
        for descriptor in [slave, wake.reading, wake.writing] { close(descriptor) }
        pthread_mutex_destroy(lock)
        lock.deallocate()
    }

    var configuration: LineEditor.Configuration {
        var configuration = LineEditor.Configuration()
        configuration.input = slave
        configuration.output = slave
        configuration.error = slave
        configuration.terminalType = "xterm"
        configuration.charset = .utf8
        configuration.settingsFile = "/dev/null"
        return configuration
    }

    /// What is on the screen now.
    var screen: TerminalModel { withLock { model } }

    /// Types keys.
    func type(_ keys: String) {
        var bytes = Array(keys.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
            if written > 0 { bytes = bytes.dropFirst(written) } else if errno != EINTR { return }
        }
    }

    func setSize(columns: Int, rows: Int) {
        var size = winsize(
            ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    func resize(columns: Int, rows: Int) {
        setSize(columns: columns, rows: rows)
        withLock { model.resize(columns: columns) }
    }

    /// Takes the terminal away, as when its window is closed.
    func hangUp() {
        withLock { isGone = true }
        poke()
    }

    /// The local modes of the terminal, ECHO among them.
    var localModes: tcflag_t {
        var settings = termios()
        tcgetattr(slave, &settings)
        return settings.c_lflag
    }

    /// Waits until the screen is as it should be.
    @discardableResult
    func wait(
        _ what: String = "", seconds: Double = 30, until isMet: @escaping @Sendable (TerminalModel) -> Bool
    ) async throws -> TerminalModel {
        try await withCheckedThrowingContinuation { continuation in
            withLock {
                if isMet(model) {
                    continuation.resume(returning: model)
                } else {
                    expectations.append(
                        Expectation(deadline: Self.now + seconds, isMet: isMet, continuation: continuation))
                }
            }
            poke()
        }
    }

    /// Waits until the row of the cursor is this text.
    @discardableResult
    func wait(line: String) async throws -> TerminalModel {
        try await wait { $0.line == line }
    }

    private func pump() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let deadline = withLock { expectations.map(\.deadline).min() }
            let patience = deadline.map { Int32(max(0, ($0 - Self.now) * 1000)) + 1 } ?? -1
            // A negative descriptor is passed over, poll(2).
            var sources = [master, wake.reading].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            _ = poll(&sources, 2, patience)
            var count = 0
            if sources[0].revents & Int16(POLLIN) != 0 { count = read(master, &buffer, buffer.count) }
            if sources[1].revents != 0 {
                var byte: UInt8 = 0
                _ = read(wake.reading, &byte, 1)
            }
            let isOver = withLock {
                if isGone, master != -1 {
                    close(master)
                    master = -1
                }
                if count > 0 { model.feed(buffer[..<count]) }
                settle()
                return isClosed
            }
            if isOver { return }
        }
    }

    private func settle() {
        expectations.removeAll { expectation in
            if expectation.isMet(model) {
                expectation.continuation.resume(returning: model)
                return true
            }
            guard expectation.deadline < Self.now else { return false }
            let seen = model.transcript.joined(separator: "\n")
            expectation.continuation.resume(throwing: Timeout(description: "the screen stayed:\n\(seen)"))
            return true
        }
    }

    private func poke() {
        var byte: UInt8 = 0
        _ = write(wake.writing, &byte, 1)
    }

    private func withLock<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return body()
    }

    private static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
