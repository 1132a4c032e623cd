import CannedServers
import ClusterAccess
import MultiNode
import Testing

/// Whether what answers is the node, directly and through the access node.
@Suite(.timeLimit(.minutes(1))) struct RecognitionTests {
    private let canned = CannedCluster(nodes: 2)
    private let first = NodeContents(hypertables: ["1"], chunks: ["1 i.c1", "2 i.c3"])
    private let second = NodeContents(hypertables: ["1"], chunks: ["1 i.c2", "2 i.c4"])

    init() {
        expect(first, second)
        hold("dn1", first)
        hold("dn2", second)
        for name in canned.nodes { canned[Place(stringLiteral: name)].answer("SELECT 1", .value("1")) }
    }

    /// What the access node has on the nodes.
    private func expect(_ contents: NodeContents...) {
        let rows = zip(canned.nodes, contents).map { CannedCluster.row(node: $0, holding: $1) }
        canned["an1"].answer(DataNode.list, .rows(rows))
    }

    private func hold(_ place: Place, _ contents: NodeContents) {
        var row = CannedCluster.state(of: place, holding: contents)
        row["blank"] = contents.isEmpty ? "t" : "f"
        canned[place].answer(NodeState.anyQuery, .rows([row]))
    }

    private func ask(_ name: String = "dn1") async -> ClusterError? {
        let cluster = canned.cluster()
        return await failure {
            let node = try #require(try await cluster.nodes().first { $0.name == name })
            _ = try await cluster.asking(node) { link throws(ClusterError) in
                try await cluster.send("SELECT 1", on: link, node: name)
            }
        }
    }

    @Test func theNodeIsKnownByOneQuestion() async {
        #expect(await ask() == nil)
        #expect(canned.servers.statements(to: "dn1") == [NodeState.anyQuery.text, "SELECT 1"])
    }

    @Test func whoHasTheOthersDataIsNamedAndAskedNothing() async {
        hold("dn1", second)
        let error = await ask()
        #expect(error?.kind == .mismatched)
        #expect(error?.message.hasSuffix("is not the data node dn1: it holds the data of dn2") == true)
        #expect(!canned.servers.statements(to: "dn1").contains("SELECT 1"))
    }

    @Test func anEmptyDatabaseIsRefused() async {
        hold("dn1", NodeContents())
        #expect(await ask()?.message.contains("it is empty, and the access node has data") == true)
    }

    @Test func theAccessNodeItselfIsRefused() async {
        canned["dn1"].answer(NodeState.anyQuery, .rows([CannedCluster.state(of: "an1")]))
        #expect(await ask()?.message.hasSuffix("it is the access node itself") == true)
    }

    /// Between the list and the question all its chunks were dropped.
    @Test func whatWasDroppedMeanwhileIsNoMismatch() async throws {
        let cluster = canned.cluster()
        let node = try #require(try await cluster.nodes().first)
        let rest = NodeContents(hypertables: first.hypertables)
        expect(rest, second)
        hold("dn1", rest)
        let answer = try await cluster.asking(node) { link throws(ClusterError) in
            try await cluster.send("SELECT 1", on: link, node: "dn1").value
        }
        #expect(answer == "1")
    }

    // MARK: Through the access node

    private var statements: [String] { canned.toAccessNode.filter { $0.contains("distributed_exec") } }

    private func prove(_ reply: Reply) async throws -> ClusterError? {
        let cluster = canned.cluster()
        let node = try #require(try await cluster.nodes().first)
        canned["an1"].proof = reply
        return await failure { try await cluster.prove([node]) }
    }

    private static func isOther(_ name: String) -> Reply {
        .refused("invalid input syntax for type integer: \"this is not the data node \(name)\"", sqlstate: "22P02")
    }

    @Test func theAccessNodeProvesItByItsOwnConnection() async throws {
        #expect(try await prove(.none) == nil)
        #expect(statements.count == 1)
        #expect(
            canned.toAccessNode.suffix(3).map { $0.isProof ? "proof" : $0 }
                == [SQL.begin.text, "proof", "ROLLBACK"])
    }

    @Test func anotherServerThereIsRefused() async throws {
        for reply in [Self.isOther("dn1"), .refused("нет", sqlstate: "42P01"), .refused("нет", sqlstate: "3F000")] {
            let error = try await prove(reply)
            #expect(error?.kind == .mismatched && error?.node == "dn1")
            #expect(
                error?.message == "what the access node reaches at dn1:5432, database dist is not the data node dn1")
        }
    }

    /// It has no chunks of its own, and what another node has too is left of replicas.
    @Test func whereTheNodesAreAlikeItsServerDecides() async throws {
        let cluster = canned.cluster()
        let node = try #require(try await cluster.nodes().first)
        canned["an1"].proof = Self.isOther("dn1")
        canned["an1"].answer(
            NodeProof.statement(of: node, on: ServerIdentity(started: "server of dn1"), CannedCluster.capabilities),
            .done("CALL"))
        #expect(await failure { try await cluster.prove([node]) } == nil)
        hold("dn1", second)
        #expect(await failure { try await cluster.prove([node]) }?.kind == .mismatched, "it is not recognised there")
    }

    @Test func twoNodesInOneDatabaseAreRefused() async throws {
        let error = try await prove(
            .refused(#"invalid input syntax for type integer: "this is another data node too, dn1""#, sqlstate: "22P02")
        )
        #expect(error?.message.hasSuffix("as dn1 is another of these nodes too") == true)
    }

    @Test func anotherErrorIsItself() async throws {
        #expect(try await prove(.refused("no luck", sqlstate: "XX000"))?.message == "no luck")
    }

    /// The command itself will say of it what helps.
    @Test(arguments: ["08001", "42501"]) func whatIsNotReachedIsLeftToTheCommand(sqlstate: String) async throws {
        #expect(try await prove(.refused("could not connect", sqlstate: sqlstate)) == nil)
    }

    @Test func otherNodesAreProvedAllTheSame() async throws {
        let cluster = canned.cluster()
        let nodes = try await cluster.nodes()
        canned["an1"].proof = .refused("could not connect", sqlstate: "08001")
        #expect(await failure { try await cluster.prove(nodes) } == nil)
        #expect(statements.count == 2)
    }

    // MARK: What can't be seen

    @Test func whatATransactionInDoubtWasSentToIsTheNode() async {
        var row = CannedCluster.state(of: "dn1")
        row["prepared_for"] = "{16385}"
        canned["dn1"].answer(NodeState.anyQuery, .rows([row]))
        #expect(await ask() == nil)
    }

    @Test func whatIsLeftOfReplicasOnADetachedNodeIsNoMismatch() async {
        expect(NodeContents(), second)
        hold("dn1", second)
        #expect(await ask() == nil, "dn2 is at its own address")
        canned["dn2"].openings = [.down("dn2")]
        #expect(await ask()?.message.hasSuffix("it holds the data of dn2") == true)
    }
}
