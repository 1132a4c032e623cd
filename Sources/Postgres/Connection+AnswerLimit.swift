extension Connection {
    /// Gives the answers on this connection another limit, in bytes.
    package func limitAnswers(to bytes: Int) { answerLimit = bytes }

    /// How many bytes have come in; 0 where the system does not count them, as on a Unix-domain socket. Nobody asks it
    /// there, for each statement in vain.
    var received: UInt64 { info.isLocalSocket ? 0 : AnswerLimit.received(on: handle.socket) ?? 0 }

    /// Stops a statement whose answer has become too large. What is not a row counts too: a message that is not complete
    /// yet is held by libpq.
    func checkSize(_ run: inout StatementRun) {
        guard run.stop == nil else { return }
        // A connection that is closed meanwhile counts nothing any more.
        let now = received
        let received = now > run.receivedBefore ? Int(clamping: now - run.receivedBefore) : 0
        guard max(run.size, received) > answerLimit else { return }
        run.dropRows()
        beginStop(.tooLarge, grace: Self.graceAfterTimeout, &run)
    }

    /// The error for a statement whose answer was too large.
    ///
    /// - Parameter isLost: whether the connection had to be closed.
    func tooLarge(_ run: StatementRun, isLost: Bool) -> PostgresError {
        var message = ServerMessage(
            message: "the answer was given up: it takes more than \(answerLimit >> 20) MB of memory; "
                + (run.error == nil
                    ? "the statement was completed"
                    : isLost ? "the connection was closed" : "the statement was cancelled"))
        message.hint =
            "ask for less, as with LIMIT; tscl --max-answer \(max(1, answerLimit >> 19)) allows twice as much"
        return PostgresError(isLost ? .connectionLost : .usage, message)
    }
}
