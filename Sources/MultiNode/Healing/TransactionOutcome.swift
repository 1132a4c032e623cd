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

    /// The id of the open transaction; NULL if it has changed nothing and so has no id.
    package static let number: SQL = "SELECT pg_catalog.txid_current_if_assigned()"

    /// Returns `committed`, `aborted` or `in progress`; NULL if the transaction is too old.
    ///
    /// - Parameter number: what ``number`` returned.
    package static func status(of number: String) -> SQL { "SELECT pg_catalog.txid_status(\(number))" }

    /// The same, for people.
    package static func query(_ number: String) -> String { "SELECT txid_status(\(number))" }
}
