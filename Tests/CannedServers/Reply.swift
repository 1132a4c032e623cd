package import Postgres

/// What a canned server does when it receives a statement.
package indirect enum Reply: Sendable {
    case result(QueryResult)
    /// The server refuses; the connection can be used further.
    case failure(PostgresError)
    /// The server does not answer. A time limit ends it at once; without one, it lasts until the task is cancelled.
    case silence
    /// The server does not answer, and does not obey a cancel request either, so that the connection is closed.
    case frozen
    /// The connection breaks.
    case lost
    /// The reply comes when the gate opens, unless the task is cancelled first.
    case held(Gate, Reply)
    /// As `held`, but the server obeys no cancel request: the statement is completed all the same.
    case completed(Gate, Reply)
    /// The reply comes as soon as the task is cancelled: the server had done it already.
    case whenCancelled(Reply)
    /// The server sends a notice first.
    case noticed(ServerMessage, Reply)

    package static let none = Reply.table([], [])

    package static func done(_ tag: String) -> Reply { .result(QueryResult(columns: [], rows: [], commandTag: tag)) }

    /// - Parameter types: of the columns that are no text, by their name.
    package static func table(
        _ columns: [String], _ rows: [[String?]], types: [String: UInt32] = [:]
    ) -> Reply {
        .result(
            QueryResult(
                columns: columns.map { QueryResult.Column(name: $0, typeOID: types[$0] ?? 25) }, rows: rows,
                commandTag: "SELECT \(rows.count)"))
    }

    /// Rows by column.
    package static func rows(_ rows: [[String: String?]]) -> Reply {
        let columns = rows.first?.keys.sorted() ?? []
        return .table(columns, rows.map { row in columns.map { row[$0] ?? nil } })
    }

    /// One row of one column.
    package static func value(_ value: String?) -> Reply { .table(["value"], [[value]]) }

    package static func refused(_ message: String, sqlstate: String = "XX000") -> Reply {
        .failure(PostgresError(.server, ServerMessage(sqlstate: sqlstate, message: message)))
    }
}

/// What a canned server does when someone connects to it.
package enum Opening: Sendable {
    case accepted
    case refused(PostgresError)
    /// It does not answer; the time limit ends it at once.
    case silence
    /// It accepts when the gate opens, unless the task is cancelled first.
    case held(Gate)
    /// It accepts nobody without this password.
    case password(String)

    /// What libpq says of a port where nothing listens.
    package static func down(_ place: Place) -> Opening {
        let text = "connection to server at \"\(place)\", port 5432 failed: Connection refused"
        return .refused(PostgresError(.connectionFailed, text))
    }
}
