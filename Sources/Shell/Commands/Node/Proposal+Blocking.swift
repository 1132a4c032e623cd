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
        if table == nil { try refuseOthersTables(all.filter { $0.isBlocked != blocks }, of: nodes, option: "--for") }
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

    /// Refuses what TimescaleDB would pass over, as though it were done: it changes the hypertables that are the role's.
    ///
    /// - Parameter option: the one that names a hypertable.
    static func refuseOthersTables(
        _ attachments: [BlockedNodes.Attachment], of nodes: [DataNode], option: String
    ) throws(Failure) {
        let names = Set(nodes.map(\.name))
        let others = attachments.filter { names.contains($0.node) && !$0.isOwned }.map(\.table.shownName)
        guard !others.isEmpty else { return }
        var failure = Failure(
            "\(Set(others).sorted().listed): only the owner may change that, and nothing was changed",
            remedy: "its owner or a superuser does it; \(option) TABLE does it for a hypertable that is yours")
        // insufficient_privilege: appendix A of the PostgreSQL manual.
        failure.sqlstate = "42501"
        throw failure
    }
}
