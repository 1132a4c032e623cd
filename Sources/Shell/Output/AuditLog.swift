import ClusterAccess
import Glibc
import Postgres
import Rendering

/// A file that gets a line of JSON for each statement that was sent.
///
/// It is opened and written to before anything is sent, so that a run that can't be logged does not begin; each line is
/// one write(2) to the end of the file, so that several runs may share it.
package final class AuditLog: Sendable {
    struct Entry {
        /// The command that sent it, secrets hidden.
        let command: String
        /// The data node, or nil for the access node.
        let node: String?
        /// Secrets hidden.
        let sql: String
        let failure: Failure?
        let milliseconds: Double
    }

    private let path: String
    private let descriptor: Int32
    private let state = Lock<ClusterError?>(nil)

    /// Why nothing more is to be sent: the log could not be written.
    var failure: ClusterError? { state.withLock { $0 } }

    /// - Throws: where the file can't be opened or written to.
    package init(_ path: String) throws(Failure) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0o600)
        guard descriptor >= 0 else { throw Self.refusal(path) }
        let start = [JSON.Member("event", .string("start")), JSON.Member("tscl", .string(Version.text))]
        guard append(start) else { throw Self.refusal(path) }
    }

    deinit {
        close(descriptor)
    }

    /// - Throws: where it can't be written; what the entry is about has been sent all the same.
    func append(_ entry: Entry) throws(ClusterError) {
        let isWritten = append([
            JSON.Member("command", .string(entry.command)), JSON.Member("node", JSON(entry.node)),
            JSON.Member("sql", .string(entry.sql)), JSON.Member("ok", .bool(entry.failure == nil)),
            JSON.Member("sqlstate", JSON(entry.failure?.sqlstate)),
            JSON.Member("message", JSON(entry.failure?.message)),
            JSON.Member("ms", .number(JSON.rounded(entry.milliseconds))),
        ])
        guard !isWritten else { return }
        let place = entry.node.map { " to \($0)" } ?? ""
        let message = Self.message(path)
        state.withLock {
            $0 = ClusterError(message, remedy: "nothing more is sent: what can't be logged is not done")
        }
        throw ClusterError(message, remedy: "sent\(place) and not in the log: \(entry.sql)")
    }

    /// - Returns: whether the whole line is in the file; otherwise nothing of it is.
    private func append(_ members: [JSON.Member]) -> Bool {
        let time = [JSON.Member("time", .string(Self.now)), JSON.Member("pid", .integer(Int64(getpid())))]
        var line = JSON.object(time + members).text + "\n"
        return line.withUTF8 { bytes -> Bool in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = write(descriptor, rest.baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    takeBack(bytes.count - rest.count)
                    return false
                }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }

    /// Removes the beginning of a line for whose end there was no room, unless another run has written behind it.
    private func takeBack(_ count: Int) {
        let cause = errno
        defer { errno = cause }
        var status = stat()
        let end = lseek(descriptor, 0, SEEK_CUR)
        guard count > 0, end >= count, fstat(descriptor, &status) == 0, status.st_size == end else { return }
        ftruncate(descriptor, end - count)
    }

    private static func refusal(_ path: String) -> Failure {
        Failure(message(path), status: .usage, remedy: "nothing was sent: what can't be logged is not done")
    }

    private static func message(_ path: String) -> String {
        "the log \(path) can't be written: \(String(cString: strerror(errno)))"
    }

    /// As RFC 3339 has it, in UTC, with milliseconds.
    private static var now: String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        var parts = tm()
        gmtime_r(&time.tv_sec, &parts)
        var text = [CChar](repeating: 0, count: 32)
        strftime(&text, text.count, "%Y-%m-%dT%H:%M:%S", &parts)
        let seconds = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let milliseconds = String(time.tv_nsec / 1_000_000)
        return seconds + "." + String(repeating: "0", count: 3 - milliseconds.count) + milliseconds + "Z"
    }
}

extension Slice<UnsafeBufferPointer<UInt8>> {
    fileprivate var baseAddress: UnsafePointer<UInt8>? { base.baseAddress.map { $0 + startIndex } }
}
