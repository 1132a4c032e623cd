import CLibPQ

extension Connection {
    /// Runs COPY … FROM STDIN with what `feed` gives it by ``put(_:)``, in constant memory.
    ///
    /// - Returns: a result without rows, whose tag has their number.
    /// - Throws: as `execute`, `.usage` for a statement that takes no such data, and what `feed` throws; then nothing of
    ///   what was given is there.
    package func copyIn(
        _ sql: String, timeout: Duration? = nil, _ feed: @Sendable () async throws(PostgresError) -> Void
    ) async throws(PostgresError) -> QueryResult {
        try await copy(sql, timeout: timeout, at: PGRES_COPY_IN, named: "COPY FROM STDIN") { run in
            copying = run
            var refusal: PostgresError?
            do throws(PostgresError) {
                try await feed()
            } catch {
                refusal = error
            }
            run = copying ?? run
            copying = nil
            // The server ends a COPY whose data are refused with an error, so that nothing of it stays.
            await endData(refusedBecause: refusal?.message, &run)
            return refusal
        }
    }

    /// Gives the COPY FROM STDIN that is under way more data, and returns when the server's side has taken them.
    ///
    /// - Throws: `.cancelled` or `.timedOut` when the statement is being stopped, `.connectionLost`, and `.usage` where
    ///   none is under way.
    package func put(_ data: [UInt8]) async throws(PostgresError) {
        guard var run = copying else { throw PostgresError(.usage, "no COPY FROM STDIN is under way") }
        var isTaken = false
        while !isTaken, handle.isUsable, run.stop == nil {
            isTaken = handle.putCopyData(data)
            await flush(&run)
        }
        copying = run
        switch run.stop?.reason {
        case .cancelled: throw PostgresError(.cancelled, "the statement was cancelled")
        case .some: throw PostgresError(.timedOut, "no answer within the time limit")
        case nil: break
        }
        guard handle.isUsable else { throw PostgresError(.connectionLost, handle.errorMessage) }
    }

    private func endData(refusedBecause reason: String?, _ run: inout StatementRun) async {
        while !handle.endCopyIn(reason), handle.isUsable { await flush(&run) }
        await flush(&run)
    }
}
