package import MultiNode
import Platform
package import Postgres

extension Cluster {
    /// How many statements are on their way at once.
    private static let window = 64

    /// Sends statements of an open transaction without awaiting their answers one by one.
    ///
    /// Each is recorded as soon as it is answered, and those on their way behind it may not be yet: what is sent and not
    /// recorded is undone with the transaction.
    ///
    /// - Parameters:
    ///   - statements: each with who is told of it.
    ///   - timeout: for each of them.
    /// - Returns: the answers to those that were sent, in order. The first failure is the last of them.
    package func pipeline(
        _ statements: [(sql: SQL, listener: any ClusterListener)], timeout: Duration?
    ) async throws(ClusterError) -> [Result<QueryResult, ClusterError>] {
        let link = try await link()
        await connection.kept.forget(before: statements.map(\.sql))
        if let first = statements.first { try first.listener.willSend(first.sql, to: nil) }
        let record = PipelineRecord(statements)
        let texts = statements.map { (sql: $0.sql.text, values: $0.sql.values) }
        let answers: [Result<QueryResult, PostgresError>]
        do throws(PostgresError) {
            answers = try await link.pipeline(texts, window: Self.window, limit: timeout.map { .each($0) }) {
                record.note($0, $1)
            }
        } catch {
            throw await connection.explained(error, of: link, node: nil)
        }
        var told: [Result<QueryResult, ClusterError>] = []
        for (index, answer) in answers.enumerated() {
            switch answer {
            case .success(let result): told.append(.success(result))
            case .failure(let error):
                return told + [.failure(await connection.explained(error, of: link, node: nil))]
            }
            if let fault = record.fault(at: index) {
                told[index] = .failure(fault)
                return told
            }
        }
        return told
    }
}

/// Records the statements of a pipeline as they are answered.
private final class PipelineRecord: Sendable {
    private struct State {
        /// When the answer before came.
        var last = ContinuousClock.now
        var fault: (index: Int, error: ClusterError)?
    }

    private let statements: [(sql: SQL, listener: any ClusterListener)]
    private let state = Lock(State())

    init(_ statements: [(sql: SQL, listener: any ClusterListener)]) { self.statements = statements }

    /// - Returns: false if it could not be recorded.
    func note(_ index: Int, _ answer: Result<QueryResult, PostgresError>) -> Bool {
        let now = ContinuousClock.now
        let time = state.withLock { state in
            defer { state.last = now }
            return state.last.duration(to: now)
        }
        let (sql, listener) = statements[index]
        let error: ClusterError? = if case .failure(let error) = answer { ClusterError(error) } else { nil }
        do throws(ClusterError) {
            try listener.didSend(sql, to: nil, error, took: time)
            return true
        } catch {
            state.withLock { $0.fault = $0.fault ?? (index, error) }
            return false
        }
    }

    /// Why a statement could not be recorded.
    func fault(at index: Int) -> ClusterError? {
        state.withLock { $0.fault.flatMap { $0.index == index ? $0.error : nil } }
    }
}
