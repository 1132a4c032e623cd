/// A setting of new sessions with which the access node's sessions, or what they do, come to an end.
enum SessionSetting {
    static let readOnly = "default_transaction_read_only"
    static let restoring = "timescaledb.restoring"
    /// What ends a statement, or a session that waits: an access node keeps its sessions on the data nodes open.
    static let timeouts = [
        "statement_timeout", "idle_session_timeout", "idle_in_transaction_session_timeout", "tcp_user_timeout",
    ]

    static let names = timeouts + [readOnly, restoring]

    /// Reads each of them, NULL where the server does not know it.
    static var columns: SQL {
        let list = names.map { #"pg_catalog.current_setting('\#($0)', true) AS "\#($0)""# }.joined(separator: ", ")
        return SQL(text: list, shown: list)
    }
}
