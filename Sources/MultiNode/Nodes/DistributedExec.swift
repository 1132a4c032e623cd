/// Statements that the access node runs on its data nodes: `distributed_exec`.
package enum DistributedExec {
    /// Runs a statement on data nodes. It returns no rows, and does not run on the access node itself.
    ///
    /// The statement is not checked: one that ends the transaction of the data nodes does damage there.
    ///
    /// - Parameters:
    ///   - nodes: nil for all.
    ///   - transactional: runs one distributed transaction, in which all nodes commit or none does. Otherwise each node
    ///     commits by itself, and the call can't be part of a transaction.
    package static func run(
        _ statement: SQL, on nodes: [String]? = nil, transactional: Bool = true, _ capabilities: Capabilities
    ) -> Plan {
        Plan(call(statement, on: nodes, transactional: transactional, capabilities))
    }

    /// The call by itself.
    static func call(
        _ statement: SQL, on nodes: [String]?, transactional: Bool = true, _ capabilities: Capabilities
    ) -> SQL {
        var call = FunctionCall(capabilities.function("distributed_exec"), ["\(statement: statement)"])
        if let nodes { call.arguments.append("node_list => \(nodes)") }
        if !transactional { call.arguments.append("transactional => \(false)") }
        return call.procedure
    }
}
