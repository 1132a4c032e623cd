/// What the access node is asked about its own way to the data nodes.
package enum NodeReach {
    /// Whether the access node reaches nodes: columns `node`, `reached`, and `ms`, the time that it took.
    ///
    /// It goes the way of every other statement: to the node's address, with its server options, as the current role or
    /// the one that this is mapped to. A node that does not answer takes the whole limit.
    ///
    /// - Parameter limit: in milliseconds, for each node.
    /// - Returns: nil if this version of TimescaleDB knows no limit, so that one frozen node would hold up the answer.
    package static func ping(_ nodes: [String], limit: Int, _ capabilities: Capabilities) -> SQL? {
        guard capabilities.canPingWithTimeout else { return nil }
        let ping = capabilities.internalFunction("ping_data_node")
        return """
            SELECT p.node, p.reached, extract(epoch FROM p.ended - p.began) * 1000 AS ms
              FROM (SELECT d.node_name AS node, pg_catalog.clock_timestamp() AS began,
                           \(raw: ping)(d.node_name, \("\(limit) milliseconds", type: "interval")) AS reached,
                           pg_catalog.clock_timestamp() AS ended
                      FROM timescaledb_information.data_nodes d
                     WHERE d.node_name = ANY (\(nodes))) p
            """
    }

    /// Makes the access node go to one node, so that it says why it can't. It changes nothing.
    ///
    /// To be sent in a transaction that is rolled back; otherwise the node's part would be prepared and committed.
    package static func visit(_ node: String, _ capabilities: Capabilities) -> SQL {
        DistributedExec.call("SELECT 1", on: [node], capabilities)
    }
}
