import CannedServers
import ClusterAccess
import MultiNode
import Testing

@Suite(.timeLimit(.minutes(1))) struct SideBySideTests {
    private let canned = CannedCluster(nodes: 16)

    @Test func theAnswersKeepTheOrderOfTheNodes() async throws {
        let gate = Gate()
        canned["dn1"].answer("SELECT 1", .held(gate, .value("first")))
        for node in canned.nodes.dropFirst() { canned[Place(stringLiteral: node)].answer("SELECT 1", .value(node)) }
        let cluster = canned.cluster()
        let nodes =
            [DataNode(name: "dn1", host: "dn1", database: "dist")]
            + canned.nodes.dropFirst().map { DataNode(name: $0, host: $0, database: "dist") }
        async let answers = cluster.onEach(nodes) { node throws(ClusterError) in
            // The first one answers when all others have.
            if node.name == "dn16" { gate.open() }
            return try await cluster.asking(node) { link throws(ClusterError) in
                try await cluster.send("SELECT 1", on: link, node: node.name).value
            }
        }
        #expect(await answers.map(\.item.name) == canned.nodes)
        #expect(await answers.map { $0.value ?? nil } == ["first"] + canned.nodes.dropFirst())
    }

    /// Also where only one may be asked at once.
    @Test func oneThatIsSilentKeepsNobodyWaiting() async {
        let gate = Gate()
        canned["dn1"].openings = [.held(gate)]
        let cluster = canned.cluster(deadline: .now + .seconds(2))
        let nodes = canned.nodes.prefix(3).map { DataNode(name: $0, host: $0, database: "dist") }
        let answers = await cluster.onEach(nodes, parallel: 1) { node throws(ClusterError) in
            // The first answers when the last has its turn.
            if node.name == "dn3" { gate.open() }
            return try await cluster.asking(node) { _ in node.name }
        }
        #expect(answers.map(\.value) == ["dn1", "dn2", "dn3"])
    }

    /// Where each takes a connection of the access node.
    @Test func oneThatIsSilentIsNotPassedWhereNoMoreMayBeInHand() async {
        let cluster = canned.cluster()
        let (held, passed) = (Gate(), Gate())
        func wait(at gate: Gate, patience: Duration?) async -> Int {
            await cluster.sideBySide(Array(0..<16), named: String.init, parallel: 2, patience: patience) { _ in
                _ = await gate.pass()
            }.count
        }
        async let unpassed = wait(at: held, patience: nil)
        await held.isHolding(2)
        // Whoever has no patience has passed all of its own by then.
        async let others = wait(at: passed, patience: .zero)
        await passed.isHolding(16)
        #expect(held.most == 2)
        held.open()
        passed.open()
        #expect(await [unpassed, others] == [16, 16])
        #expect(held.most == 2 && passed.most == 16)
    }

    @Test func whatHadNoTurnIsNotBlamed() async {
        let cluster = canned.cluster(deadline: .now - .seconds(1))
        let nodes = ["dn1", "dn2"].map { DataNode(name: $0, host: $0, database: "dist") }
        let answers = await cluster.onEach(nodes, parallel: 1) { node throws(ClusterError) in node.name }
        #expect(answers.first?.value == "dn1")
        #expect(answers.last?.error?.message == "it was not asked: the time was over before its turn came")
    }

    @Test func aFailureIsAnAnswerAndStopsNoOther() async {
        canned["dn2"].openings = [.down("dn2")]
        let cluster = canned.cluster()
        let nodes = canned.nodes.prefix(3).map { DataNode(name: $0, host: $0, database: "dist") }
        let answers = await cluster.onEach(nodes) { node throws(ClusterError) in
            try await cluster.asking(node) { _ in node.name }
        }
        #expect(answers.map(\.value) == ["dn1", nil, "dn3"])
        #expect(answers.map { $0.error?.node } == [nil, "dn2", nil])
        #expect(answers.map { $0.error?.summary } == [nil, "Connection refused", nil])
    }

    @Test(arguments: [1, 3, 16, 64]) func noMoreAreAskedAtOnceThanAllowed(parallel: Int) async {
        let gate = Gate()
        let cluster = canned.cluster()
        let items = Array(0..<16)
        async let answers = cluster.sideBySide(items, named: String.init, parallel: parallel) { item in
            _ = await gate.pass()
            return item
        }
        for _ in items {
            await gate.isHolding(1)
            gate.letOneThrough()
        }
        #expect(await answers.map(\.value) == items)
        #expect(gate.most <= parallel)
        #expect(gate.most > 0)
    }

    @Test func asManyAsAllowedAreAskedAtOnce() async {
        let gate = Gate()
        let cluster = canned.cluster()
        async let answers = cluster.sideBySide(Array(0..<16), named: String.init, parallel: 5) { item in
            _ = await gate.pass()
            return item
        }
        await gate.isHolding(5)
        gate.open()
        #expect(await answers.count == 16)
        #expect(gate.most == 5)
    }

    @Test func whatHappensIsTold() async {
        let listener = RecordingListener()
        let cluster = canned.cluster(listener: listener)
        _ = await cluster.sideBySide(["a", "b"], named: \.self, parallel: 1) { item throws(ClusterError) in
            if item == "b" { throw ClusterError("no") }
        }
        #expect(
            listener.events == [
                "will work on a, b", "a began", "a ended: done", "b began", "b ended: no", "all ended",
            ])
    }

    @Test func nothingIsAskedOfNobody() async {
        #expect(await canned.cluster().probe([]).isEmpty)
        #expect(canned.servers.attempts.isEmpty)
    }
}
