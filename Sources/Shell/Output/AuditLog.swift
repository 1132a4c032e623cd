import ClusterAccess
import Glibc
import Platform
import Rendering
import SystemPackage

/// A file that gets one line of JSON for each statement that was sent.
///
/// It is opened and written to before anything is sent, so that a run that can't be logged does not begin. Each line is
/// one write(2) to the end of the file, so that several runs can share it.
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

    /// Why nothing more may be sent: the log could not be written; nil as long as it can be.
    var failure: ClusterError? { state.withLock { $0 } }

    /// - Throws: if the file can't be opened or written to.
    package init(_ path: String) throws(Failure) {
        self.path = path
        // O_NONBLOCK, because opening a pipe without a reader would block, and signals would go unnoticed.
        descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0o600)
        guard descriptor >= 0 else { throw Self.refusal(path, .current) }
        _ = fcntl(descriptor, F_SETFL, O_APPEND)
        do throws(Errno) {
            try append([JSON.Member("event", .string("start")), JSON.Member("tscl", .string(Version.text))])
        } catch {
            throw Self.refusal(path, error)
        }
    }

    deinit {
        close(descriptor)
    }

    /// - Throws: if the line can't be written, although the statement has been sent.
    func append(_ entry: Entry) throws(ClusterError) {
        do throws(Errno) {
            try append([
                JSON.Member("command", .string(entry.command)), JSON.Member("node", JSON(entry.node)),
                JSON.Member("sql", .string(entry.sql)), JSON.Member("ok", .bool(entry.failure == nil)),
                JSON.Member("sqlstate", JSON(entry.failure?.sqlstate)),
                JSON.Member("message", JSON(entry.failure?.message)),
                JSON.Member("ms", .number(JSON.rounded(entry.milliseconds))),
            ])
        } catch {
            let place = entry.node.map { " to \($0)" } ?? ""
            let message = Self.message(path, error)
            state.withLock {
                $0 = ClusterError(message, remedy: "nothing more is sent: what can't be logged is not done")
            }
            throw ClusterError(message, remedy: "sent\(place) and not in the log: \(entry.sql)")
        }
    }

    /// - Throws: why the line can't be written; none of it stays in the file, if possible.
    private func append(_ members: [JSON.Member]) throws(Errno) {
        let head = [
            JSON.Member("v", .integer(1)), JSON.Member("time", .string(Timestamp.now.rfc3339)),
            JSON.Member("pid", .integer(Int64(getpid()))),
        ]
        let line = JSON.object(head + members).text + "\n"
        do throws(IncompleteWrite) {
            try FileDescriptor(rawValue: descriptor).writeWhole(line.utf8)
        } catch {
            takeBack(error.written)
            throw error.cause
        }
    }

    /// Removes the beginning of a line that could not be completed, unless another run has written after it.
    private func takeBack(_ count: Int) {
        var status = stat()
        let end = lseek(descriptor, 0, SEEK_CUR)
        guard count > 0, end >= count, fstat(descriptor, &status) == 0, status.st_size == end else { return }
        ftruncate(descriptor, end - count)
    }

    private static func refusal(_ path: String, _ cause: Errno) -> Failure {
        Failure(message(path, cause), status: .usage, remedy: "nothing was sent: what can't be logged is not done")
    }

    private static func message(_ path: String, _ cause: Errno) -> String {
        // What open(2) says of a pipe without a reader.
        "the log \(path) can't be written: \(cause == .noSuchAddressOrDevice ? "nobody reads from it" : "\(cause)")"
    }
}
