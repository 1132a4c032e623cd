import CLibPQ

/// What is alike in both directions of COPY.
extension Connection {
    /// Runs a COPY, whose data go over while the statement is under way.
    ///
    /// - Parameters:
    ///   - status: what libpq tells when the data may go.
    ///   - transfer: moves all of them, and ends them; why it gave up, where it did.
    /// - Returns: a result without rows, whose tag has their number.
    /// - Throws: as `execute`, `.usage` for a statement that is no such COPY, and why `transfer` gave up.
    func copy(
        _ sql: String, timeout: Duration?, at status: ExecStatusType, named name: String,
        _ transfer: (inout StatementRun) async -> PostgresError?
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
                if result.status == status {
                    refusal = await transfer(&run)
                } else {
                    await refuse(result, insteadOf: name, &run)
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

    private func refuse(
        _ result: borrowing ResultHandle, insteadOf name: String, _ run: inout StatementRun
    ) async {
        switch result.status {
        case PGRES_FATAL_ERROR, PGRES_NONFATAL_ERROR, PGRES_BAD_RESPONSE: run.fail(result.message)
        case PGRES_COPY_IN: await endCopyIn(&run)
        case PGRES_COPY_OUT: await endCopyOut(&run)
        default: run.fail(ServerMessage(message: "the statement is no \(name)"))
        }
    }
}
