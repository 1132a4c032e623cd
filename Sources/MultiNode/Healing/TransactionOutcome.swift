/// What became of a transaction whose COMMIT was refused or not answered. See "Transaction ID and Snapshot Information
/// Functions" in the PostgreSQL manual.
package enum TransactionOutcome: Sendable {
    case undone
    case done
    case unknown

    /// - Parameter status: what ``status(of:)`` returned; nil if it returned NULL, or nothing.
    package init(status: String?) {
        self =
            switch status {
            case "aborted": .undone
            case "committed": .done
            default: .unknown
            }
    }

    /// The id of the open transaction; NULL if it can change nothing.
    ///
    /// It is given one here: where only data nodes are changed, TimescaleDB would do so not before they prepare.
    package static let number: SQL = """
        SELECT CASE WHEN pg_catalog.current_setting('transaction_read_only') = 'off' THEN pg_catalog.txid_current() END
        """

    /// The transaction that a session of the access node is in, or has committed and not ended yet: columns `number` and
    /// `status`; no row where it has none.
    ///
    /// It is known by the lock that a transaction holds on its id, because it holds that until the data nodes have
    /// committed, too. The oldest is that of the transaction itself, the others are those of its savepoints.
    ///
    /// - Parameter process: the session's process.
    package static func ofSession(_ process: Int) -> SQL {
        """
        SELECT held.number, pg_catalog.txid_status(held.number) AS status
          FROM (SELECT next - ((next - l.transactionid::text::bigint) & 4294967295) AS number
                  FROM pg_catalog.pg_locks l,
                       pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot()) AS next
                 WHERE l.pid = \(process) AND l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted) held
         ORDER BY held.number
         LIMIT 1
        """
    }

    /// Returns `committed`, `aborted` or `in progress`; NULL if the transaction is too old.
    ///
    /// - Parameter number: what ``number`` returned.
    package static func status(of number: String) -> SQL { "SELECT pg_catalog.txid_status(\(number))" }

    /// The same, for people.
    package static func query(_ number: String) -> String { "SELECT txid_status(\(number))" }
}
