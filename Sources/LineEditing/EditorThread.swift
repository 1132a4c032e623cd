import Platform
import SystemPackage

/// The thread on which lines are read.
enum EditorThread {
    /// Starts it with a session that from now on belongs to it.
    static func start(_ session: sending EditSession) throws(LineEditingError) -> Thread {
        do throws(Errno) {
            return try Thread { run(session) }
        } catch {
            throw .system(call: "pthread_create", cause: error)
        }
    }

    private static func run(_ session: EditSession) {
        let state = session.state
        while let request = state.nextRequest() {
            switch request {
            case .line(let prompt, let continuation):
                let input = state.isClosed ? .endOfInput : session.read(prompt)
                state.finish()
                continuation.resume(returning: input)
            }
        }
    }
}
