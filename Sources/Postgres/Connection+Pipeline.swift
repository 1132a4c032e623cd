import CLibPQ

extension Connection {
    /// Runs statements in order, sending each before the ones before it are answered.
    ///
    /// Each has a transaction of its own unless one is open, so an error stays with its statement. After the first
    /// error no further statement is sent, but up to `window` - 1 of those that follow are on their way already.
    ///
    /// - Parameters:
    ///   - window: The most statements that are sent and not answered yet.
    ///   - limit: How long they may take.
    ///   - sending: Gets the numbers of those that are sent next, before they are: the first `window`, and then as many as
    ///     half of it each time. Neither they nor any behind them are sent once it returns false.
    ///   - answered: Gets each answer as it comes, with its number from 0. No further statement is sent once it returns
    ///     false.
    /// - Returns: The results of the statements that were sent, in order. A statement that can't be sent because of a
    ///   zero byte is the last of them.
    /// - Throws: As `execute` does before anything is sent.
    package func pipeline(
        _ statements: [(sql: String, values: [String?])], window: Int = 16, limit: PipelineLimit? = nil,
        sending: @Sendable (Range<Int>) -> Bool = { _ in true },
        answered: @Sendable (Int, Result<QueryResult, PostgresError>) -> Bool = { _, _ in true }
    ) async throws(PostgresError) -> [Result<QueryResult, PostgresError>] {
        let deadline = limit.map { ContinuousClock.now + $0.time }
        try await takeTurn(until: deadline)
        defer { passTurn() }
        guard handle.enterPipelineMode() else { throw PostgresError(.usage, handle.errorMessage) }
        var run = StatementRun(timeout: limit?.time, deadline: deadline)
        var answers: [Result<QueryResult, PostgresError>] = []
        var unsendable: PostgresError?
        var mayContinue = true
        var sent = 0
        while true {
            // Those that fit are announced and sent together, which takes fewer calls than one behind each answer.
            let batch = sent..<min(answers.count + max(window, 1), statements.count)
            if mayContinue, !batch.isEmpty, sent - answers.count <= window / 2 {
                mayContinue = sending(batch)
                for (sql, values) in statements[batch] where mayContinue {
                    do throws(PostgresError) {
                        try Self.requireNoZeroByte(sql, values)
                        guard handle.send(sql, values), handle.sync() else {
                            throw PostgresError(.usage, handle.errorMessage)
                        }
                        sent += 1
                    } catch {
                        unsendable = error
                        mayContinue = false
                    }
                }
            }
            guard answers.count < sent else { break }
            if case .each(let time) = limit { run.renewDeadline(in: time) }
            let answer = await nextAnswer(&run)
            if !answered(answers.count, answer) { mayContinue = false }
            answers.append(answer)
            if case .failure = answer { mayContinue = false }
            if run.stop != nil { mayContinue = false }
        }
        await settle(&run)
        if isOpen, !handle.exitPipelineMode() { handle.finish() }
        if let unsendable { answers.append(.failure(unsendable)) }
        return answers
    }

    private func nextAnswer(_ run: inout StatementRun) async -> Result<QueryResult, PostgresError> {
        guard handle.isUsable else {
            return .failure(PostgresError(.connectionLost, "the connection was lost before the statement was answered"))
        }
        run.beginNext(received: received)
        await flush(&run)
        handle.receiveRowByRow()
        await collect(&run)
        // Takes the result of the sync, so that the next result belongs to the next statement.
        if await awaitResult(&run) { _ = handle.nextResult() }
        do throws(PostgresError) {
            return .success(try outcome(of: run).last ?? QueryResult())
        } catch {
            return .failure(error)
        }
    }
}

/// How long the statements of a pipeline may take.
package enum PipelineLimit: Sendable {
    /// Each of them, from the answer to the one before it.
    case each(Duration)
    case all(Duration)

    package var time: Duration {
        switch self {
        case .each(let time), .all(let time): time
        }
    }
}
