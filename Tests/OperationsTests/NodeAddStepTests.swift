import ClusterAccess
import MultiNode
import Operations
import Testing

/// On a model cluster, where only what was shown has an effect.
@Suite struct NodeAddStepTests {
    private let clock = VirtualTime(seed: 1)
    private let cluster = ModelCluster()

    private func add(
        _ names: [String], isPresent: Bool = false, ifNotExists: Bool = false, faults: Int = 0
    ) throws -> Trial<NodeAddStep> {
        var site = ModelSite(
            ModelClient(cluster, clock, faults: faults) { name, cluster in cluster.nodeList.contains(name) })
        let steps = try names.map { name in
            var node = NewNode(try NodeName(name), host: "h")
            node.ifNotExists = ifNotExists
            site.know(name, by: Nodes.add(node, Server.capabilities))
            return node
        }.map { NodeAddStep($0, Server.capabilities, isPresent: isPresent, at: site) }
        return Trial(Operation(steps, parallel: 8, beginsAlone: true), clock)
    }

    @Test func nodesAreAdded() throws {
        #expect(try add(["dn1", "dn2", "dn3"]).outcomes == ["done", "done", "done"])
        #expect(cluster.read { $0.nodeList.sorted() } == ["dn1", "dn2", "dn3"])
    }

    @Test func aNameThatIsTakenIsRefusedByTheServer() throws {
        cluster.read { $0.nodeList = ["dn1"] }
        let trial = try add(["dn1", "dn2"], isPresent: true)
        #expect(trial.records[0].outcome.error?.sqlstate == "42710")
        #expect(trial.outcomes == ["failed", "done"])
    }

    @Test func aNodeThatIsThereMayBeAllowed() throws {
        cluster.read { $0.nodeList = ["dn1"] }
        let trial = try add(["dn1"], isPresent: true, ifNotExists: true)
        #expect(trial.outcomes == ["unneeded"])
        #expect(trial.records[0].step.plan.isEmpty)
    }

    @Test func theNodeListTellsWhatBecameOfALostAnswer() async throws {
        struct Site: NodeAddingSite {
            let hasIt: Bool

            func addNode(by plan: Plan) async throws(ClusterError) { throw .connectionLost }
            func hasNode(_ name: String) async throws(ClusterError) -> Bool { hasIt }
        }
        let node = NewNode(try NodeName("dn1"), host: "h")
        for (hasIt, isPresent, word) in [
            (true, false, "done"), (false, false, "failed"), (true, true, "failed"),
        ] {
            let step = NodeAddStep(node, Server.capabilities, isPresent: isPresent, at: Site(hasIt: hasIt))
            #expect(Trial(Operation([step], parallel: 1), clock).outcomes == [word])
        }
    }
}
