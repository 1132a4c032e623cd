import CLibPQ

/// The transaction status of a connection (libpq, `PQtransactionStatus`).
package enum TransactionStatus: Sendable {
    /// Not in a transaction block.
    case idle
    /// A statement is under way.
    case active
    case inTransaction
    /// In a transaction block that has failed: only ROLLBACK is accepted.
    case failed
    /// The connection is closed or broken.
    case unknown

    init(_ status: PGTransactionStatusType) {
        self =
            switch status {
            case PQTRANS_IDLE: .idle
            case PQTRANS_ACTIVE: .active
            case PQTRANS_INTRANS: .inTransaction
            case PQTRANS_INERROR: .failed
            default: .unknown
            }
    }
}
