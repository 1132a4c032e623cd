import Glibc
import Platform
import SystemPackage

/// A server's log from a certain moment on.
struct LogFile: Sendable {
    let path: String
    /// Where the log ended then.
    private let start: Int

    /// The log from now on.
    init(path: String) {
        self.path = path
        var status = stat()
        start = stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Starts a program that writes to the log, as a user who may read it: the emulator reads what its server says.
    func start(_ arguments: [String], as account: ServerAccount) throws(SandboxError) -> pid_t {
        // Opened here and passed on, so that the folder needn't be writable for the servers' user.
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            let cause = Errno.current
            throw SandboxError(.folder, "can't write \"\(path)\": \(cause)")
        }
        defer { close(descriptor) }
        if account.isOther, fchown(descriptor, geteuid(), account.group) != 0 || fchmod(descriptor, 0o640) != 0 {
            let cause = Errno.current
            throw SandboxError(.folder, "can't let the servers' user read \"\(path)\": \(cause)")
        }
        return try Spawn.start(arguments, Spawn.Streams(output: descriptor))
    }

    /// Runs a program to its end, which has two minutes.
    ///
    /// - Parameter failure: what it is that fails when the program does.
    func run(_ arguments: [String], as account: ServerAccount, _ failure: String) async throws(SandboxError) {
        let child = try start(arguments, as: account)
        var ending = Spawn.Ending.alive
        defer {
            // Nobody waits for it any more when the making is cancelled.
            if ending == .alive {
                Glibc.kill(child, SIGKILL)
                Spawn.collect(child)
            }
        }
        let ended = try await Polling.until(.seconds(120)) { () throws(SandboxError) in
            ending = Spawn.ending(of: child)
            return ending != .alive
        }
        guard ended, ending == .exited(0) else { throw SandboxError(.server, failure, detail: tail) }
    }

    /// At most the last 64 KiB of what was written since.
    var content: String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        let end = Int(lseek(descriptor, 0, SEEK_END))
        lseek(descriptor, max(start, end - 65536), SEEK_SET)
        return String(decoding: (try? FileDescriptor(rawValue: descriptor).readToEnd()) ?? [], as: UTF8.self)
    }

    /// The last lines of what was written since.
    var tail: String {
        content.split(separator: "\n").suffix(8).joined(separator: "\n")
    }
}
