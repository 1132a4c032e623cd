package import MultiNode
import Platform
package import Postgres

/// Several questions to one server, which cost one round trip.
@LoopActor extension Cluster {
    /// Asks a server questions of which none needs the answer to another: all are sent before the first is answered.
    ///
    /// Each has an error of its own, and a transaction of its own where none is open.
    ///
    /// - Parameters:
    ///   - node: the data node they go to; nil for the access node.
    ///   - timeout: the time that all of them may take, besides the limit for the whole command.
    ///   - answered: gets the number of each, from 0, when its answer is there.
    /// - Returns: their answers, in their order. Behind a failure in an open transaction all have that failure.
    /// - Throws: where they can't be sent.
    package func ask(
        _ questions: [SQL], on link: any Link, node: String? = nil, timeout: Duration? = nil,
        answered: @Sendable (Int) -> Void = { _ in }
    ) async throws(ClusterError) -> [Result<QueryResult, ClusterError>] {
        guard let first = questions.first else { return [] }
        guard questions.count > 1 else {
            defer { answered(0) }
            return [
                await result { () throws(ClusterError) in
                    try await send(first, on: link, node: node, timeout: timeout)
                }
            ]
        }
        try listener.willSend(questions.map { ($0, listener) }, to: node)
        let areAnswered = listener.willWait(for: .statement(on: node))
        defer { areAnswered?() }
        let started = ContinuousClock.now
        var found: [Result<QueryResult, PostgresError>]
        do throws(PostgresError) {
            found = try await link.pipeline(
                questions.map { ($0.text, $0.values) }, window: questions.count,
                limit: limit(from: started, atMost: timeout).map { .all($0) }, sending: { _ in true }
            ) { index, _ in
                answered(index)
                return true
            }
        } catch {
            found = [.failure(error)]
        }
        // What was not sent has the error that kept it from being sent.
        let unsent = found.last ?? .failure(PostgresError(.connectionLost, "the statement was not sent"))
        while found.count < questions.count { found.append(unsent) }
        let took = started.duration(to: .now)
        var answers: [Result<QueryResult, ClusterError>] = []
        var reason: ClusterError?
        for (question, result) in zip(questions, found) {
            var failure: ClusterError?
            switch result {
            case .success(let answer): failure = Self.encodingFault(in: answer, of: question, from: node)
            case .failure(let error):
                failure = connection.explained(error, of: link, node: node).hiding(whatIsHiddenIn: question)
            }
            try listener.didSend(question, to: node, failure, took: took)
            // That a transaction is aborted is no reason of its own.
            if failure?.sqlstate == "25P02" { failure = reason ?? failure }
            reason = reason ?? failure
            answers.append(failure.map { .failure($0) } ?? result.mapError { ClusterError($0) })
        }
        connection.noticeTransaction(on: link)
        for (question, result) in zip(questions, found) {
            if case .success(let answer) = result, answer.otherEncoding != nil {
                await putBackEncoding(after: question, on: link, node: node)
            }
        }
        return answers
    }

    /// Asks the access node, over the connection of the session.
    package func ask(_ questions: [SQL]) async throws(ClusterError) -> [Result<QueryResult, ClusterError>] {
        try await ask(questions, on: try await link())
    }

    /// Asks in a transaction that is rolled back, in one round trip.
    ///
    /// - Parameter preparation: what is done in the transaction before. It costs another round trip, as without the
    ///   transaction it would last.
    func askRolledBack(
        _ question: SQL, behind preparation: [SQL] = [], on link: any Link, timeout: Duration? = nil
    ) async throws(ClusterError) -> QueryResult {
        var statements = ["BEGIN"] + preparation + [question, "ROLLBACK"]
        if !preparation.isEmpty { try await send(statements.removeFirst(), on: link, timeout: timeout) }
        var results: [QueryResult] = []
        for answer in try await ask(statements, on: link, timeout: timeout) { results.append(try answer.get()) }
        return results[statements.count - 2]
    }

    /// What comes of work: its value or its error, as something that a task of its own can give.
    package nonisolated func result<Value>(
        of work: () async throws(ClusterError) -> Value
    ) async -> Result<Value, ClusterError> {
        do throws(ClusterError) { return .success(try await work()) } catch { return .failure(error) }
    }

    /// Asks a server questions that have names.
    package func ask<Key: Hashable & Comparable & Sendable>(
        _ questions: [Key: SQL], on link: any Link, node: String? = nil, timeout: Duration? = nil
    ) async throws(ClusterError) -> NamedAnswers<Key> {
        let asked = questions.sorted { $0.key < $1.key }
        let firstAnswered = Lock(Self.clock)
        let answers = try await ask(asked.map(\.value), on: link, node: node, timeout: timeout) { index in
            if index == 0 { firstAnswered.withLock { $0 = Self.clock } }
        }
        return NamedAnswers(zip(asked.map(\.key), answers), firstAnswered: firstAnswered.withLock { $0 })
    }
}

/// The answers to questions, by the names of these. They are asked in the order of their names.
package struct NamedAnswers<Key: Hashable & Comparable & Sendable>: Sendable {
    private let answers: [Key: Result<QueryResult, ClusterError>]
    /// When the first answer was there, by this machine's clock: the others may take their time behind it.
    package let firstAnswered: Double

    init(_ answers: some Sequence<(Key, Result<QueryResult, ClusterError>)>, firstAnswered: Double) {
        self.answers = Dictionary(answers) { first, _ in first }
        self.firstAnswered = firstAnswered
    }

    /// The answer; an empty one to what was not asked.
    package subscript(_ key: Key) -> Result<QueryResult, ClusterError> { answers[key] ?? .success(QueryResult()) }

    /// The rows of an answer; none if it was not asked for.
    package func records(_ key: Key) throws(ClusterError) -> [[String: String?]] { try self[key].get().records }
}
