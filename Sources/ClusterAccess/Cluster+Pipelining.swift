package import MultiNode
import Platform
package import Postgres

@LoopActor extension Cluster {
    /// How many statements are on their way at once.
    private static let window = 64

    /// Sends statements of an open transaction without awaiting their answers one by one.
    ///
    /// Each is recorded before it is sent, and as soon as it is answered.
    ///
    /// - Parameters:
    ///   - statements: each with who is told of it.
    ///   - timeout: for each of them.
    /// - Returns: the answers to those that were sent, in order. The first failure is the last of them.
    package func pipeline(
        _ statements: [(sql: SQL, listener: any ClusterListener)], timeout: Duration?
    ) async throws(ClusterError) -> [Result<QueryResult, ClusterError>] {
        let link = try await link()
        connection.kept.forget(before: statements.map(\.sql))
        let areAnswered = statements.first?.listener.willWait(for: .statement(on: nil))
        defer { areAnswered?() }
        let record = PipelineRecord(statements)
        let texts = statements.map { (sql: $0.sql.text, values: $0.sql.values) }
        let answers: [Result<QueryResult, PostgresError>]
        do throws(PostgresError) {
            answers = try await link.pipeline(
                texts, window: Self.window, limit: timeout.map { .each($0) }, sending: { record.announce($0) }
            ) {
                record.note($0, $1)
            }
        } catch {
            throw connection.explained(error, of: link, node: nil)
        }
        var told: [Result<QueryResult, ClusterError>] = []
        for (index, answer) in answers.enumerated() {
            let sql = statements[index].sql
            switch answer {
            case .success(let result):
                guard let fault = Self.encodingFault(in: result, of: sql, from: nil) else {
                    told.append(.success(result))
                    break
                }
                // What was on its way behind it was read in that encoding; it is undone with the transaction.
                if result.otherEncoding != nil { await putBackEncoding(after: sql, on: link, node: nil) }
                return told + [.failure(fault)]
            case .failure(let error):
                if error.otherEncoding != nil { await putBackEncoding(after: sql, on: link, node: nil) }
                let failure = connection.explained(error, of: link, node: nil)
                return told + [.failure(failure.hiding(whatIsHiddenIn: sql))]
            }
            if let fault = record.fault(at: index) {
                told[index] = .failure(fault)
                return told
            }
        }
        if let fault = record.fault(at: told.count) { told.append(.failure(fault)) }
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

    /// Records that statements are about to be sent.
    ///
    /// - Returns: false if they may not be.
    func announce(_ numbers: Range<Int>) -> Bool {
        do throws(ClusterError) {
            try statements[numbers.lowerBound].listener.willSend(Array(statements[numbers]), to: nil)
            return true
        } catch {
            state.withLock { $0.fault = $0.fault ?? (numbers.lowerBound, error) }
            return false
        }
    }

    /// - Returns: false if nothing may follow it.
    func note(_ index: Int, _ answer: Result<QueryResult, PostgresError>) -> Bool {
        let now = ContinuousClock.now
        let time = state.withLock { state in
            defer { state.last = now }
            return state.last.duration(to: now)
        }
        let (sql, listener) = statements[index]
        let error: ClusterError? =
            switch answer {
            case .success(let result): Cluster.encodingFault(in: result, of: sql, from: nil)
            case .failure(let error): ClusterError(error).hiding(whatIsHiddenIn: sql)
            }
        do throws(ClusterError) {
            try listener.didSend(sql, to: nil, error, took: time)
            return error == nil
        } catch {
            state.withLock { $0.fault = $0.fault ?? (index, error) }
            return false
        }
    }

    /// Why a statement could not be recorded, before it was sent or afterwards.
    func fault(at index: Int) -> ClusterError? {
        state.withLock { $0.fault.flatMap { $0.index == index ? $0.error : nil } }
    }
}
