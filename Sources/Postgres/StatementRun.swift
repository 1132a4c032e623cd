import Platform

/// A statement under way: what it has answered so far, and whether it is being stopped.
struct StatementRun {
    /// Why a statement is stopped.
    enum StopReason {
        case timedOut
        case cancelled
        /// It wants to transfer COPY data.
        case copy
    }

    /// A statement being stopped.
    struct Stop {
        let reason: StopReason
        /// When the server has to have answered; later the connection is closed.
        let graceEnd: EventLoop.Instant
        /// The cancel request under way, or done.
        var request: BlockingCall<Bool>?
        /// When to ask again: a request that finds the server idle, the statement not yet read, is lost.
        var nextRequest: EventLoop.Instant
        /// Whether something was there to be read when the grace was over, and the server was let off once.
        var hadLastChance = false
        /// Whether the socket was shut down because the server did not answer.
        var hasGivenUp = false
    }

    let timeout: Duration?
    let deadline: EventLoop.Instant?
    private(set) var results: [QueryResult] = []
    private(set) var error: ServerMessage?
    var stop: Stop?

    init(timeout: Duration?, deadline: EventLoop.Instant?) {
        self.timeout = timeout
        self.deadline = deadline
    }

    /// When the wait for the socket has to end for something to be done.
    var nextDeadline: EventLoop.Instant? {
        guard let stop else { return deadline }
        return stop.hasGivenUp ? nil : min(stop.graceEnd, stop.nextRequest)
    }

    mutating func add(_ result: QueryResult) {
        results.append(result)
    }

    /// Begins with the next statement of a pipeline; stopping concerns them all.
    mutating func beginNext() {
        results = []
        error = nil
    }

    /// Notes an error; the first is the one that counts, what follows from it is not.
    mutating func fail(_ message: ServerMessage) {
        error = error ?? message
    }

    /// Whether an error is what stopping the statement led to: the server obeyed, or was let go of.
    func stopMatters(to message: ServerMessage) -> Bool {
        guard let stop else { return false }
        let queryCanceled = "57014"
        return message.sqlstate == queryCanceled || (stop.hasGivenUp && message.sqlstate == nil)
    }
}
