/// A setting of new sessions with which the access node's sessions, or what they do, come to an end.
enum SessionSetting {
    static let readOnly = "default_transaction_read_only"
    static let restoring = "timescaledb.restoring"
    /// What ends a statement, or a session that waits: an access node keeps its sessions on the data nodes open.
    static let timeouts = [
        "statement_timeout", "lock_timeout", "idle_session_timeout", "idle_in_transaction_session_timeout",
        "tcp_user_timeout",
    ]

    static let names = timeouts + [readOnly, restoring] + AllRows.readers

    /// Reads each of them, NULL where the server does not know it.
    static var columns: SQL {
        let list = names.map { #"pg_catalog.current_setting('\#($0)', true) AS "\#($0)""# }.joined(separator: ", ")
        return SQL(text: list, shown: list)
    }

    /// Whether a value of a setting does harm.
    static func isHarmful(_ value: String, of name: String) -> Bool { AllRows.readers.contains(name) == isOff(value) }

    /// What is so with sessions in which one of ``AllRows/readers`` is off.
    static let unread = "they find no rows that are compressed"

    /// Whether a value, as somebody wrote it, ends or forbids nothing.
    static func isOff(_ value: String) -> Bool {
        let number = value.prefix { $0.isNumber || $0 == "." }
        return ["", "off", "false", "no"].contains(value.lowercased()) || Double(number) == 0
    }

    /// What a time limit does to the access node's sessions.
    static func effect(of timeout: String) -> (Finding.Severity, String) {
        switch timeout {
        // The access node begins each of its sessions there with SET statement_timeout = 0 (connection.c of TimescaleDB).
        case "statement_timeout":
            (
                .warning,
                "the access node sets it aside for its own statements there; it ends what others run there, and the sending "
                    + "of a chunk's rows to another node, one statement, where the chunk is copied from it"
            )
        case "lock_timeout": (.warning, "it ends what the access node runs there, where that waits for a lock")
        case "tcp_user_timeout":
            (.warning, "it ends sessions of the access node where the network acknowledges nothing for that long")
        // TimescaleDB 2.13.1 writes on over the session that was ended, and crashes.
        default: (.error, "it ends sessions of the access node, which may crash when it writes next")
        }
    }
}
