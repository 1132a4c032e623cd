import CLibPQ
import Platform

extension Connection {
    /// How long a server has to stop the statement after a timeout, before the connection is closed.
    static let graceAfterTimeout: Duration = .milliseconds(500)
    /// How long a server has after a cancellation: a person who presses Ctrl-C waits about a second, and a distant
    /// server needs several round trips.
    private static let graceAfterCancellation: Duration = .milliseconds(900)
    private static let cancelInterval: Duration = .milliseconds(100)

    /// Sends what is in the output buffer, and reads meanwhile: otherwise both sides could wait for each other forever.
    @inline(__always)
    func flush(_ run: inout StatementRun) async {
        while handle.flush() {
            await waitForSocket([.read, .write], &run)
            guard handle.consumeInput() else { return }
        }
    }

    /// Reads the results of the statement to the last one.
    @inline(__always)
    func collect(_ run: inout StatementRun) async {
        while true {
            // Most rows have arrived with those before them. Before a wait what there is of them is handed on.
            if handle.isBusy {
                if run.hasRowsInHand, !handle.hasInput { await makeRoom(&run) }
                if await !awaitResult(&run) { return }
            }
            switch handle.nextArrival(for: &run) {
            case .rows(let isFull): if isFull { await makeRoom(&run) }
            case .result(let result):
                switch take(result, &run) {
                case .in: await endCopyIn(&run)
                case .out: await endCopyOut(&run)
                case nil: break
                }
            case .end: return
            }
        }
    }

    /// Which way the data of a COPY go.
    private enum CopyWay {
        case `in`, out
    }

    /// - Returns: the COPY that has to be ended before there is another result; nil where there is none.
    private func take(_ result: borrowing ResultHandle, _ run: inout StatementRun) -> CopyWay? {
        switch result.status {
        case PGRES_SINGLE_TUPLE:
            run.add(rowOf: result)
            if run.size > answerLimit { checkSize(&run) }
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            if result.status == PGRES_TUPLES_OK { run.beginRows(of: result) }
            run.add(result.queryResult())
        case PGRES_COPY_IN where !handle.isInPipelineMode: return .in
        case PGRES_COPY_OUT where !handle.isInPipelineMode: return .out
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            // The protocol can't end these without losing the connection.
            run.fail(ServerMessage(message: "COPY is not possible here; the connection was closed"))
            handle.finish()
        default:
            run.fail(result.message)
        }
        return nil
    }

    private func makeRoom(_ run: inout StatementRun) async {
        guard run.stop == nil else { return }
        switch await run.makeRoom() {
        case .made: break
        case .unwanted: beginStop(.unwanted, grace: Self.graceAfterCancellation, &run)
        case .timedOut: beginStop(.timedOut, grace: Self.graceAfterTimeout, &run)
        case .cancelled: beginStop(.cancelled, grace: Self.graceAfterCancellation, &run)
        }
        run.forgetReceived(received)
    }

    /// Waits until `nextResult` does not block; false if there will be no further result.
    @inline(__always)
    func awaitResult(_ run: inout StatementRun) async -> Bool {
        while handle.isBusy {
            if !isReadableSoon(for: run) { await waitForSocket(.read, &run, isSoonTried: true) }
            let isThere = handle.consumeInput()
            // Before libpq looks at what came: a fast server's whole value is in it at one go, and nonsense that follows
            // it would hide how much it was.
            checkSize(&run)
            takeNotifications()
            // libpq still hands out what arrived before the connection broke; then it is not busy.
            if !isThere, handle.isBusy {
                run.fail(ServerMessage(message: handle.errorMessage))
                handle.finish()
                return false
            }
        }
        return true
    }

    /// Whether the server answers within a moment, in which nothing else is due: then nobody gives up the thread.
    private func isReadableSoon(for run: borrowing StatementRun) -> Bool {
        let socket = handle.socket
        guard socket >= 0, run.stop == nil, !Task.isCancelled, EventLoop.shared.isReadySoon(socket, .read) else {
            return false
        }
        // The deadline counts even if the socket is ready: it always is for a server that sends without a pause.
        return run.nextDeadline.map { $0 > .now } ?? true
    }

    /// Waits for the socket, and handles what happens meanwhile: deadline, cancellation, a server that does not stop.
    func waitForSocket(
        _ interest: EventLoop.Interest, _ run: inout StatementRun, isSoonTried: Bool = false
    ) async {
        let socket = handle.socket
        guard socket >= 0 else {
            run.fail(ServerMessage(message: handle.errorMessage))
            return handle.finish()
        }
        let readiness = await EventLoop.shared.wait(
            for: socket, interest, until: run.nextDeadline, heedsCancellation: run.stop == nil, isSoonTried: isSoonTried
        )
        if readiness == .cancelled {
            beginStop(.cancelled, grace: Self.graceAfterCancellation, &run)
        }
        // The deadline counts even if the socket is ready: it always is for a server that sends without a pause.
        guard let deadline = run.nextDeadline, deadline <= .now else { return }
        if let stop = run.stop {
            if stop.graceEnd <= .now {
                // This process itself may have been held up, so it first reads what has arrived.
                guard readiness == .timedOut || stop.hadLastChance else {
                    run.stop?.hadLastChance = true
                    return
                }
                if await isOwedMoreTime(&run) { return }
                // A frozen server may never answer, so the only way out is to give up the connection.
                run.stop?.hasGivenUp = true
                handle.shutDownSocket()
            } else {
                requestCancel(&run)
            }
        } else {
            beginStop(.timedOut, grace: Self.graceAfterTimeout, &run)
        }
    }

    func beginStop(_ reason: StatementRun.StopReason, grace: Duration, _ run: inout StatementRun) {
        // An answer that is not wanted is stopped at once, whatever its statement commits.
        let isOfAnswer = reason == .tooLarge || reason == .copy
        let begin = ContinuousClock.now + (isOfAnswer ? .zero : run.patience.beforeCancelling)
        run.stop = StatementRun.Stop(reason: reason, graceEnd: begin + grace, nextRequest: begin)
        if begin <= .now { requestCancel(&run) }
    }

    /// Asks whether a statement that the server does not stop is to be waited for all the same.
    private func isOwedMoreTime(_ run: inout StatementRun) async -> Bool {
        guard let ask = run.patience.afterwards else { return false }
        run.patience.afterwards = nil
        let time = await ask()
        guard time > .zero else { return false }
        let end = ContinuousClock.now + time
        run.stop?.graceEnd = end
        run.stop?.nextRequest = end
        return true
    }

    private func requestCancel(_ run: inout StatementRun) {
        guard var stop = run.stop else { return }
        stop.nextRequest = ContinuousClock.now + Self.cancelInterval
        // Only one request at a time. If no thread is available, the next interval tries again.
        if stop.request.map({ $0.value != nil }) ?? true {
            stop.request = try? BlockingCall { [cancelRequest] in
                cancelRequest.send()
                return true
            }
        }
        run.stop = stop
    }

    /// Waits for the pending cancel request, because one that arrives late would cancel the next statement.
    @inline(__always)
    func settle(_ run: inout StatementRun) async {
        if let stop = run.stop { await settle(stop, &run) }
    }

    private func settle(_ stop: StatementRun.Stop, _ run: inout StatementRun) async {
        var isSettled = !stop.hasGivenUp
        if let request = stop.request {
            isSettled = await request.value(until: stop.graceEnd, heedsCancellation: false) != nil && isSettled
        }
        if !isSettled { handle.finish() }
        noteEnding(by: run)
    }

    // MARK: COPY

    func endCopyIn(_ run: inout StatementRun) async {
        run.fail(ServerMessage(message: "COPY FROM STDIN is not possible here"))
        while !handle.endCopyIn("COPY FROM STDIN is not possible here"), handle.isUsable {
            await flush(&run)
        }
        await flush(&run)
    }

    func endCopyOut(_ run: inout StatementRun) async {
        run.fail(ServerMessage(message: "COPY TO STDOUT is not possible here"))
        if run.stop == nil { beginStop(.copy, grace: Self.graceAfterCancellation, &run) }
        while !handle.discardCopyOut() {
            await waitForSocket(.read, &run)
            guard handle.consumeInput() else { return }
        }
    }

    // MARK: The outcome

    /// The results of a statement, or the error that describes best how it failed.
    func outcome(of run: StatementRun) throws(PostgresError) -> [QueryResult] {
        let isLost = !isOpen
        if !handle.isUsable { handle.finish() }
        noteEnding(by: run)
        let warnings = handle.takeWarnings()
        takeNotifications()
        do throws(PostgresError) {
            if run.isTooLarge, !isClosing { throw tooLarge(run, isLost: isLost) }
            var results = try results(of: run, isLost: isLost)
            if !results.isEmpty {
                results[results.count - 1].warnings = warnings
                results[results.count - 1].otherEncoding = handle.otherEncoding
            }
            return results
        } catch {
            var error = error
            error.warnings = warnings
            error.otherEncoding = handle.otherEncoding
            throw error
        }
    }

    private func results(of run: StatementRun, isLost: Bool) throws(PostgresError) -> [QueryResult] {
        guard var message = run.error else { return run.results }
        if isClosing {
            throw PostgresError(.connectionLost, "the connection was closed while a statement was under way")
        }
        if run.stopMatters(to: message) {
            switch run.stop?.reason {
            case .timedOut:
                message.message = "no answer within the time limit"
                throw PostgresError(.timedOut, message)
            case .cancelled:
                message.message = "the statement was cancelled"
                throw PostgresError(.cancelled, message)
            case .unwanted:
                throw PostgresError(.unwanted, "nobody takes the rows any more")
            case .copy, .tooLarge, nil:
                break
            }
        }
        if isLost {
            // idle_in_transaction_session_timeout: the server has undone the transaction before it could read the statement.
            if message.sqlstate == nil, let farewell = handle.farewell, farewell.sqlstate == "25P03" {
                message = farewell
            }
            throw PostgresError(.connectionLost, message)
        }
        throw PostgresError(message.sqlstate == nil ? .usage : .server, message)
    }
}
