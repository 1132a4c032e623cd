import Glibc
import Platform
import SystemPackage

/// A process that removes a sandbox when the process that makes it ends in any way: Ctrl-C, SIGKILL, a crash.
///
/// It is tscl itself, run with `word` before all else. It reads from a socket whose other end is in the maker alone, and the
/// kernel closes that one whatever happens to the maker. A parent-death signal would reach the postmaster only: not its
/// children when they are frozen, and no folder.
package struct Caretaker: ~Copyable {
    /// The first argument of a process that is to `work`.
    package static let word = "__caretaker"
    /// The program of this process, by its name unless its file has been replaced meanwhile (proc(5)).
    package static var thisProgram: String {
        let link: FilePath = "/proc/self/exe"
        return (link.canonical ?? link).string
    }

    let identity: ProcessIdentity
    private let descriptor: Int32

    /// Starts the caretaker of a sandbox that this process makes, of which only the state file is there yet.
    ///
    /// - Parameter program: tscl's.
    init(of name: String, in registry: SandboxRegistry, program: String) throws(SandboxError) {
        guard let maker = ProcessIdentity.current else {
            throw SandboxError(.server, "can't read what /proc says of this process")
        }
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            let cause = Errno.current
            throw SandboxError(.server, "can't make a socket: \(cause)")
        }
        defer { close(ends[1]) }
        let child: pid_t
        do throws(SandboxError) {
            child = try Spawn.start(
                [program, Self.word, registry.path, name, maker.description], Spawn.Streams(input: ends[1]))
        } catch {
            close(ends[0])
            throw error
        }
        guard let identity = ProcessIdentity(child) else {
            close(ends[0])
            throw SandboxError(.server, "the process that looks after the sandbox has ended")
        }
        // Another process may dismiss it.
        Spawn.collect(child)
        self.identity = identity
        descriptor = ends[0]
    }

    /// Ends it without removing anything.
    consuming func dismiss() {
        identity.kill()
        close(descriptor)
    }

    /// Leaves the sandbox in its care until this process ends; so the descriptor isn't closed.
    consuming func remain() {}
}

extension Caretaker {
    /// What the process does: waits until the maker has ended, and removes what that leaves behind.
    ///
    /// - Parameter words: what follows `word`.
    /// - Returns: whether nothing is left to be removed.
    package static func work(_ words: [String]) async -> Bool {
        guard words.count == 3, let maker = ProcessIdentity(words[2]) else { return false }
        let (registry, name) = (SandboxRegistry(path: words[0]), words[1])
        // Nobody ever writes to it: it becomes readable when its other end is closed.
        _ = await EventLoop.shared.wait(for: STDIN_FILENO, .read)
        do throws(SandboxError) {
            // The kernel closes the descriptors of a process a little before that is gone from /proc.
            _ = try await Polling.until(.seconds(30)) { () throws(SandboxError) in !maker.isAlive }
            // By now the sandbox may be removed, and another be made under its name.
            guard let record = try registry.load(name), record.maker == maker, record.isAbandoned else { return true }
            try await SandboxRemoval(record: record, registry: registry, account: try .current()).run()
            return true
        } catch {
            // The state file is still there; the next `up` or `down` finds by it what is left.
            return false
        }
    }
}
