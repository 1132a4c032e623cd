import Platform
package import MultiNode
package import Postgres

/// Transactions on the access node, and with them on every data node that their statements reach.
extension Cluster {
    /// Whether a `transaction { … }` of the script is open; then every change belongs to it.
    package var isInScriptTransaction: Bool {
        get async { await connection.transaction == .script }
    }

    /// Carries out a plan on the connection of the session.
    ///
    /// - Returns: the result of each statement.
    @discardableResult
    package func carryOut(_ plan: Plan) async throws(ClusterError) -> [QueryResult] {
        var results: [QueryResult] = []
        for step in plan.steps {
            switch step {
            case .statement(let statement): results.append(try await send(statement, on: try await link()))
            case .transaction(let statements): results += try await transaction(statements)
            }
        }
        return results
    }

    /// Runs statements as one transaction, or as a part of the script's transaction if one is open.
    private func transaction(_ statements: [SQL]) async throws(ClusterError) -> [QueryResult] {
        guard await !isInScriptTransaction else { return try await sendAll(statements) }
        try await begin(.command)
        let results: [QueryResult]
        do throws(ClusterError) {
            results = try await sendAll(statements)
        } catch {
            await rollBack()
            throw error
        }
        try await commit()
        return results
    }

    private func sendAll(_ statements: [SQL]) async throws(ClusterError) -> [QueryResult] {
        let link = try await link()
        var results: [QueryResult] = []
        for statement in statements {
            let result = try await send(statement, on: link)
            // The server calls it done, and only warns that it had no effect: the rest must not stand without it.
            if let warning = result.warnings.first(where: { NodeGrants.tellsOfNoEffect($0.sqlstate) }) {
                throw ClusterError(PostgresError(.server, warning))
            }
            results.append(result)
        }
        return results
    }

    package func begin(_ transaction: AccessNodeConnection.OpenTransaction) async throws(ClusterError) {
        let link = try await link()
        if transaction == .script, await link.transactionStatus != .idle {
            throw ClusterError(
                "a transaction is open already", remedy: "end it by 'sql COMMIT' or 'sql ROLLBACK' before")
        }
        try await send("BEGIN", on: link)
        await connection.setTransaction(transaction)
    }

    /// Commits the open transaction. It reads the transaction's id first, so that the outcome can be looked up if the
    /// connection is lost at COMMIT.
    ///
    /// - Throws: if the transaction was undone everywhere, or if its outcome is unknown.
    package func commit() async throws(ClusterError) {
        guard let link = await connection.link else { return await connection.setTransaction(.none) }
        let number: String?
        do throws(ClusterError) {
            number = try await send(TransactionOutcome.number, on: link).value
        } catch {
            await rollBack()
            throw error
        }
        do throws(ClusterError) {
            let tag = try await send("COMMIT", on: link).commandTag
            // COMMIT rolls a failed transaction back without an error; only its tag tells.
            if tag == "ROLLBACK" { throw ClusterError("the transaction had failed, and was undone everywhere") }
            await connection.setTransaction(.none)
        } catch {
            guard await !link.isOpen else {
                await rollBack()
                throw error
            }
            await connection.setTransaction(.none)
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

    /// Rolls a failed transaction back even if the command was interrupted, so that the next command can use the
    /// connection. If the connection was lost, the server has rolled back already.
    package func rollBack() async {
        await connection.setTransaction(.none)
        guard let link = await connection.link, await link.isOpen else { return }
        let shielded = Cluster(connection, listener: listener).limited(to: .seconds(5))
        // An unstructured task is not cancelled together with the command.
        await Task(executorPreference: EventLoop.shared) { _ = try? await shielded.send("ROLLBACK", on: link) }.value
    }
}
