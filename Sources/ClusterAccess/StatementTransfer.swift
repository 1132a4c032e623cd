import Platform
package import Postgres

/// What goes over besides the answer of a statement, while it runs.
package enum StatementTransfer: Sendable {
    case none
    /// Its rows, which are then not in its result.
    case rows(any RowTaker)
    /// What COPY … TO STDOUT sends, in pieces.
    case copyOut(@Sendable (_ piece: [UInt8]) async throws(PostgresError) -> Void)
    /// What COPY … FROM STDIN is given, by `Link.put`.
    case copyIn(@Sendable (_ link: any Link) async throws(PostgresError) -> Void)
}

extension Link {
    /// Runs a statement, and moves what goes over with it.
    @inline(__always)
    func execute(
        _ sql: String, _ values: [String?], timeout: Duration?, patience: Patience, _ transfer: StatementTransfer
    ) async throws(PostgresError) -> QueryResult {
        switch transfer {
        case .none: try await execute(sql, values, timeout: timeout, patience: patience, rowTaker: nil)
        case .rows(let taker): try await execute(sql, values, timeout: timeout, patience: patience, rowTaker: taker)
        case .copyOut(let take): try await copyOut(sql, timeout: timeout, inFullPieces: false, take)
        case .copyIn(let feed):
            try await copyIn(sql, timeout: timeout) { () async throws(PostgresError) in try await feed(self) }
        }
    }
}

/// Makes something of each row, by the names of its columns.
final class RecordTaker<Value: Sendable>: RowTaker {
    private let state: Lock<(columns: [String], value: Value)>
    private let makeUse: @Sendable (inout Value, [String: String?]) -> Void

    /// - Parameter start: what is there before the first row.
    init(_ start: Value, _ makeUse: @escaping @Sendable (inout Value, [String: String?]) -> Void) {
        state = Lock((columns: [], value: start))
        self.makeUse = makeUse
    }

    /// What was made of the rows, which nothing else holds then: to change it copies nothing.
    ///
    /// - Parameter rest: what stays here.
    func takeValue(leaving rest: Value) -> Value {
        state.withLock { state in
            var value = rest
            swap(&state.value, &value)
            return value
        }
    }

    func begin(_ columns: [QueryResult.Column]) { state.withLock { $0.columns = columns.map(\.name) } }

    func take(_ row: ReceivedRow) -> Bool {
        let values = (0..<row.count).map { row.text($0) }
        state.withLock { state in
            makeUse(&state.value, Dictionary(zip(state.columns, values)) { first, _ in first })
        }
        return false
    }
}
