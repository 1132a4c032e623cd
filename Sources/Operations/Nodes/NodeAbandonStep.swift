package import ClusterAccess
package import MultiNode

/// Takes one data node out of the cluster that is gone for good.
package struct NodeAbandonStep: Step {
    package let node: DataNode
    /// What is lost with it, as it was told before.
    package let lost: [LostChunk]
    package let plan: Plan
    private let abandonment: NodeAbandonment
    private let site: any NodeAbandoningSite

    package init(
        _ node: DataNode, losing lost: [LostChunk], _ abandonment: NodeAbandonment, at site: any NodeAbandoningSite
    ) {
        self.node = node
        self.lost = lost
        self.abandonment = abandonment
        plan = abandonment.plan
        self.site = site
    }

    package var name: String { node.name }

    package func run(_ report: StepReport) async throws(ClusterError) {
        // Somebody may have thought about it for an hour.
        if let sign = await site.signOfLife(of: node) { throw ClusterError(sign, of: node.name) }
        if !abandonment.marking.isEmpty { try await site.carryOut(abandonment.marking, abandoning: node) }
        let now = try await site.lostChunks(on: node)
        let told = Set(lost.map(\.id))
        let more = now.count { !told.contains($0.id) }
        guard more == 0 else { throw .moreIsLost(more, on: node.name) }
        try await site.noteLoss(of: now, with: node)
        let batches = NodeAbandonment.dropping(now, on: node.name, abandonment.aggregated)
        for (index, plan) in batches.enumerated() {
            report.progressed(to: Double(index) / Double(batches.count + 1))
            try await site.carryOut(plan, abandoning: node)
        }
        try await site.carryOut(abandonment.deletion, abandoning: node)
    }

    package func result(after error: ClusterError) async throws(ClusterError) -> Void? {
        try await site.hasNode(name) ? nil : ()
    }
}

extension ClusterError {
    package init(_ sign: SignOfLife, of node: String) {
        let word = Quoting.word(node)
        switch sign {
        case .there(let sign):
            self.init(
                "\(node) is not gone: \(sign); nothing was done", node: node,
                remedy: "a node that is there is drained, and then deleted: 'node drain \(word)', 'node delete \(word)'"
            )
        case .unknown(let reason):
            self.init(
                "whether \(node) is gone is not known: \(reason); nothing was done", node: node,
                remedy: "run it again when that can be asked: 'node ping \(word)' tells")
        }
    }

    fileprivate static func moreIsLost(_ count: Int, on node: String) -> ClusterError {
        let chunks = count == 1 ? "1 chunk more is" : "\(count) chunks more are"
        return ClusterError(
            "\(chunks) on \(node) alone than was told before; nothing is dropped", node: node,
            remedy: "run it again, and look at what it tells")
    }
}
