package import MultiNode
import Platform
import Postgres

/// How far a COPY from one server into another one is, and which side it failed on.
private final class PipeState: Sendable {
    private struct State {
        var bytes = 0
        var failedSide: Side?
    }

    enum Side { case source, target }

    private let state = Lock(State())

    var bytes: Int { state.withLock { $0.bytes } }
    var failedSide: Side { state.withLock { $0.failedSide ?? .target } }

    func add(_ count: Int) -> Int {
        state.withLock { state in
            state.bytes += count
            return state.bytes
        }
    }

    /// Only the first failure counts: the other side's follows from it.
    func fail(_ side: Side) { state.withLock { $0.failedSide = $0.failedSide ?? side } }
}

extension Cluster {
    /// Pipes what a COPY … TO STDOUT sends into a COPY … FROM STDIN, in constant memory. Both are in a transaction.
    ///
    /// - Parameters:
    ///   - source: the data node that it comes from.
    ///   - node: where it goes to, as messages name it; nil for the access node.
    ///   - form: in which both send it.
    ///   - limit: for all of it; nil for none.
    ///   - moved: is told how many bytes have gone over so far, now and then.
    /// - Returns: how many bytes and rows have gone over.
    package func pipe(
        _ query: SQL, on link: any Link, of source: String, into copy: SQL, on other: any Link, of node: String?,
        as form: CopyForm, within limit: Duration? = nil, moved: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws(ClusterError) -> (bytes: Int, rows: Int) {
        func tell(_ statement: SQL?) async throws(ClusterError) {
            guard let statement else { return }
            try await send(statement, on: link, node: source)
            try await send(statement, on: other, node: node)
        }
        try await tell(form.beginning)
        let answer = try await pipe(
            form.spelled(query), on: link, of: source, into: form.spelled(copy), on: other, of: node,
            within: limit, moved)
        try await tell(form.end)
        return answer
    }

    private func pipe(
        _ query: SQL, on link: any Link, of source: String, into copy: SQL, on other: any Link, of node: String?,
        within limit: Duration?, _ moved: @escaping @Sendable (Int) -> Void
    ) async throws(ClusterError) -> (bytes: Int, rows: Int) {
        try listener.willSend(query, to: source)
        try listener.willSend(copy, to: node)
        let started = ContinuousClock.now
        let state = PipeState()
        let answer: QueryResult
        do throws(PostgresError) {
            answer = try await other.copyIn(copy.text, timeout: limit) { () async throws(PostgresError) in
                do throws(PostgresError) {
                    _ = try await link.copyOut(query.text, timeout: limit, inFullPieces: true) {
                        piece throws(PostgresError) in
                        do throws(PostgresError) {
                            try await other.put(piece)
                        } catch {
                            state.fail(.target)
                            throw error
                        }
                        moved(state.add(piece.count))
                    }
                } catch {
                    state.fail(.source)
                    throw error
                }
            }
        } catch {
            let failure = ClusterError(error, node: state.failedSide == .source ? source : node)
            let took = started.duration(to: .now)
            try listener.didSend(query, to: source, failure, took: took)
            try listener.didSend(copy, to: node, failure, took: took)
            throw failure
        }
        let took = started.duration(to: .now)
        try listener.didSend(query, to: source, nil, took: took)
        try listener.didSend(copy, to: node, nil, took: took)
        return (state.bytes, answer.commandTag.split(separator: " ").last.flatMap { Int($0) } ?? 0)
    }
}
