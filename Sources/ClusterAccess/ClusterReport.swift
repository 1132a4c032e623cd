package import MultiNode
import Postgres

/// The current state of a cluster: what `status` shows, and whether the cluster is healthy.
package struct ClusterReport: Sendable {
    package let capabilities: Capabilities
    /// Empty if the server can't have data nodes.
    package let probes: [Probe]
    /// Nil if the server can't have data nodes.
    package let counts: ClusterCounts?
    package let healingJob: Job?
    /// The copies and moves of chunks that broke off or were never compared; 0 where this role can't tell.
    package let leftCopies: Int
    /// The copies that are compressed for their node and not for the access node, or the other way; nil where that was not asked
    /// for, or is not known.
    package let unlikeCopies: [UnlikeCopies]?
    /// The data node that becomes a server of its own; nil where none does, or this role may not know.
    package let promotion: PromotionRecord?

    /// How long it takes until all have answered or are given up, from the first question to the access node on.
    private static let longest: Duration = .seconds(4)
    /// Where the access node has used up most of that, no node is called hanging for it.
    private static let shortest: Duration = .seconds(1)

    /// Asks all nodes side by side. The failure of a node becomes part of the report.
    ///
    /// - Parameter measures: whether the sizes of the nodes' databases are asked for, and how their chunks are compressed.
    package init(of cluster: Cluster, measures: Bool = false) async throws(ClusterError) {
        // Connecting has a limit of its own.
        _ = try await cluster.link()
        let end = ContinuousClock.now + Self.longest
        let nodes: [DataNode]
        (capabilities, nodes, _) = try await cluster.serverAndNodes()
        guard capabilities.refusal == nil else {
            probes = []
            counts = nil
            healingJob = nil
            promotion = nil
            leftCopies = 0
            unlikeCopies = nil
            return
        }
        var questions = [ClusterCounts.query(capabilities), Job.list(capabilities)]
        // Another role does not see whose copy is still at work.
        if capabilities.canCopyChunks, capabilities.isSuperuser { questions.append(ChunkCopying.list()) }
        async let own = cluster.result { [questions] () throws(ClusterError) in try await cluster.ask(questions) }
        let limit = min(
            max(Self.shortest, ContinuousClock.now.duration(to: end)),
            // A limit for the whole command leaves a part of it for what comes of the answers.
            cluster.remaining(atMost: Self.longest * 5 / 4) * 4 / 5)
        probes = await cluster.probeBothWays(nodes, timeout: limit, measures: measures)
        // After an interrupt some nodes were not asked, so the report would be incomplete.
        if Task.isCancelled { throw .interrupted }
        let answers = try await own.get()
        let counts = ClusterCounts(row: try answers[0].get().records.first ?? [:])
        self.counts = counts
        let procedure = HealingJob.procedure(capabilities)
        healingJob = try answers[1].get().records.map { Job(row: $0) }.first { $0.procedure == procedure }
        leftCopies =
            try answers.dropFirst(2).first?.get().records.count { ChunkCopying(row: $0).finding != nil } ?? 0
        let suspects = probes.filter { probe in
            probe.compressed.flatMap { own in counts.compressed[probe.node.name].map { $0 != own } } ?? false
        }
        if !measures || counts.compressed.isEmpty {
            unlikeCopies = measures && counts.nodeChunks.isEmpty ? [] : nil
        } else if suspects.isEmpty {
            unlikeCopies = []
        } else {
            let again = cluster.quiet.limited(
                to: cluster.remaining(atMost: max(Self.shortest, ContinuousClock.now.duration(to: end))))
            unlikeCopies = try? await again.unlikeCopies(on: suspects.map(\.node))
        }
        promotion = counts.isMigrating && !capabilities.isEmulated ? try? await cluster.promotion() : nil
    }

    /// The number of transactions in doubt, on the nodes that answered.
    package var inDoubt: Int { probes.compactMap(\.inDoubt).reduce(0, +) }

    /// The number of nodes whose transactions in doubt are unknown.
    package var silent: Int { probes.count { $0.inDoubt == nil } }

    /// What is wrong, in a few words each.
    package var faults: [String] { faults(probes) }

    private func faults(_ probes: [Probe]) -> [String] {
        var faults: [String] = []
        if capabilities.isInRecovery {
            faults.append("the access node is a standby, read only")
        } else if counts?.isReadOnly == true {
            faults.append("the access node is read only")
        }
        faults += probes.filter {
            $0.nodeState != .up || !$0.node.isAvailable || $0.node.name == promotion?.node
        }.map {
            "\($0.node.name) (\(state(of: $0)))"
        }
        faults += probes.compactMap { probe in probe.twin.map { "\(probe.node.name) (the same database as \($0))" } }
        faults += counts?.lostNodes.map { "\($0) (no such node)" } ?? []
        faults += probes.compactMap { probe in
            guard let version = probe.version, !capabilities.accepts(dataNodeVersion: version) else { return nil }
            return
                "\(probe.node.name) (TimescaleDB \(version) does not go with the access node's "
                + "\(capabilities.extensionVersion ?? ""))"
        }
        if inDoubt > 0 { faults.append("\(inDoubt) in doubt") }
        if let count = counts?.underReplicated, count > 0 { faults.append("\(count) under-replicated") }
        if leftCopies > 0 {
            faults.append("\(leftCopies == 1 ? "1 copy" : "\(leftCopies) copies") of chunks left behind")
        }
        return faults
    }

    private func state(of probe: Probe) -> String {
        if probe.node.name == promotion?.node { return "promoted" }
        return probe.nodeState == .up ? "unavailable" : probe.nodeState.rawValue
    }

    package var isHealthy: Bool { capabilities.refusal == nil && faults.isEmpty }

    /// Whether the cluster is healthy as far as it can be told: of a node that did not answer in time it can't.
    package enum Health: Sendable {
        case healthy, unhealthy
        /// Nothing is known to be wrong, and this node did not tell.
        case unknown(Probe)
    }

    package var health: Health {
        if isHealthy { return .healthy }
        guard capabilities.refusal == nil, faults(probes.filter { $0.nodeIsUp != nil || !$0.node.isAvailable }).isEmpty,
            let silent = probes.first(where: { $0.nodeIsUp == nil })
        else { return .unhealthy }
        return .unknown(silent)
    }
}
