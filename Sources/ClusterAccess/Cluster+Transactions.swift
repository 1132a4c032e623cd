package import MultiNode
import Platform
package import Postgres

/// Transactions on the access node, and with them on every data node that their statements reach.
@LoopActor extension Cluster {
    /// Whether a `transaction { … }` of the script is open; then every change belongs to it.
    package var isInScriptTransaction: Bool { connection.transaction == .script }

    /// Whether a transaction is open, whoever has begun it.
    package var isInTransaction: Bool { connection.transaction != .none }

    /// The transaction that the user's own SQL (`BEGIN`) has left open; nil if there is none.
    package var writtenTransaction: WrittenTransaction? {
        guard connection.transaction == .written, let link = connection.link else { return nil }
        return WrittenTransaction(link.transactionStatus)
    }

    /// Carries out a plan on the connection of the session.
    ///
    /// - Returns: the result of each statement.
    @discardableResult
    package func carryOut(_ plan: Plan) async throws(ClusterError) -> [QueryResult] {
        var results: [QueryResult] = []
        for step in plan.steps {
            switch step {
            case .statement(let statement): results.append(try await carryOut(statement))
            case .transaction(let statements): results += try await transaction(statements)
            }
        }
        return results
    }

    /// Carries out a plan of statements that each go by themselves, over another connection to the access node.
    @discardableResult
    package func carryOutAside(_ plan: Plan) async throws(ClusterError) -> [QueryResult] {
        try await aside { link throws(ClusterError) in
            var results: [QueryResult] = []
            for statement in plan.statements {
                results.append(try await deliver(statement, on: link, ending: .implicit))
            }
            return results
        }
    }

    /// Sends a statement that changes something: a part of the open transaction, or one by itself.
    ///
    /// - Parameter transfer: what goes over with it.
    package func carryOut(
        _ statement: SQL, _ transfer: StatementTransfer = .none
    ) async throws(ClusterError) -> QueryResult {
        let link = try await link()
        let isPart = connection.transaction != .none
        if isPart, connection.hasWrittenTransaction(on: link), statement.mayCommit {
            return try await send(statement, on: link, transfer)
        }
        let ending: StatementEnding = isPart || statement.onlyReads ? .none : .implicit
        return try await deliver(statement, on: link, ending: ending, transfer)
    }

    /// Runs statements as one transaction, or as a part of the script's transaction if one is open.
    private func transaction(_ statements: [SQL]) async throws(ClusterError) -> [QueryResult] {
        guard !isInScriptTransaction else { return try await sendAll(statements) }
        // Behind a BEGIN that is refused each statement would stand by itself, so that one is awaited.
        try await begin(.command, by: "BEGIN")
        var results: [QueryResult]
        do throws(ClusterError) {
            results = try await sendTogether(statements + [TransactionOutcome.number])
        } catch {
            await rollBack()
            throw error
        }
        let number = results.removeLast().value
        try await commit(number: number)
        return results
    }

    /// So many statements of a transaction go over before the first is answered.
    private static let mostTogether = 16

    /// Sends statements of an open transaction in one round trip: behind one that fails the server refuses the others.
    private func sendTogether(_ statements: [SQL]) async throws(ClusterError) -> [QueryResult] {
        guard statements.count <= Self.mostTogether else { return try await sendAll(statements) }
        connection.kept.forget(before: statements.filter(\.isWritten))
        var results: [QueryResult] = []
        for answer in try await ask(statements, on: try await link()) {
            results.append(try Self.effective(try answer.get()))
        }
        return results
    }

    /// - Throws: where the server calls a statement done, and only warns that it had no effect: the rest must not stand
    ///   without it.
    private static func effective(_ result: QueryResult) throws(ClusterError) -> QueryResult {
        guard let warning = result.warnings.first(where: { NodeGrants.tellsOfNoEffect($0.sqlstate) })
        else {
            return result
        }
        throw ClusterError(PostgresError(.server, warning))
    }

    private func sendAll(_ statements: [SQL]) async throws(ClusterError) -> [QueryResult] {
        let link = try await link()
        var results: [QueryResult] = []
        for statement in statements {
            results.append(try Self.effective(try await send(statement, on: link)))
        }
        return results
    }

    /// - Parameter statement: nil for what suits; a script's own transaction is as the role has it.
    package func begin(
        _ transaction: AccessNodeConnection.OpenTransaction, by statement: SQL? = nil
    ) async throws(ClusterError) {
        let link = try await link()
        // BEGIN in an open transaction begins none, and the COMMIT behind it would end that one.
        if let open = writtenTransaction { throw ClusterError(refusing: open) }
        try await send(statement ?? (transaction == .command ? .begin : "BEGIN"), on: link)
        connection.setTransaction(transaction)
    }

    /// Commits the open transaction. It reads the transaction's id first, so that the outcome can be looked up where COMMIT
    /// is not answered.
    ///
    /// - Throws: if the transaction was undone everywhere, or if its outcome is unknown.
    package func commit() async throws(ClusterError) {
        let link = try linkOfTransaction()
        let number: String?
        do throws(ClusterError) {
            number = try await send(TransactionOutcome.number, on: link).value
        } catch {
            await rollBack()
            throw error
        }
        try await commit(number: number)
    }

    /// - Throws: where the open transaction was lost.
    private func linkOfTransaction() throws(ClusterError) -> any Link {
        if let link = connection.link { return link }
        connection.setTransaction(.none)
        throw AccessNodeConnection.lostTransaction()
    }

    /// - Parameter number: the transaction's id.
    private func commit(number: String?) async throws(ClusterError) {
        let link = try linkOfTransaction()
        let tag: String
        do throws(ClusterError) {
            tag = try await deliver("COMMIT", on: link, ending: .commit(number: number)).commandTag
        } catch {
            let isOpen = link.isOpen
            let wasSent = link.transactionStatus == .idle || !isOpen
            await rollBack()
            throw wasSent ? error : error.afterCommit(.undone)
        }
        connection.setTransaction(.none)
        // COMMIT rolls a failed transaction back without an error; only its tag tells.
        if tag == "ROLLBACK" { throw ClusterError("the transaction had failed, and was undone everywhere") }
    }

    /// Rolls a failed transaction back even if the command was interrupted, so that the next command can use the
    /// connection. If the connection was lost, the server has rolled back already; and where it can't be told to, the
    /// connection is closed, at which it does so.
    package func rollBack() async {
        connection.setTransaction(.none)
        // Where COMMIT has ended it already, the server would only warn.
        guard let link = connection.link, link.isOpen, link.transactionStatus != .idle else { return }
        let isDone = await evenIfInterrupted { (try? await $0.send("ROLLBACK", on: link)) != nil }
        if !isDone { link.close() }
    }
}
