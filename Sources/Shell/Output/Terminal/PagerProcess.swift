import Glibc
import Platform
import SystemPackage

/// One run of a pager.
final class PagerProcess: Sendable {
    private struct State {
        var id: pid_t?
        /// The end of the pipe that it does not read; nil once it is closed.
        var writing: FileDescriptor?
    }

    private let state: Lock<State>

    /// Starts it.
    ///
    /// - Parameter command: a command of sh(1).
    /// - Returns: nil if that was not possible.
    init?(_ command: String) {
        guard let pipe = try? Pipe(isBlocking: true) else { return nil }
        guard let id = Self.start(command, reading: pipe.reading) else {
            pipe.close()
            return nil
        }
        close(pipe.reading)
        state = Lock(State(id: id, writing: FileDescriptor(rawValue: pipe.writing)))
    }

    /// Gives it more to show, as fast as it takes it.
    ///
    /// - Returns: nil when it has ended, as when a person has left it.
    nonisolated(nonsending) func write(
        _ bytes: [UInt8], until deadline: EventLoop.Instant? = nil
    ) async -> EventLoop.Readiness? {
        guard let writing = state.withLock({ $0.writing }) else { return nil }
        var written = 0
        return try? await EventLoop.shared.write(bytes, to: writing, written: &written, until: deadline)
    }

    /// Tells it that this was all, and waits until the person leaves it. It is ended if the task is cancelled.
    ///
    /// - Returns: false if its command was not there, so that it has shown nothing.
    nonisolated(nonsending) func finish() async -> Bool {
        closePipe()
        return await Self.ignoringInterrupts {
            await withTaskCancellationHandler {
                await Thread.value { self.hasShown() } ?? false
            } onCancel: {
                state.withLock { state in
                    if let id = state.id { kill(id, SIGTERM) }
                }
            }
        }
    }

    /// Leaves Ctrl-C to the pager, while tscl runs nothing that it could cancel.
    nonisolated(nonsending) static func ignoringInterrupts<Result>(_ work: () async -> Result) async -> Result {
        var ignored = sigaction()
        var previous = sigaction()
        ignored.__sigaction_handler.sa_handler = SIG_IGN
        sigaction(SIGINT, &ignored, &previous)
        defer { sigaction(SIGINT, &previous, nil) }
        return await work()
    }

    private func closePipe() {
        let writing = state.withLock { state in
            defer { state.writing = nil }
            return state.writing
        }
        try? writing?.close()
    }

    private static func start(_ command: String, reading input: Int32) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        var words = ["sh", "-c", command].map { (word: String) in strdup(word) } + [nil]
        defer { for word in words { free(word) } }
        var id: pid_t = 0
        let failure = withSpawnAttributes { posix_spawn(&id, "/bin/sh", &actions, &$0, &words, environ) }
        return failure == 0 ? id : nil
    }

    /// Waits for its end, and takes its status. Until then its id is that of no other process. This blocks.
    private func hasShown() -> Bool {
        guard let id = state.withLock({ $0.id }) else { return true }
        var ended = siginfo_t()
        while waitid(P_PID, id_t(id), &ended, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        let status = state.withLock { state in
            state.id = nil
            var status: Int32 = 0
            while waitpid(id, &status, 0) < 0, errno == EINTR {}
            return status
        }
        // The statuses of sh(1) for a command that is not found or not executable.
        return ![126, 127].contains(status & 0x7F == 0 ? status >> 8 & 0xFF : 0)
    }
}
