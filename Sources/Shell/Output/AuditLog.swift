import ClusterAccess
import Glibc
import Platform
import Rendering
import SystemPackage

/// A file that gets a line of JSON before each statement is sent, and one with what came of it.
///
/// It is opened and written to before anything is sent, so that a run that can't be logged does not begin. Each line goes to
/// the end of the file by one write(2), those of what is sent together by the same, so that several runs can share it.
package final class AuditLog: Sendable {
    /// A statement, where it goes to and what sends it.
    struct Statement {
        /// The command that sends it, secrets hidden.
        let command: String
        /// The data node, or nil for the access node.
        let node: String?
        /// Secrets hidden.
        let sql: String

        fileprivate var members: [JSON.Member] {
            [
                JSON.Member("command", .string(command)), JSON.Member("node", JSON(node)),
                JSON.Member("sql", .string(sql)),
            ]
        }
    }

    private let path: String
    private let descriptor: Int32
    private let state = Lock<ClusterError?>(nil)

    /// Why nothing more may be sent: the log could not be written; nil as long as it can be.
    var failure: ClusterError? { state.withLock { $0 } }

    /// - Throws: if the file can't be opened or written to.
    package init(_ path: String) throws(Failure) {
        guard path != "-" else {
            throw Failure(
                "the log can't be -: what is on standard output are answers",
                remedy: "--log /dev/stderr writes it there")
        }
        self.path = path
        // O_NONBLOCK, because opening a pipe without a reader would block, and signals would go unnoticed.
        descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0o600)
        guard descriptor >= 0 else { throw Self.refusal(path, .current) }
        _ = fcntl(descriptor, F_SETFL, O_APPEND)
        do throws(Errno) {
            try append([[JSON.Member("event", .string("start")), JSON.Member("tscl", .string(Version.text))]])
        } catch {
            throw Self.refusal(path, error)
        }
    }

    deinit {
        close(descriptor)
    }

    /// Writes that statements are about to be sent. So what takes effect is in the log, even where tscl is killed before
    /// it is answered.
    ///
    /// - Throws: if the lines can't be written; then nothing may be sent.
    func announce(_ statements: [Statement]) throws(ClusterError) {
        if let failure { throw failure }
        do throws(Errno) {
            try append(statements.map { [JSON.Member("event", .string("send"))] + $0.members })
        } catch {
            throw fail(error)
        }
    }

    /// Writes what came of a statement.
    ///
    /// - Throws: if the line can't be written, although the statement has been sent.
    func append(_ statement: Statement, _ failure: Failure?, milliseconds: Double) throws(ClusterError) {
        do throws(Errno) {
            try append([
                statement.members + [
                    JSON.Member("ok", .bool(failure == nil)), JSON.Member("sqlstate", JSON(failure?.sqlstate)),
                    JSON.Member("message", JSON(failure?.message)),
                    JSON.Member("ms", .number(JSON.rounded(milliseconds))),
                ]
            ])
        } catch {
            let place = statement.node.map { " to \($0)" } ?? ""
            throw ClusterError(
                fail(error).message, remedy: "sent\(place), and what came of it is not in the log: \(statement.sql)")
        }
    }

    /// Nothing may be sent from now on.
    private func fail(_ cause: Errno) -> ClusterError {
        let failure = ClusterError(
            Self.message(path, cause), remedy: "nothing more is sent: what can't be logged is not done")
        state.withLock { $0 = failure }
        return failure
    }

    /// Writes lines by one write(2), so that they are in the file whatever becomes of this process.
    ///
    /// - Throws: why they can't be written; none of them stays in the file, if possible.
    private func append(_ lines: [[JSON.Member]]) throws(Errno) {
        let head = [
            JSON.Member("v", .integer(1)), JSON.Member("time", .string(Timestamp.now.rfc3339)),
            JSON.Member("pid", .integer(Int64(getpid()))),
        ]
        let text = lines.map { JSON.object(head + $0).text + "\n" }.joined()
        do throws(IncompleteWrite) {
            try FileDescriptor(rawValue: descriptor).writeWhole(text.utf8)
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
