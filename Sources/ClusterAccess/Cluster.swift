package import MultiNode
import Platform
package import Postgres

/// A cluster as one command sees it: over the session's connection, with the command's own time limit and listener.
package struct Cluster: Sendable {
    package let connection: AccessNodeConnection
    package let listener: any ClusterListener
    /// The time by which every request must be answered.
    package var deadline: ContinuousClock.Instant?

    package init(
        _ connection: AccessNodeConnection, listener: any ClusterListener = SilentListener(),
        deadline: ContinuousClock.Instant? = nil
    ) {
        self.connection = connection
        self.listener = listener
        self.deadline = deadline
    }

    /// The same cluster with another time limit, which starts now.
    package func limited(to limit: Duration?) -> Cluster {
        Cluster(connection, listener: listener, deadline: limit.map { .now.advanced(by: $0) })
    }

    /// The same cluster without notices and progress.
    package var quiet: Cluster { Cluster(connection, listener: QuietListener(listener), deadline: deadline) }

    /// The same cluster with the time for a question that comes before the work: not all of what is left, or a server that
    /// does not answer would leave none for those that do.
    package func limitedForQuestion(atMost limit: Duration = .seconds(5)) -> Cluster {
        limited(to: min(limit, remaining(atMost: limit * 2) / 2))
    }

    /// The time that is left, at most `limit` and at least a millisecond.
    package func remaining(atMost limit: Duration) -> Duration {
        guard let deadline else { return limit }
        return min(limit, max(.milliseconds(1), ContinuousClock.now.duration(to: deadline)))
    }

    /// How long connecting may take: the time that is left, or the usual one where there is no limit.
    var connectTimeout: ConnectTimeout {
        deadline == nil ? .usually(.seconds(10)) : .atMost(timeLeft)
    }

    /// The time until the deadline, or a year where there is none.
    var timeLeft: Duration { remaining(atMost: .seconds(365 * 86_400)) }

    func limit(from start: ContinuousClock.Instant, atMost timeout: Duration?) -> Duration? {
        guard let deadline else { return timeout }
        let left = max(.milliseconds(1), start.duration(to: deadline))
        return timeout.map { min($0, left) } ?? left
    }
}

@LoopActor extension Cluster {
    // MARK: The access node

    /// The link to the access node, opened if there is none. It does not matter what the server can do.
    @inline(__always)
    package func link() async throws(ClusterError) -> any Link {
        if let link = connection.readyLink { return link }
        return try await connection.openLink(for: self)
    }

    /// The server's capabilities, even if it can't have data nodes.
    package func server() async throws(ClusterError) -> Capabilities { try await connection.capabilities(for: self) }

    /// The server's capabilities, if it is an access node or can become one.
    ///
    /// - Throws: one sentence that says why the server can't have data nodes.
    package func capabilities() async throws(ClusterError) -> Capabilities {
        let capabilities = try await server()
        if let refusal = capabilities.refusal { throw ClusterError(refusal) }
        return capabilities
    }

    // MARK: Statements

    /// Sends one statement to the access node.
    @discardableResult
    package func send(_ sql: SQL) async throws(ClusterError) -> QueryResult {
        try await send(sql, on: try await link())
    }

    /// Sends one statement. Every request to the cluster goes through here.
    ///
    /// - Parameters:
    ///   - node: the data node it goes to; nil for the access node.
    ///   - timeout: the time it may take, besides the limit for the whole command.
    ///   - transfer: what goes over besides the answer.
    @discardableResult
    package func send(
        _ sql: SQL, on link: any Link, node: String? = nil, timeout: Duration? = nil,
        _ transfer: StatementTransfer = .none
    ) async throws(ClusterError) -> QueryResult {
        guard node == nil, connection.hasWrittenTransaction(on: link), sql.mayCommit else {
            return try await deliver(sql, on: link, node: node, timeout: timeout, transfer)
        }
        let number = try await deliver(TransactionOutcome.number, on: link, timeout: timeout).value
        return try await deliver(sql, on: link, timeout: timeout, ending: .commit(number: number))
    }

    /// Sends one statement, and makes something of its rows as they come in: nothing is held but what is made of them.
    ///
    /// - Parameter start: what is there before the first row.
    package func collect<Value: Sendable>(
        _ sql: SQL, on link: any Link, node: String? = nil, timeout: Duration? = nil, into start: Value,
        _ take: @escaping @Sendable (inout Value, [String: String?]) -> Void
    ) async throws(ClusterError) -> Value {
        let taker = RecordTaker(start, take)
        try await send(sql, on: link, node: node, timeout: timeout, .rows(taker))
        return taker.takeValue(leaving: start)
    }

    /// Sends one statement, whose answer is awaited as long as what it does to its transaction is worth.
    func deliver(
        _ sql: SQL, on link: any Link, node: String? = nil, timeout: Duration? = nil,
        ending: StatementEnding = .none, _ transfer: StatementTransfer = .none
    ) async throws(ClusterError) -> QueryResult {
        if sql.isWritten, node == nil { connection.kept.forget(before: [sql]) }
        try listener.willSend(sql, to: node)
        let isAnswered = listener.willWait(for: .statement(on: node))
        defer { isAnswered?() }
        let started = ContinuousClock.now
        let result: QueryResult
        do throws(PostgresError) {
            result = try await execute(sql, on: link, limit(from: started, atMost: timeout), ending, transfer)
        } catch {
            let failure = await explained(
                error, of: ending, on: link, node: node, hasSeveralTransactions: sql.mayCommitInBetween
            ).hiding(whatIsHiddenIn: sql)
            connection.noticeTransaction(on: link)
            try listener.didSend(sql, to: node, failure, took: started.duration(to: .now))
            if error.otherEncoding != nil { await putBackEncoding(after: sql, on: link, node: node) }
            throw failure
        }
        connection.noticeTransaction(on: link)
        if sql.isWritten, node == nil { connection.noteKept(by: sql) }
        if node == nil { connection.noteDoubts(in: result, on: link) }
        let fault = Self.encodingFault(in: result, of: sql, from: node)
        try listener.didSend(sql, to: node, fault, took: started.duration(to: .now))
        if result.otherEncoding != nil { await putBackEncoding(after: sql, on: link, node: node) }
        if let fault { throw fault }
        return result
    }

    @inline(__always)
    private func execute(
        _ sql: SQL, on link: any Link, _ timeout: Duration?, _ ending: StatementEnding, _ transfer: StatementTransfer
    ) async throws(PostgresError) -> QueryResult {
        let patience = patience(for: ending, on: link)
        guard case .commit = ending, !Task.isCancelled else {
            return try await link.execute(sql.text, sql.values, timeout: timeout, patience: patience, transfer)
        }
        return try await commit(by: sql, on: link, timeout, patience)
    }

    private func commit(
        by sql: SQL, on link: any Link, _ timeout: Duration?, _ patience: Patience
    ) async throws(PostgresError) -> QueryResult {
        try await withTaskCancellationHandler { () async -> Result<QueryResult, PostgresError> in
            do throws(PostgresError) {
                return .success(try await link.execute(sql.text, sql.values, timeout: timeout, patience: patience))
            } catch {
                return .failure(error)
            }
        } onCancel: { [listener] in
            listener.waitsForCommit()
        }.get()
    }

    /// The error of a statement, with what the access node tells of its effect.
    private func explained(
        _ error: PostgresError, of ending: StatementEnding, on link: any Link, node: String?,
        hasSeveralTransactions: Bool
    ) async -> ClusterError {
        let isOpen = link.isOpen
        switch ending {
        case .none: return connection.explained(error, of: link, node: node)
        case .implicit:
            let found = isOpen || error.isOfServer ? nil : await transaction(ofSession: link.info.backendPID)
            // Of a procedure only the transaction is known that it was in.
            let outcome = hasSeveralTransactions ? .unknown : found?.outcome ?? .unknown
            var failure = connection.explained(error, of: link, node: node, outcome)
            if isOpen || error.isOfServer { failure.addPartsLeft(error.warnings) }
            return failure
        case .commit(let number):
            // Where it was not sent, the transaction is open still.
            if isOpen, link.transactionStatus != .idle {
                return connection.explained(error, of: link, node: node)
            }
            // What the server refuses it does not do, whatever it says afterwards.
            let outcome = !isOpen && error.isOfServer ? .undone : await fate(of: number, on: link)
            var failure = ClusterError(error)
            failure.noteParts(error.warnings)
            if !isOpen { connection.endTransaction(on: link) }
            return failure.afterCommit(of: number, outcome, isAnswered: isOpen)
        }
    }
}

/// Scoped connections.
extension Cluster {
    /// Runs work over a link, and closes the link however the work ends.
    package func closing<Answer>(
        _ link: any Link, after work: (any Link) async throws(ClusterError) -> Answer
    ) async throws(ClusterError) -> Answer {
        do throws(ClusterError) {
            let answer = try await work(link)
            await link.close()
            return answer
        } catch {
            await link.close()
            throw error
        }
    }

    /// Runs work over another connection to the access node.
    package func aside<Answer>(
        _ work: (any Link) async throws(ClusterError) -> Answer
    ) async throws(ClusterError) -> Answer {
        let link = try await connection.openAnother(for: self)
        await connection.begin(using: link)
        do throws(ClusterError) {
            let answer = try await closing(link, after: work)
            await connection.end(using: link)
            return answer
        } catch {
            await connection.end(using: link)
            throw error
        }
    }

    /// Runs work over a direct connection to whatever server is at an address.
    package func asking<Answer>(
        _ address: ServerAddress, timeout: Duration = .seconds(5),
        _ work: (any Link) async throws(ClusterError) -> Answer
    ) async throws(ClusterError) -> Answer {
        let link = try await connection.openDirectly(address, for: self, timeout: timeout)
        await connection.begin(asking: address.name)
        do throws(ClusterError) {
            let answer = try await closing(link, after: work)
            await connection.end(asking: address.name)
            return answer
        } catch {
            await connection.end(asking: address.name)
            throw error
        }
    }
}
