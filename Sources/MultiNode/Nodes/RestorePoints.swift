/// Restore points of the whole cluster.
package enum RestorePoints {
    /// Needs a superuser. Returns a row for each node: node_name, node_type, restore_point.
    package static func create(_ name: String, _ capabilities: Capabilities) throws(MultiNodeError) -> Plan {
        guard capabilities.canCreateRestorePoint else {
            throw capabilities.unsupported("create a restore point over all nodes", since: "2.2")
        }
        let call = FunctionCall(capabilities.function("create_distributed_restore_point"), ["\(name)"])
        return Plan(call.table)
    }
}
