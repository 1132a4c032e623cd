package import ClusterAccess
package import MultiNode
import Postgres

/// A cluster whose nodes are healed over few sessions of its access node.
package struct ClusterHealing: HealingSite {
    private let cluster: Cluster
    private let sessions: HealingSessions
    private let endsOthers: Bool

    /// - Parameter endsOthers: whether a node is healed, too, that holds what another access node has prepared.
    package init(_ cluster: Cluster, over sessions: HealingSessions, endingOthers endsOthers: Bool = false) {
        (self.cluster, self.sessions, self.endsOthers) = (cluster, sessions, endsOthers)
    }

    package func heal(
        _ node: DataNode, by statement: SQL, within limit: Duration, _ report: StepReport
    ) async throws(ClusterError) -> HealingAnswer {
        let end = ContinuousClock.now + limit
        let first = try await healed(node, by: statement, until: end, patience: sessions.patience, report)
        if let first { return first }
        // The session that it had is another's meanwhile.
        let second = try await healed(node, by: statement, until: end, patience: nil, again: true, report)
        guard let second else { throw .interrupted }
        return second
    }

    /// - Parameter patience: how long the node may leave the access node without an answer.
    /// - Returns: nil if it did so for longer.
    private func healed(
        _ node: DataNode, by statement: SQL, until end: ContinuousClock.Instant, patience: Duration?,
        again: Bool = false,
        _ report: StepReport
    ) async throws(ClusterError) -> HealingAnswer? {
        guard await sessions.take(again: again, until: end, isAlone: { report.isToStop }) else {
            if Task.isCancelled { throw .interrupted }
            throw again ? .silent(node) : .noTurn(of: node.name)
        }
        defer { sessions.giveBack(again: again) }
        let collector = WarningCollector(cluster.listener)
        let own = Cluster(cluster.connection, listener: collector, deadline: end)
        let hasty = patience.map { own.limited(to: own.remaining(atMost: $0)) } ?? own
        // Many nodes are healed over few sessions, of which each takes longer to begin than a node to be healed.
        return try await own.aside(keeping: own.connection.kept) { link throws(ClusterError) -> HealingAnswer? in
            do throws(ClusterError) {
                try await hasty.prove(node, isToHeal: !endsOthers, on: link)
            } catch {
                guard patience != nil, error.kind == .timedOut, .now < end else { throw error }
                return nil
            }
            Turn.noteAnswer()
            let ended = try await own.send(statement, on: link).value.flatMap { Int($0) } ?? 0
            return HealingAnswer(ended: ended, warnings: collector.warnings)
        }
    }

    package func approach(_ node: DataNode, within limit: Duration) async -> (any Link)? {
        try? await cluster.quiet.limited(to: limit).approach(node, timeout: limit)
    }

    package func preparedCount(
        on node: DataNode, over way: (any Link)?, within limit: Duration
    ) async throws(ClusterError) -> Int {
        try await cluster.preparedCount(on: node, over: way, within: limit)
    }
}

extension Cluster {
    /// How many parts of distributed transactions a data node holds.
    ///
    /// - Parameter way: a connection to it, which is closed then; nil where one is to be opened.
    func preparedCount(
        on node: DataNode, over way: (any Link)? = nil, within limit: Duration
    ) async throws(ClusterError) -> Int {
        let own = limited(to: limit)
        let questions = [InDoubtTransaction.list]
        let answers: [Result<QueryResult, ClusterError>]
        if let way, await way.isOpen {
            answers = try await own.meeting(node, over: way, timeout: limit, asking: questions)
        } else {
            answers = try await own.meeting(node, timeout: limit, asking: questions) { $2 }
        }
        let prepared = try answers[0].get().records.map { InDoubtTransaction(row: $0) }
        // Others are not TimescaleDB's, and not healed.
        return prepared.count { $0.gid.hasPrefix("ts-") }
    }
}

extension ClusterError {
    /// The error of a node that did not answer while others did, and was to be asked again.
    fileprivate static func silent(_ node: DataNode) -> ClusterError {
        let word = Quoting.word(node.name)
        return ClusterError(
            "\(node.name) did not answer the access node, and no time was left to ask again: nothing was changed",
            kind: .timedOut, node: node.name,
            remedy: "'node ping \(word)' tells more; --timeout gives more time")
    }
}
