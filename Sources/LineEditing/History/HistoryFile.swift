import Glibc
import Platform
import SystemPackage

/// A history file, shared by every session of the person it belongs to.
///
/// Sessions append to it under a lock, so that none loses what another has typed. Its mode is 0600. A link to /dev/null
/// in its place is a way to keep no history.
package struct HistoryFile: Sendable {
    package let path: String
    /// How many entries are kept.
    package let limit: Int
    /// How long to wait for the lock. Nobody needs it for long, but a session that is stopped keeps it.
    private let patience: Duration

    package init(path: String, limit: Int, patience: Duration = .milliseconds(500)) {
        self.path = path
        self.limit = limit
        self.patience = patience
    }

    /// The entries, oldest first; none if there is no file yet.
    ///
    /// No lock is needed: an addition is one write(2), and a replacement one rename(2).
    package func load() throws(LineEditingError) -> [String] {
        // Without waiting for whoever writes to a pipe.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        if descriptor == -1 {
            if errno == ENOENT { return [] }
            throw failure()
        }
        defer { close(descriptor) }
        guard try keeps(descriptor) else { return [] }
        return try lines(of: descriptor).suffix(limit).map { HistoryCoding.decode($0) }
    }

    /// Adds entries at the end, and drops the oldest once there are a tenth more than are kept.
    ///
    /// - Throws: `historyInUse` if another session keeps the file locked, or if the task is cancelled meanwhile.
    package nonisolated(nonsending) func append(_ entries: [String]) async throws(LineEditingError) {
        guard !entries.isEmpty else { return }
        let descriptor = try await openLocked()
        defer { close(descriptor) }
        guard try keeps(descriptor) else { return }
        let present = try lines(of: descriptor)
        // Not before it is known to be a history file.
        fchmod(descriptor, 0o600)
        // Another session may have typed the same meanwhile.
        var last = present.last
        let added = entries.map { HistoryCoding.encode($0)[...] }.filter { entry in
            defer { last = entry }
            return entry != last
        }
        if added.isEmpty { return }
        if present.count + added.count > limit + limit / 10 {
            try replace(with: (present + added).suffix(limit))
        } else {
            let end = lseek(descriptor, 0, SEEK_END)
            var text = end == 0 ? Self.text(of: [], afterHeader: true) : []
            // What a full disk cut off must not be joined with what comes now.
            if end > 0, !endsWithNewline(descriptor, at: end) { text.append(Self.newline) }
            text += Self.text(of: added, afterHeader: false)
            try write(text, to: descriptor)
        }
    }

    // MARK: - Steps

    /// Opens the file for appending, and waits until no other session writes it.
    private nonisolated(nonsending) func openLocked() async throws(LineEditingError) -> Int32 {
        let end = ContinuousClock.now.advanced(by: patience)
        while true {
            let descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0o600)
            guard descriptor != -1 else { throw failure() }
            var opened = stat()
            var named = stat()
            do throws(LineEditingError) {
                try await lock(descriptor, until: end)
                guard fstat(descriptor, &opened) == 0 else { throw failure() }
            } catch {
                close(descriptor)
                throw error
            }
            // While this session waited, another one may have put a new file in its place.
            if stat(path, &named) == 0, named.st_ino == opened.st_ino, named.st_dev == opened.st_dev {
                return descriptor
            }
            close(descriptor)
        }
    }

    /// Waits for the lock without blocking the thread, because that is the event loop's.
    private nonisolated(nonsending) func lock(
        _ descriptor: Int32, until end: EventLoop.Instant
    ) async throws(LineEditingError) {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            // Locking a file that cannot be locked (some network file systems) is no reason not to write to it.
            guard errno == EWOULDBLOCK else { return }
            let next = ContinuousClock.now.advanced(by: .milliseconds(10))
            guard next < end, (try? await EventLoop.shared.sleep(until: next)) != nil else {
                throw .historyInUse(path: path)
            }
        }
    }

    /// Whether what is written can be read again.
    private func keeps(_ descriptor: Int32) throws(LineEditingError) -> Bool {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure() }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return true
        // /dev/null, which is everybody's: its mode must stay as it is.
        case S_IFCHR: return false
        case S_IFDIR: throw failure(.isDirectory)
        default: throw .foreignHistory(path: path)
        }
    }

    /// The encoded entries.
    private func lines(of descriptor: Int32) throws(LineEditingError) -> [ArraySlice<UInt8>] {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw failure() }
        let bytes: [UInt8]
        do throws(Errno) {
            bytes = try FileDescriptor(rawValue: descriptor).readToEnd()
        } catch {
            throw failure(error)
        }
        var lines = bytes.split(separator: Self.newline)[...]
        guard let first = lines.popFirst() else { return [] }
        guard first.elementsEqual(HistoryCoding.header.utf8) else { throw .foreignHistory(path: path) }
        return Array(lines)
    }

    private func endsWithNewline(_ descriptor: Int32, at end: off_t) -> Bool {
        var last: UInt8 = 0
        return pread(descriptor, &last, 1, end - 1) == 1 && last == Self.newline
    }

    /// Puts another file in the place of this one, in one step: a crash leaves the one or the other.
    private func replace(with lines: [ArraySlice<UInt8>].SubSequence) throws(LineEditingError) {
        // The target of a symbolic link is replaced, not the link.
        let target = FilePath(path).canonical?.string ?? path
        let temporary = "\(target).\(getpid())"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor != -1 else { throw failure() }
        defer { close(descriptor) }
        let text = Self.text(of: lines, afterHeader: true)
        do throws(LineEditingError) {
            try write(text, to: descriptor)
            guard rename(temporary, target) == 0 else { throw failure() }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    private static func text(of lines: some Sequence<ArraySlice<UInt8>>, afterHeader: Bool) -> [UInt8] {
        var text = afterHeader ? Array(HistoryCoding.header.utf8) + [newline] : []
        for line in lines { text += line + [newline] }
        return text
    }

    private func write(_ text: [UInt8], to descriptor: Int32) throws(LineEditingError) {
        do throws(IncompleteWrite) {
            try FileDescriptor(rawValue: descriptor).writeWhole(text)
        } catch {
            throw failure(error.cause)
        }
    }

    private func failure(_ cause: Errno = .current) -> LineEditingError {
        .history(path: path, cause: cause)
    }

    private static let newline = UInt8(ascii: "\n")
}
