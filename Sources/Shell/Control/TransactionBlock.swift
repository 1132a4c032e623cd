import MultiNode
import Postgres

/// `transaction { … }`: one transaction on the access node, and so on all nodes.
extension Session {
    /// Whether a transaction of the script is open, in which everything that changes something has its part.
    var isInBlock: Bool { block != nil }

    func beginBlock() async throws(Failure) {
        let connection = try await cluster().connection
        guard await connection.transactionStatus == .idle else {
            throw Failure("a transaction is open already", remedy: "end it by 'sql COMMIT' or 'sql ROLLBACK' before")
        }
        runningCommand = "transaction"
        startTimeLimit()
        defer { deadline = nil }
        try await begin(connection)
        block = connection
    }

    /// - Throws: where it was undone everywhere, or nobody knows what became of it.
    func commitBlock() async throws(Failure) {
        guard let connection = block else { return }
        block = nil
        runningCommand = "transaction"
        startTimeLimit()
        defer { deadline = nil }
        try await commit(connection)
    }

    /// Undoes everything everywhere; a connection that was lost has done so already.
    func rollBackBlock() async {
        guard let connection = block else { return }
        block = nil
        if await connection.isOpen { await rollBack(connection) }
    }

    func begin(_ connection: Connection) async throws(Failure) {
        try await send("BEGIN", on: connection)
        hasOpenTransaction = true
    }

    /// Ends a transaction so that, should the connection be lost meanwhile, it can be told what became of it.
    func commit(_ connection: Connection) async throws(Failure) {
        defer { hasOpenTransaction = false }
        let number: String?
        do throws(Failure) {
            number = try await send(TransactionOutcome.number, on: connection).rows.first?.first.flatMap { $0 }
        } catch {
            if await connection.isOpen { await rollBack(connection) }
            throw error
        }
        do throws(Failure) {
            let tag = try await send("COMMIT", on: connection).commandTag
            // A transaction that has failed is rolled back by COMMIT, which says so and no more.
            if tag == "ROLLBACK" { throw Failure("the transaction had failed, and was undone everywhere") }
        } catch {
            if await connection.isOpen {
                await rollBack(connection)
                throw error
            }
            var failure = error
            failure.message =
                "the connection to the access node was lost at COMMIT: whether it took effect is not known"
            failure.remedy =
                number.map {
                    "'sql \(TransactionOutcome.query($0))' tells, as soon as the access node answers; then 'heal all'"
                }
                ?? "look whether the change is there; then 'heal all'"
            throw failure
        }
    }

    /// Ends a failed transaction even when the command was interrupted, so that the connection serves the next one.
    func rollBack(_ connection: Connection) async {
        hasOpenTransaction = false
        if settings.showSQL { output.statement("ROLLBACK", node: nil) }
        let started = ContinuousClock.now
        let error = await Task { () -> PostgresError? in
            do throws(PostgresError) {
                _ = try await connection.execute("ROLLBACK", [], timeout: .seconds(5))
                return nil
            } catch {
                return error
            }
        }.value
        let failure = error.map { Failure($0) }
        try? record("ROLLBACK", nil, failure, started)
    }
}
