import CLibPQ
import Platform

extension Connection {
    /// How many bytes are handed on at once, at most: rows are short, and each piece costs a call.
    private static let pieceSize = 128 << 10

    /// Runs COPY … TO STDOUT, and hands on what comes, in order and in pieces that end where any row ends. Nothing more is
    /// read until a piece is taken, so that the memory that it takes does not grow with the table.
    ///
    /// - Parameter inFullPieces: whether rows that have arrived wait until there are enough of them, or no more. A server
    ///   sends 8 kB at once: whoever reads them at their arrival wakes for each, and so does who they are handed to.
    /// - Returns: a result without rows, whose tag has their number.
    /// - Throws: as `execute`, `.usage` for a statement that sends no such data, and what `take` throws; the connection
    ///   can be used again in each case but a lost connection.
    package func copyOut(
        _ sql: String, timeout: Duration? = nil, inFullPieces: Bool = false,
        _ take: @Sendable (_ piece: [UInt8]) async throws(PostgresError) -> Void
    ) async throws(PostgresError) -> QueryResult {
        try await copy(sql, timeout: timeout, at: PGRES_COPY_OUT, named: "COPY TO STDOUT") { run in
            var refusal: PostgresError?
            do throws(PostgresError) {
                try await receiveCopy(&run, inFullPieces: inFullPieces, take)
            } catch {
                refusal = error
                await endCopyOut(&run)
            }
            run.forgetReceived(received)
            return refusal
        }
    }

    private func receiveCopy(
        _ run: inout StatementRun, inFullPieces: Bool,
        _ take: (_ piece: [UInt8]) async throws(PostgresError) -> Void
    ) async throws(PostgresError) {
        var piece: [UInt8] = []
        piece.reserveCapacity(Self.pieceSize + Self.pieceSize / 4)
        var hasWaited = false
        while true {
            switch handle.takeCopyData(&piece, upTo: Self.pieceSize) {
            case .more: break
            case .none:
                // Else what there is is handed on meanwhile: the other side works while this one waits.
                if piece.isEmpty || inFullPieces {
                    // Once for each piece the deadline and a cancellation are looked at, however fast rows come.
                    if !hasWaited || !handle.hasInput { await waitForSocket(.read, &run) }
                    hasWaited = true
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
            hasWaited = false
        }
    }
}
