/// The resolution of in-doubt distributed transactions: `remote_txn_heal_data_node`.
///
/// The documented statement heals all nodes at once, and one node that is down undoes it. So each node is healed by a
/// statement of its own, at top level and best on a connection of its own with a timeout.
package enum Healing {
    /// To be run before: after a crash an access node uses the lost transaction ids again, and while the next one is
    /// still that of a transaction in doubt, this counts as in progress and is passed over.
    package static let advance: SQL = "SELECT pg_catalog.txid_current()"

    /// Heals one node; its answer is the number of transactions that were resolved.
    package static func statement(for node: DataNode, _ capabilities: Capabilities) -> SQL {
        let call = FunctionCall(
            capabilities.internalFunction("remote_txn_heal_data_node"), ["\(Int(node.serverOID))"])
        return call.scalar
    }
}
