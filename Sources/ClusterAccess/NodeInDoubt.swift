import MultiNode
package import Postgres

/// A data node that has not said that it has committed its part of a transaction which took effect.
package struct NodeInDoubt: Sendable, Equatable {
    package let node: String
    /// What the access node warned of.
    package let reason: String
    package let sqlstate: String?

    package init?(_ warning: ServerMessage) {
        guard let node = TransactionWarning.nodeInDoubt(sqlstate: warning.sqlstate, message: warning.message) else {
            return nil
        }
        self.node = node
        // The further lines of a libpq message are about what may have happened.
        reason = warning.message.split(whereSeparator: \.isNewline).first.map(String.init) ?? warning.message
        sqlstate = warning.sqlstate
    }
}
