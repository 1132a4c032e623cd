import MultiNode
import Operations

/// `heal all`.
struct HealScenario: Scenario {
    private let nodes: [DataNode]

    init(using random: inout SplitMix64) {
        nodes = (1...Int.random(in: 1...8, using: &random)).map { number in
            DataNode(
                name: "dn\(number)", serverOID: UInt32(16_000 + number), host: "h", database: "d",
                isAvailable: !random.isLucky(10))
        }
    }

    func begin(_ cluster: inout ModelCluster.State, using random: inout SplitMix64) {
        for node in nodes {
            let count = Int.random(in: 0...4, using: &random)
            cluster.prepared[node.name] = (0..<count).map { _ in Self.prepared(on: node, using: &random) }
        }
    }

    private static func prepared(on node: DataNode, using random: inout SplitMix64) -> ModelCluster.Prepared {
        let number = UInt32.random(in: .min ... .max, using: &random)
        let verdicts: [ModelCluster.Verdict] = [.commit, .commit, .abort, .abort, .inProgress, .foreign]
        let verdict = random.isLucky(2) ? .malformed : verdicts.randomElement(using: &random) ?? .commit
        switch verdict {
        case .foreign: return .init(gid: "other-\(number)", verdict: verdict)
        case .malformed: return .init(gid: "ts-1-\(number)", verdict: verdict)
        case .commit, .abort, .inProgress:
            return .init(gid: "ts-1-\(number)-\(node.serverOID)-10", verdict: verdict)
        }
    }

    /// Ends transactions that were in progress, and leaves new ones in doubt.
    func change(_ cluster: inout ModelCluster.State, using random: inout SplitMix64) {
        for node in nodes {
            var prepared = cluster.prepared[node.name] ?? []
            for index in prepared.indices where prepared[index].verdict == .inProgress && random.isLucky(50) {
                prepared[index].verdict = random.isLucky(50) ? .commit : .abort
            }
            if random.isLucky(20) { prepared.append(Self.prepared(on: node, using: &random)) }
            cluster.prepared[node.name] = prepared
        }
    }

    func operation(_ client: ModelClient, parallel: Int) -> Operation<HealStep> {
        var site = ModelSite(client)
        for node in nodes {
            site.know(node.name, by: Plan(Healing.statement(for: node, Server.capabilities)))
        }
        return Operation(
            nodes.map { node in
                HealStep(node, Server.capabilities, within: .seconds(30), at: site) { client.time.now }
            }, parallel: parallel)
    }

    private func isAvailable(_ name: String) -> Bool { nodes.contains { $0.name == name && $0.isAvailable } }

    func isDone(_ name: String, _ cluster: ModelCluster.State) -> Bool {
        !isAvailable(name) || !cluster.hasDecided(on: name)
    }

    func isToldDone(_ name: String, _ cluster: ModelCluster.State) -> Bool {
        cluster.preparedCount(on: name) == 0
    }

    /// After an interrupt somebody waits for the end.
    var asksWhenCancelled: Bool { false }

    func isHopeless(_ name: String, _ cluster: ModelCluster.State) -> Bool {
        (cluster.prepared[name] ?? []).contains { $0.verdict == .malformed }
    }
}
