import Glibc
import Platform
import SystemPackage

/// One run of a pager.
final class PagerProcess: Sendable {
    private struct State {
        var id: pid_t?
        var isEnded = false
    }

    private let command: String
    private let state = Lock(State())

    /// - Parameter command: a command of sh(1).
    init(_ command: String) {
        self.command = command
    }

    /// Has it shown a text, and waits until it has ended. This blocks.
    ///
    /// - Returns: false if it could not be started.
    func show(_ text: String) -> Bool {
        guard let pipe = try? Pipe(isBlocking: true) else { return false }
        guard let id = start(reading: pipe.reading) else {
            pipe.close()
            return false
        }
        close(pipe.reading)
        try? FileDescriptor(rawValue: pipe.writing).writeWhole(text.utf8)
        close(pipe.writing)
        return Self.hasShown(collect(id))
    }

    /// Asks it to end, or not to begin.
    func end() {
        state.withLock { state in
            state.isEnded = true
            if let id = state.id { kill(id, SIGTERM) }
        }
    }

    /// Starts it.
    ///
    /// - Returns: nil if that was not possible.
    private func start(reading input: Int32) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        var words = ["sh", "-c", command].map { (word: String) in strdup(word) } + [nil]
        defer { for word in words { free(word) } }
        var id: pid_t = 0
        let failure = withSpawnAttributes { posix_spawn(&id, "/bin/sh", &actions, &$0, &words, environ) }
        guard failure == 0 else { return nil }
        state.withLock { state in
            state.id = id
            if state.isEnded { kill(id, SIGTERM) }
        }
        return id
    }

    /// Waits for its end, and takes its status. Until then its id is that of no other process.
    private func collect(_ id: pid_t) -> Int32 {
        var ended = siginfo_t()
        while waitid(P_PID, id_t(id), &ended, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        return state.withLock { state in
            state.id = nil
            var status: Int32 = 0
            while waitpid(id, &status, 0) < 0, errno == EINTR {}
            return status
        }
    }

    private static func hasShown(_ status: Int32) -> Bool {
        // The statuses of sh(1) for a command that is not found or not executable.
        ![126, 127].contains(status & 0x7F == 0 ? status >> 8 & 0xFF : 0)
    }
}
