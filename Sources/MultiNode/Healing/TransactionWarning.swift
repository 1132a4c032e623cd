/// What the access node warns of where a data node does not do its part at the end of a distributed transaction.
///
/// Once it has committed itself, it can only warn: an error of `COMMIT PREPARED` becomes a warning with the error's own
/// SQLSTATE. TimescaleDB, `dist_txn.c` and `remote_connection_error_elog`.
package enum TransactionWarning {
    /// The node that has not said that it has committed its part, which it may hold prepared.
    ///
    /// - Parameters:
    ///   - sqlstate: the warning's, which is an error's here; a data node's own warnings have those of warnings.
    package static func nodeInDoubt(sqlstate: String?, message: String) -> String? {
        guard let sqlstate, !["00", "01", "02"].contains(sqlstate.prefix(2)) else { return nil }
        return Remedy.node(inMessage: message)
    }

    /// The node that has refused to prepare, and so holds nothing: its error is not that of a session which has ended.
    package static func nodeThatRefused(sqlstate: String?, message: String) -> String? {
        guard let sqlstate, !["08", "57", "XX"].contains(sqlstate.prefix(2)) else { return nil }
        return Remedy.node(inMessage: message)
    }

    /// The node that could not be told to roll back: what it had prepared until then it holds.
    package static func nodeNotRolledBack(message: String) -> String? {
        // TimescaleDB has no translations, and does not double a quote within the name.
        guard message.hasPrefix("transaction rollback on data node \""), let start = message.firstIndex(of: "\""),
            let end = message.lastIndex(of: "\""), start < end
        else { return nil }
        return String(message[message.index(after: start)..<end])
    }
}
