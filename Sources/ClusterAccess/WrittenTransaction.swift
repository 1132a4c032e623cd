import Postgres

/// A transaction that the user's own SQL (`BEGIN`) has begun on the access node, and only the user's SQL may end.
package enum WrittenTransaction: Sendable {
    case inProgress
    /// It accepts nothing but its end.
    case failed

    init?(_ status: TransactionStatus) {
        switch status {
        case .inTransaction: self = .inProgress
        case .failed: self = .failed
        case .idle, .active, .unknown: return nil
        }
    }
}

extension ClusterError {
    /// The error of what can't be part of an open transaction.
    ///
    /// - Parameter reason: why it can't.
    package init(refusing open: WrittenTransaction, because reason: String? = nil) {
        let cause = reason.map { ", and \($0)" } ?? ""
        switch open {
        case .inProgress:
            self.init(
                "a transaction is open already\(cause)", remedy: "end it first: 'COMMIT;' or 'ROLLBACK;'")
        case .failed:
            self.init(
                "a transaction is open already\(cause.isEmpty ? ", and it has failed" : cause)",
                remedy: "end it first: it has failed, so by 'ROLLBACK;'")
        }
    }
}
