/// Statements that the access node has its data nodes run: `distributed_exec`.
package enum DistributedExec {
    /// Runs a statement on data nodes; no rows come back, and the access node itself is not touched.
    ///
    /// - Parameters:
    ///   - nodes: nil for all.
    ///   - transactional: one distributed transaction, in which all nodes commit or none does. Without it each node
    ///     commits by itself, and it can't be part of a transaction.
    /// - Throws: `unsafeStatement` for what `distributed_exec` would answer with damage, or only at the end.
    package static func run(
        _ statement: SQL, on nodes: [String]? = nil, transactional: Bool = true, _ capabilities: Capabilities
    ) throws(MultiNodeError) -> Plan {
        try DistributedExecLint.check(statement.inlined, transactional: transactional)
        return Plan(call(statement, on: nodes, transactional: transactional, capabilities))
    }

    /// The call by itself, for statements of ours.
    static func call(
        _ statement: SQL, on nodes: [String]?, transactional: Bool = true, _ capabilities: Capabilities
    ) -> SQL {
        var call = FunctionCall(capabilities.function("distributed_exec"), ["\(statement: statement)"])
        if let nodes { call.arguments.append("node_list => \(nodes)") }
        if !transactional { call.arguments.append("transactional => \(false)") }
        return call.procedure
    }
}
