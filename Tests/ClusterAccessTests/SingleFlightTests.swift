import CannedServers
import MultiNode
import Platform
import Postgres
import Testing

@testable import ClusterAccess

/// What several tasks need at the same time is asked for only once.
@Suite(.timeLimit(.minutes(1))) struct SingleFlightTests {
    private let canned = CannedCluster(nodes: 16)

    @Test func sixteenNodesAtOnceAreRecognisedByWhatIsKnown() async throws {
        let cluster = canned.cluster()
        let nodes = try await cluster.nodes()
        #expect(await cluster.probe(nodes).map(\.state) == Array(repeating: .up, count: 16))
        #expect(canned.toAccessNode == [Capabilities.query.text, DataNode.list.text])
        #expect(canned.servers.opened == 17)
    }

    @Test func sixteenTasksAtOnceOpenOneLinkAndReadTheCapabilitiesOnce() async throws {
        let gate = Gate()
        canned["an1"].openings = [.held(gate)]
        let cluster = canned.cluster()
        let users = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<16 { group.addTask { try await cluster.capabilities().user } }
            await gate.isHolding(1)
            gate.open()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(users == Array(repeating: "postgres", count: 16))
        #expect(canned.servers.attempts.count == 1)
        #expect(canned.toAccessNode == [Capabilities.query.text])
    }

    @Test func anAnswerIsKept() async throws {
        let cluster = canned.cluster()
        _ = try await cluster.capabilities()
        _ = try await cluster.capabilities()
        #expect(canned.toAccessNode == [Capabilities.query.text])
        await cluster.connection.forgetServer()
        _ = try await cluster.capabilities()
        #expect(canned.toAccessNode == [Capabilities.query.text, Capabilities.query.text])
    }

    @Test func aFailureIsNotKept() async throws {
        canned["an1"].openings = [.down("an1"), .accepted]
        canned["an1"].answer(Capabilities.query, .refused("not now"), .rows([CannedCluster.capabilities(of: "an1")]))
        let cluster = canned.cluster()
        let first = await #expect(throws: ClusterError.self) { try await cluster.capabilities() }
        #expect(first?.kind == .connectionFailed)
        let second = await #expect(throws: ClusterError.self) { try await cluster.capabilities() }
        #expect(second?.message == "not now")
        #expect(try await cluster.capabilities().user == "postgres")
    }

    @Test func whoeverWaitsForAFailureGetsIt() async {
        let gate = Gate()
        canned["an1"].answer(Capabilities.query, .held(gate, .refused("not now")))
        let cluster = canned.cluster()
        async let first = failure { try await cluster.capabilities() }
        async let second = failure { try await cluster.capabilities() }
        await gate.isHolding(1)
        gate.open()
        #expect(await [first?.message, second?.message] == ["not now", "not now"])
    }

    @Test func theEndOfAnothersTimeIsNotTheAnswerForOneThatHasTimeLeft() async throws {
        let gate = Gate()
        canned["an1"].answer(
            Capabilities.query, .held(gate, .silence), .rows([CannedCluster.capabilities(of: "an1")]))
        let cluster = canned.cluster()
        let hurried = Task { await failure { try await cluster.limited(to: .seconds(60)).capabilities() } }
        await gate.isHolding(1)
        let patient = Task(executorPreference: EventLoop.shared) { try await cluster.capabilities() }
        // The jobs of the loop run in order, so behind these the other task waits for the same answer.
        for _ in 0..<10 { _ = await cluster.connection.target }
        gate.open()
        #expect(await hurried.value?.kind == .timedOut)
        #expect(try await patient.value.user == "postgres")
    }

    @Test func theCancellationOfOneCallerIsNotTheAnswerForAnother() async throws {
        let gate = Gate()
        canned["an1"].answer(Capabilities.query, .held(gate, .none), .rows([CannedCluster.capabilities(of: "an1")]))
        let cluster = canned.cluster()
        let cancelled = Task { try await cluster.capabilities() }
        await gate.isHolding(1)
        let other = Task(executorPreference: EventLoop.shared) { try await cluster.capabilities() }
        // The jobs of the loop run in order, so behind these the other task waits for the same answer.
        for _ in 0..<10 { _ = await cluster.connection.target }
        cancelled.cancel()
        #expect(await failure { try await cancelled.value }?.kind == .interrupted)
        #expect(try await other.value.user == "postgres")
        #expect(canned.toAccessNode == [Capabilities.query.text, Capabilities.query.text])
    }
}
