/// What became of a transaction whose COMMIT was not answered: section "Transaction ID and Snapshot Information
/// Functions" of the PostgreSQL manual.
package enum TransactionOutcome {
    /// The number of the transaction that is open; NULL where it has changed nothing.
    package static let number: SQL = "SELECT pg_catalog.txid_current_if_assigned()"

    /// Answers `committed`, `aborted` or `in progress`; NULL where it is too long ago.
    ///
    /// - Parameter number: as ``number`` tells it.
    package static func query(_ number: String) -> String { "SELECT txid_status(\(number))" }
}
