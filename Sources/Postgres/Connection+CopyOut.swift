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
        try await copy(sql, timeout: timeout, at: PGRES_COPY_OUT, named: "COPY TO STDOUT") { run in
            var refusal: PostgresError?
            do throws(PostgresError) {
                try await receiveCopy(&run, take)
            } catch {
                refusal = error
                await endCopyOut(&run)
            }
            run.forgetReceived(received)
            return refusal
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
}
