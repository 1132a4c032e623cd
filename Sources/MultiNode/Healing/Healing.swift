/// The resolution of in-doubt distributed transactions: `remote_txn_heal_data_node`.
///
/// The documented statement heals all nodes at once, and fails as a whole if one of them is down. So each node gets its
/// own statement, which must run outside a transaction block, and best on a connection of its own with a timeout.
package enum Healing {
    /// Run this before healing. After a crash an access node hands out the lost transaction ids again. While the next
    /// id is that of a transaction in doubt, this transaction counts as in progress, and healing skips it.
    package static let advance: SQL = "SELECT pg_catalog.txid_current()"

    /// Heals one node. Returns the number of transactions that it resolved.
    package static func statement(for node: DataNode, _ capabilities: Capabilities) -> SQL {
        let call = FunctionCall(
            capabilities.internalFunction("remote_txn_heal_data_node"), ["\(Int(node.serverOID))"])
        return call.scalar
    }
}
