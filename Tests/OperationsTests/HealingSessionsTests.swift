import CannedServers
import ClusterAccess
import MultiNode
import Platform
import Testing

@testable import Operations

/// The sessions of the access node that nodes are healed over.
@Suite(.timeLimit(.minutes(1))) struct HealingSessionsTests {
    private static let nodes = (1...32).map { DataNode(name: "dn\($0)", host: "dn\($0)", database: "dist") }

    /// Does something when each of the steps has begun.
    private final class Listener: OperationListener {
        private let begun = Lock(0)
        private let whenAllHaveBegun: @Sendable () -> Void

        init(_ whenAllHaveBegun: @escaping @Sendable () -> Void = {}) { self.whenAllHaveBegun = whenAllHaveBegun }

        func received(_ event: OperationEvent<HealResult>) {
            guard case .stepBegan = event else { return }
            if begun.withLock({
                $0 += 1; return $0 == nodes.count
            }) {
                whenAllHaveBegun()
            }
        }
    }

    private func states(
        _ canned: CannedCluster, sessions: Int, whenAllHaveBegun: @escaping @Sendable () -> Void = {}
    ) async throws -> Set<HealResult.State?> {
        canned["an1"].otherwise = .value("0")
        let cluster = canned.cluster()
        let capabilities = try await cluster.capabilities()
        let site = ClusterHealing(
            cluster, over: HealingSessions(sessions, nodes: Self.nodes.count, patience: .milliseconds(100)))
        let steps = Self.nodes.map { HealStep($0, capabilities, within: .seconds(30), at: site) }
        // All of them are silent at once, and so all begin.
        let records = await Operation(steps, parallel: sessions, patience: .zero).run(Listener(whenAllHaveBegun))
        return Set(records.map { HealResult($0.outcome).state })
    }

    @Test(arguments: [1, 3]) func anAccessNodeThatIsSlowGetsNoMoreOfThem(most: Int) async throws {
        let canned = CannedCluster(nodes: Self.nodes.count)
        let gate = Gate()
        canned["an1"].openings = [.accepted, .held(gate)]
        let states = try await states(canned, sessions: most) { gate.open() }
        #expect(states == [.clean])
        #expect(gate.most <= most && canned.servers.mostOpen(at: CannedCluster.accessNode) == most + 1)
    }

    @Test func nodesThatAreSilentHaveTheirSecondTurnBehindAllOthers() async throws {
        let canned = CannedCluster(nodes: Self.nodes.count)
        canned["an1"].proof = .silence
        #expect(try await states(canned, sessions: 2) == [.hanging])
        let asked = canned.toAccessNode.filter(\.isProof).compactMap { proof in
            Self.nodes.first { proof.contains("this is not the data node \($0.name)'") }?.name
        }
        let names = Set(Self.nodes.map(\.name))
        #expect(asked.count == 2 * names.count)
        #expect(Set(asked.prefix(names.count)) == names && Set(asked.suffix(names.count)) == names)
        #expect(canned.servers.mostOpen(at: CannedCluster.accessNode) <= 3)
    }

    /// From far away connecting takes as long as healing.
    @Test func aNodeIsConnectedToWhileTheAccessNodeHealsIt() async throws {
        let canned = CannedCluster(nodes: 1)
        let gate = Gate()
        canned["dn1"].openings = [.held(gate)]
        canned["an1"].otherwise = .value("0")
        let cluster = canned.cluster()
        let capabilities = try await cluster.capabilities()
        let site = ClusterHealing(cluster, over: HealingSessions(1, nodes: 1, patience: .seconds(1)))
        let step = HealStep(Self.nodes[0], capabilities, within: .seconds(30), at: site)
        let statement = try #require(step.plan.statements.first)
        async let records = Operation([step], parallel: 1, patience: .seconds(1)).run(Listener {})
        // Both are under way at once, whichever comes first.
        await gate.isHolding(1)
        await canned.servers.receive(statement)
        gate.open()
        #expect(await records.map { HealResult($0.outcome).state } == [.clean])
        #expect(canned.servers.mostOpen(at: "dn1") == 1)
    }

    /// Nodes that do not begin any more are not waited for.
    @Test func whoIsLastWaitsForNobody() async {
        let sessions = HealingSessions(1, nodes: 5, patience: .seconds(1))
        let end = ContinuousClock.now + .seconds(60)
        #expect(await sessions.take(until: end) { false })
        sessions.giveBack()
        #expect(await sessions.take(again: true, until: end) { true })
        #expect(await !sessions.take(until: .now) { false })
    }
}
