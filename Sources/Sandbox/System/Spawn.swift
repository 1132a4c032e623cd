import Glibc
import Platform
import SystemPackage

/// Starting programs with `posix_spawn(3)`.
enum Spawn {
    /// Where a program's standard streams go; a nil is `/dev/null`.
    struct Streams {
        var input: Int32?
        var output: Int32?
    }

    /// Starts a program in a session of its own, so that Ctrl-C at the terminal doesn't reach it.
    ///
    /// It starts with no signal ignored or blocked, and with a small environment: PostgreSQL's variables, which the person may
    /// have set for the cluster at work, would turn up in the servers. Error output goes where the output goes.
    /// - Parameter arguments: the program, searched in `PATH` when it has no slash, and its arguments.
    static func start(_ arguments: [String], _ streams: Streams) throws(SandboxError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        connect(&actions, streams.input, to: 0, O_RDONLY)
        connect(&actions, streams.output, to: 1, O_WRONLY)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // A server that outlives this process would keep open whatever it inherits, and who reads at the other end would wait.
        // Glibc has an action for this, but its header keeps it for _GNU_SOURCE. Closing what isn't open is no error.
        for descriptor in Folder.entries("/proc/self/fd").compactMap({ Int32($0) }) where descriptor > 2 {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }

        // POSIX_SPAWN_SETSID, which Glibc's header keeps for _GNU_SOURCE.
        let newSession: Int16 = 0x80
        let program = arguments.first ?? ""
        var pid: pid_t = 0
        let result = withCStrings(arguments) { argumentPointers in
            withCStrings(environment) { environmentPointers in
                withSpawnAttributes(newSession) {
                    posix_spawnp(&pid, program, &actions, &$0, argumentPointers, environmentPointers)
                }
            }
        }
        guard result == 0 else {
            throw SandboxError(.server, "can't start \"\(program)\": \(Errno(rawValue: result))")
        }
        return pid
    }

    /// What a short program prints. Waits for its end: only for what answers at once.
    static func output(of arguments: [String]) -> (status: Int32, text: String)? {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            return nil
        }
        defer { close(ends[0]) }
        let child = try? start(arguments, Streams(output: ends[1]))
        close(ends[1])
        guard let child else { return nil }
        let text = String(decoding: (try? FileDescriptor(rawValue: ends[0]).readToEnd()) ?? [], as: UTF8.self)
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return (status, text)
    }

    /// What became of a child of this process.
    enum Ending: Equatable {
        case alive
        /// By itself, with this status.
        case exited(Int32)
        case killed(signal: Int32)
        /// It isn't there any more, and someone else has collected how it ended.
        case unknown
    }

    /// Looks whether a child has ended, without waiting, and collects it when it has.
    static func ending(of child: pid_t) -> Ending {
        var status: Int32 = 0
        switch waitpid(child, &status, WNOHANG) {
        case 0: return .alive
        case child:
            let signal = status & 0x7f
            return signal == 0 ? .exited((status >> 8) & 0xff) : .killed(signal: signal)
        default: return errno == EINTR ? .alive : .unknown
        }
    }

    /// Collects a child whenever it ends: one that nobody waits for would stay in the table of processes for as long as this
    /// process runs.
    static func collect(_ child: pid_t) {
        Thread.detach { while waitpid(child, nil, 0) < 0, errno == EINTR {} }
    }

    private static var environment: [String] {
        let kept = ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH"].compactMap { name in
            Environment[nonEmpty: name].map { "\(name)=\($0)" }
        }
        return kept + ["LC_ALL=C.UTF-8", "TZ=UTC"]
    }

    private static func connect(
        _ actions: inout posix_spawn_file_actions_t, _ descriptor: Int32?, to target: Int32, _ mode: Int32
    ) {
        if let descriptor {
            posix_spawn_file_actions_adddup2(&actions, descriptor, target)
        } else {
            posix_spawn_file_actions_addopen(&actions, target, "/dev/null", mode, 0)
        }
    }

    /// Calls `body` with the strings as C wants them, ended by a null pointer.
    private static func withCStrings<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = strings.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers + [nil])
    }
}
