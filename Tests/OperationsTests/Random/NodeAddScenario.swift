import MultiNode
import Operations

/// `node add`, with `--if-not-exists` or without.
struct NodeAddScenario: Scenario {
    private let nodes: [NewNode]
    private let present: [String]

    init(using random: inout SplitMix64) {
        let ifNotExists = random.isLucky(90)
        let names = (1...Int.random(in: 1...8, using: &random)).compactMap { try? NodeName("dn\($0)") }
        nodes = names.map { name in
            var node = NewNode(name, host: "h")
            node.ifNotExists = ifNotExists
            return node
        }
        present = random.isLucky(50) ? [] : names.map(\.text).filter { _ in random.isLucky(30) }
    }

    func begin(_ cluster: inout ModelCluster.State, using random: inout SplitMix64) { cluster.nodeList = present }

    func operation(_ client: ModelClient, parallel: Int) -> Operation<NodeAddStep> {
        let list = client.cluster.read { $0.nodeList }
        var site = ModelSite(client)
        for node in nodes { site.know(node.name.text, by: Nodes.add(node, Server.capabilities)) }
        return Operation(
            nodes.map { node in
                NodeAddStep(node, Server.capabilities, isPresent: list.contains(node.name.text), at: site)
            }, parallel: parallel, beginsAlone: list.isEmpty)
    }

    func isDone(_ name: String, _ cluster: ModelCluster.State) -> Bool { cluster.nodeList.contains(name) }

    /// Without `--if-not-exists` the server refuses a node that it has.
    func isHopeless(_ name: String, _ cluster: ModelCluster.State) -> Bool {
        cluster.nodeList.contains(name) && !nodes.allSatisfy(\.ifNotExists)
    }

    func beginsAlone(_ cluster: ModelCluster.State) -> Bool { cluster.nodeList.isEmpty }
}
