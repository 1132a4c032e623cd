package import MultiNode
package import Postgres

/// Several questions to one server, which cost one round trip.
extension Cluster {
    /// Asks a server questions of which none needs the answer to another: all are sent before the first is answered.
    ///
    /// Each has an error of its own, and a transaction of its own where none is open.
    ///
    /// - Parameters:
    ///   - node: the data node they go to; nil for the access node.
    ///   - timeout: the time that all of them may take, besides the limit for the whole command.
    /// - Returns: their answers, in their order.
    /// - Throws: where they can't be sent.
    package func ask(
        _ questions: [SQL], on link: any Link, node: String? = nil, timeout: Duration? = nil
    ) async throws(ClusterError) -> [Result<QueryResult, ClusterError>] {
        guard let first = questions.first else { return [] }
        guard questions.count > 1 else {
            return [
                await result { () throws(ClusterError) in
                    try await send(first, on: link, node: node, timeout: timeout)
                }
            ]
        }
        for question in questions { try listener.willSend(question, to: node) }
        let areAnswered = listener.willWait(for: .statement(on: node))
        defer { areAnswered?() }
        let started = ContinuousClock.now
        var found: [Result<QueryResult, PostgresError>]
        do throws(PostgresError) {
            found = try await link.pipeline(
                questions.map { ($0.text, $0.values) }, window: questions.count,
                limit: limit(from: started, atMost: timeout).map { .all($0) }
            ) { _, _ in true }
        } catch {
            found = [.failure(error)]
        }
        // What was not sent has the error that kept it from being sent.
        let unsent = found.last ?? .failure(PostgresError(.connectionLost, "the statement was not sent"))
        while found.count < questions.count { found.append(unsent) }
        let took = started.duration(to: .now)
        var answers: [Result<QueryResult, ClusterError>] = []
        for (question, result) in zip(questions, found) {
            switch result {
            case .success(let answer): answers.append(.success(answer))
            case .failure(let error):
                answers.append(.failure(await connection.explained(error, of: link, node: node)))
            }
            try listener.didSend(question, to: node, answers.last?.error, took: took)
        }
        await connection.noticeTransaction(on: link)
        return answers
    }

    /// Asks the access node, over the connection of the session.
    package func ask(_ questions: [SQL]) async throws(ClusterError) -> [Result<QueryResult, ClusterError>] {
        try await ask(questions, on: try await link())
    }

    /// Asks in a transaction that is rolled back, in one round trip.
    ///
    /// - Returns: the answer to the last question.
    func askRolledBack(
        _ questions: [SQL], on link: any Link, timeout: Duration? = nil
    ) async throws(ClusterError) -> QueryResult {
        let answers = try await ask(["BEGIN"] + questions + ["ROLLBACK"], on: link, timeout: timeout)
        var results: [QueryResult] = []
        for answer in answers { results.append(try answer.get()) }
        return results[questions.count]
    }

    /// What comes of work: its value or its error, as something that a task of its own can give.
    package func result<Value>(
        of work: () async throws(ClusterError) -> Value
    ) async -> Result<Value, ClusterError> {
        do throws(ClusterError) { return .success(try await work()) } catch { return .failure(error) }
    }

    /// Asks a server questions that have names.
    package func ask<Key: Hashable & Comparable & Sendable>(
        _ questions: [Key: SQL], on link: any Link, node: String? = nil, timeout: Duration? = nil
    ) async throws(ClusterError) -> NamedAnswers<Key> {
        let asked = questions.sorted { $0.key < $1.key }
        let answers = try await ask(asked.map(\.value), on: link, node: node, timeout: timeout)
        return NamedAnswers(zip(asked.map(\.key), answers))
    }
}

/// The answers to questions, by the names of these. They are asked in the order of their names.
package struct NamedAnswers<Key: Hashable & Comparable & Sendable>: Sendable {
    private let answers: [Key: Result<QueryResult, ClusterError>]

    init(_ answers: some Sequence<(Key, Result<QueryResult, ClusterError>)>) {
        self.answers = Dictionary(answers) { first, _ in first }
    }

    /// The answer; an empty one to what was not asked.
    package subscript(_ key: Key) -> Result<QueryResult, ClusterError> { answers[key] ?? .success(QueryResult()) }

    /// The rows of an answer; none if it was not asked for.
    package func records(_ key: Key) throws(ClusterError) -> [[String: String?]] { try self[key].get().records }
}
