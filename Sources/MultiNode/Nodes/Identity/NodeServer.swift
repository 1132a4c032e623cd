/// Finds out through the access node which server a data node is on, where tscl's own connection does not get there.
package enum NodeServer {
    /// What stands in the message of the server.
    private static let mark = "this server started "

    /// For the access node. It fails, and its error tells: no rows come back of what is run on data nodes.
    package static func question(to node: DataNode, _ capabilities: Capabilities) -> SQL {
        """
        CALL \(raw: capabilities.function("distributed_exec"))(\(literal: "SELECT ('\(mark)' || \(ServerIdentity.startedText))::int"), \
        node_list => ARRAY[\(literal: node.name)]::name[])
        """
    }

    /// - Returns: nil where the error is another.
    package static func server(sqlstate: String?, message: String) -> ServerIdentity? {
        guard sqlstate == "22P02", let range = message.firstRange(of: mark) else { return nil }
        let started = message[range.upperBound...].prefix { $0 != "\"" }
        return started.isEmpty ? nil : ServerIdentity(started: String(started))
    }
}
