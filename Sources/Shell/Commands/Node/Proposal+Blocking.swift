import ClusterAccess
import CommandLanguage
import MultiNode

extension Proposal {
    /// Keeps new chunks away from nodes, or lets them go there again, where that is not so already.
    ///
    /// - Parameters:
    ///   - blocks: whether the nodes are to take no new chunks.
    ///   - table: nil for all hypertables.
    static func blocking(
        _ blocks: Bool, _ nodes: [DataNode], for table: TableName?, _ cluster: Cluster,
        _ plan: (DataNode) -> Plan
    ) async throws -> Proposal {
        let all = try await cluster.send(BlockedNodes.list).records.map { BlockedNodes.Attachment(row: $0) }
        let state = blocks ? "takes no new chunks" : "takes new chunks"
        let of = table.map { " of \($0)" } ?? ""
        var proposal = Proposal([])
        for node in nodes {
            let own = all.filter { attachment in
                attachment.node == node.name && table.map { attachment.table.isNamed($0) } ?? true
            }
            if !own.isEmpty, own.allSatisfy({ $0.isBlocked == blocks }) {
                proposal.unchanged.append("node \(node.name) \(state)\(of)")
                continue
            }
            let isAttachedToNone = own.isEmpty && table == nil
            proposal.items.append(
                .init(
                    name: node.name,
                    .plan(plan(node)) { results in
                        // It returns the number of hypertables.
                        isAttachedToNone && results.last?.value == "0"
                            ? Outcome(text: ["unchanged: node \(node.name) is attached to no hypertable"])
                            : Outcome(text: ["node \(node.name) \(state)\(of)"], changed: true)
                    }))
        }
        return proposal
    }
}
