import CLibPQ
import Platform

extension Connection {
    /// How many bytes are handed on at once: rows are short, and each piece costs a call.
    private static let pieceSize = 128 << 10

    /// Runs COPY … TO STDOUT, and hands on what comes, in order and in pieces that end where any row ends. Nothing more is
    /// read until a piece is taken, so that the memory that it takes does not grow with the table.
    ///
    /// - Returns: a result without rows, whose tag has their number.
    /// - Throws: as `execute`, `.usage` for a statement that sends no such data, and what `take` throws; the connection
    ///   can be used again in each case but a lost connection.
    package func copyOut(
        _ sql: String, timeout: Duration? = nil,
        _ take: @Sendable (_ piece: [UInt8]) async throws(PostgresError) -> Void
    ) async throws(PostgresError) -> QueryResult {
        try Self.requireNoZeroByte(sql)
        let deadline = timeout.map { ContinuousClock.now + $0 }
        try await takeTurn(until: deadline)
        defer { passTurn() }
        var run = StatementRun(timeout: timeout, deadline: deadline)
        _ = handle.takeWarnings()
        var refusal: PostgresError?
        if handle.sendScript(sql) {
            await flush(&run)
            if await awaitResult(&run), let result = handle.nextResult() {
                if result.status == PGRES_COPY_OUT {
                    do throws(PostgresError) {
                        try await receiveCopy(&run, take)
                    } catch {
                        refusal = error
                        await endCopyOut(&run)
                    }
                    run.forgetReceived(AnswerLimit.received(on: handle.socket) ?? 0)
                } else {
                    await refuseNoCopy(result, &run)
                }
            }
            await collect(&run)
            await settle(&run)
        } else {
            run.fail(ServerMessage(message: handle.errorMessage))
        }
        do throws(PostgresError) {
            return try outcome(of: run).last ?? QueryResult()
        } catch {
            throw refusal ?? error
        }
    }

    private func receiveCopy(
        _ run: inout StatementRun, _ take: (_ piece: [UInt8]) async throws(PostgresError) -> Void
    ) async throws(PostgresError) {
        var piece: [UInt8] = []
        piece.reserveCapacity(Self.pieceSize + Self.pieceSize / 4)
        while true {
            switch handle.takeCopyData(&piece, upTo: Self.pieceSize) {
            case .more: break
            case .none:
                // What there is is handed on meanwhile: the other side works while this one waits.
                if piece.isEmpty {
                    await waitForSocket(.read, &run)
                    guard handle.consumeInput() else {
                        return run.fail(ServerMessage(message: handle.errorMessage))
                    }
                    continue
                }
            case .end:
                if !piece.isEmpty, run.stop == nil { try await take(piece) }
                return
            }
            // Behind a stop nobody wants the rows.
            if run.stop == nil { try await take(piece) }
            piece.removeAll(keepingCapacity: true)
        }
    }

    private func refuseNoCopy(_ result: borrowing ResultHandle, _ run: inout StatementRun) async {
        switch result.status {
        case PGRES_FATAL_ERROR, PGRES_NONFATAL_ERROR, PGRES_BAD_RESPONSE: run.fail(result.message)
        case PGRES_COPY_IN: await endCopyIn(&run)
        default: run.fail(ServerMessage(message: "the statement is no COPY TO STDOUT"))
        }
    }
}
