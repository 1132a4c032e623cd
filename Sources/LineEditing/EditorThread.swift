import Glibc

/// The thread on which lines are read.
enum EditorThread {
    /// Starts it with a session that from now on belongs to it.
    static func start(_ session: EditSession) throws(LineEditingError) -> pthread_t {
        // Signals are for the threads that expect them. Those of job control have to reach the one that reads.
        var blocked = sigset_t()
        var before = sigset_t()
        sigfillset(&blocked)
        for signal in [SIGTTIN, SIGTTOU, SIGTSTP] { sigdelset(&blocked, signal) }
        pthread_sigmask(SIG_SETMASK, &blocked, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }

        var thread = pthread_t()
        let argument = Unmanaged.passRetained(session)
        let code = pthread_create(&thread, nil, { EditorThread.run($0) }, argument.toOpaque())
        guard code == 0 else {
            argument.release()
            throw .system(call: "pthread_create", code: code)
        }
        return thread
    }

    private static func run(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { return nil }
        let session = Unmanaged<EditSession>.fromOpaque(argument).takeRetainedValue()
        let state = session.state
        while let request = state.nextRequest() {
            switch request {
            case .line(let prompt, let continuation):
                let input = state.isClosed ? .endOfInput : session.read(prompt)
                state.finish()
                continuation.resume(returning: input)
            }
        }
        return nil
    }
}
