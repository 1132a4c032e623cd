/// Taking a data node out of the cluster that is gone for good. What only it had is lost.
package struct NodeAbandonment: Sendable, Equatable {
    /// How many chunks are dropped at once: each is locked until the others are dropped too.
    private static let batch = 200

    /// Reads of what is on other nodes too go there from then on; empty where it is so, or this version can't.
    package let marking: Plan
    /// Only the access node's part of each: without it the node is not let go.
    package let dropping: [Plan]
    /// Those of its hypertables that have continuous aggregates.
    package let aggregated: [AggregatedTable]
    package let deletion: Plan

    /// - Parameters:
    ///   - chunks: whose only copy was there.
    ///   - mappings: the statements that remove the user mappings of the node.
    package init(
        _ node: DataNode, losing chunks: [LostChunk], aggregated: [AggregatedTable], mappings: [SQL],
        _ capabilities: Capabilities
    ) throws(MultiNodeError) {
        self.aggregated = aggregated
        let marks = capabilities.canAlterNode && node.isAvailable
        marking = marks ? try Nodes.setAvailable(false, node.name, capabilities) : Plan()
        dropping = Self.dropping(chunks, on: node.name, aggregated)
        deletion = try Nodes.delete(node.name, force: true, mappings: mappings, capabilities)
    }

    package var plan: Plan { Plan(marking.steps + dropping.flatMap(\.steps) + deletion.steps) }

    /// - Parameter aggregated: those of the node's hypertables that have continuous aggregates.
    package static func dropping(
        _ chunks: [LostChunk], on node: String, _ aggregated: [AggregatedTable]
    ) -> [Plan] {
        stride(from: 0, to: chunks.count, by: batch).map { start in
            let part = chunks[start..<min(start + batch, chunks.count)]
            let names = part.map { "\(qualified: $0.name)" as SQL }
            let drop: SQL = "DROP FOREIGN TABLE IF EXISTS \(raw: names.joined(separator: ", "))"
            let tables = Set(part.map(\.table))
            let away = aggregated.filter { tables.contains($0.table) }
            if away.isEmpty { return Plan(drop) }
            return Plan([.transaction(away.map { $0.leaving(node) } + [drop] + away.map { $0.returning(to: node) })])
        }
    }
}

extension DataNode {
    /// The same, as it is asked whether it answers although it is marked unavailable.
    package var markedAvailable: DataNode {
        var node = DataNode(
            name: name, serverOID: serverOID, host: host, port: port, database: database, owner: owner,
            isAvailable: true, serverOptions: serverOptions, contents: contents)
        node.foreignChunks = foreignChunks
        return node
    }
}
