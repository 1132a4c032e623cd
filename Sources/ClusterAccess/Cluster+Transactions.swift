import Platform
package import MultiNode
package import Postgres

/// Transactions on the access node, and so on every data node that their statements reach.
extension Cluster {
    /// Whether a transaction of the script is open, in which everything that changes something has its part.
    package var isInScriptTransaction: Bool {
        get async { await connection.transaction == .script }
    }

    /// Carries out a plan on the connection of the session.
    ///
    /// - Returns: what each statement answered.
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

    /// One transaction; a part of the script's where one is open.
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
        for statement in statements { results.append(try await send(statement, on: link)) }
        return results
    }

    package func begin(_ transaction: AccessNodeConnection.OpenTransaction) async throws(ClusterError) {
        let link = try await link()
        if transaction == .script, await link.transactionStatus != .idle {
            throw ClusterError(
                "a transaction is open already", remedy: "end it by 'sql COMMIT' or 'sql ROLLBACK' before")
        }
        try await send("BEGIN", on: link)
        await connection.began(transaction)
    }

    /// Ends a transaction so that, should the connection be lost meanwhile, it can be told what became of it.
    ///
    /// - Throws: where it was undone everywhere, or nobody knows what became of it.
    package func commit() async throws(ClusterError) {
        guard let link = await connection.link else { return await connection.began(.none) }
        let number: String?
        do throws(ClusterError) {
            number = try await send(TransactionOutcome.number, on: link).value
        } catch {
            await rollBack()
            throw error
        }
        do throws(ClusterError) {
            let tag = try await send("COMMIT", on: link).commandTag
            // A transaction that has failed is rolled back by COMMIT, which says so and no more.
            if tag == "ROLLBACK" { throw ClusterError("the transaction had failed, and was undone everywhere") }
            await connection.began(.none)
        } catch {
            guard await !link.isOpen else {
                await rollBack()
                throw error
            }
            await connection.began(.none)
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

    /// Ends a failed transaction even when the command was interrupted, so that the connection serves the next one. A
    /// connection that was lost has undone it already.
    package func rollBack() async {
        await connection.began(.none)
        guard let link = await connection.link, await link.isOpen else { return }
        let shielded = Cluster(connection, listener: listener).limited(to: .seconds(5))
        // A task of its own is not cancelled with the command.
        await Task(executorPreference: EventLoop.shared) { _ = try? await shielded.send("ROLLBACK", on: link) }.value
    }
}
