/// Finds out what became of a transaction whose COMMIT was not answered. See "Transaction ID and Snapshot Information
/// Functions" in the PostgreSQL manual.
package enum TransactionOutcome {
    /// The id of the open transaction; NULL if it has changed nothing and so has no id.
    package static let number: SQL = "SELECT pg_catalog.txid_current_if_assigned()"

    /// Returns `committed`, `aborted` or `in progress`; NULL if the transaction is too old.
    ///
    /// - Parameter number: what ``number`` returned.
    package static func query(_ number: String) -> String { "SELECT txid_status(\(number))" }
}
