import ClusterAccess
import MultiNode
import Platform

/// What is in doubt on nodes, and for how long healing them is not tried again.
final class HealedDoubts: Sendable {
    private struct State {
        var begun: [String: ContinuousClock.Instant] = [:]
        var ended: [String: Int] = [:]
    }

    private let state = Lock(State())
    /// What is decided about is ended at once; what is not may be so later.
    private static let pause: Duration = .seconds(5)

    /// How many were ended, by the names of the nodes.
    var ended: [String: Int] { state.withLock { $0.ended } }

    /// Whether a node is to be healed now.
    func begins(_ node: String, at now: ContinuousClock.Instant) -> Bool {
        state.withLock { state in
            if let last = state.begun[node], last + Self.pause > now { return false }
            state.begun[node] = now
            return true
        }
    }

    func note(_ count: Int, on node: String) { state.withLock { $0.ended[node, default: 0] += count } }
}

extension ClusterMoving {
    /// How long healing one node may take.
    private static let healing: Duration = .seconds(10)

    /// How many transactions in doubt were ended for which something waited, by the names of the nodes.
    package var healed: [(node: String, count: Int)] {
        doubts.ended.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    package func healDoubts(on names: [String], _ report: StepReport) async {
        for node in await watch.doubtful(among: names.compactMap { try? self.node($0) })
        where doubts.begins(node.name, at: .now) {
            report.waits(for: "the end of what is in doubt on \(node.name), which is being healed")
            let ended = try? await shared.with(.look) { () throws(ClusterError) in try await healed(node) }
            doubts.note((ended ?? nil) ?? 0, on: node.name)
        }
    }

    /// What the access node has not decided about is let be.
    private func healed(_ node: DataNode) async throws(ClusterError) -> Int {
        let own = cluster.limited(to: cluster.remaining(atMost: Self.healing))
        return try await own.aside(keeping: kept) { link throws(ClusterError) in
            try await own.send(Healing.advance, on: link)
            let step = HealStep(
                node, capabilities, within: Self.healing, at: LinkHealing(cluster: own, link: link))
            return try await step.run(.unheard).healed
        }
    }
}
