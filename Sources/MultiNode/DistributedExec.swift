/// Running a statement on data nodes through the access node.
package enum DistributedExec {
    /// - Parameter nodes: nil for all; an empty list is an error of the server's.
    package static func call(
        _ statement: SQL, on nodes: [String]?, transactional: Bool, _ capabilities: Capabilities
    ) -> SQL {
        var arguments: [SQL] = ["\(nested: statement)"]
        if let nodes { arguments.append("node_list => \(nodes)") }
        if !transactional { arguments.append("transactional => false") }
        return "CALL \(raw: capabilities.function("distributed_exec"))(\(list: arguments))"
    }
}
