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
        canned["an1"].answer(DataNode.list(CannedCluster.capabilities), .rows(rows))
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
        let proof = NodeProof.statement(of: node, cluster: "c1", CannedCluster.capabilities)
        canned["an1"].answer(proof, reply)
        return await failure { try await cluster.prove([node]) }
    }

    @Test func theAccessNodeProvesItByItsOwnConnection() async throws {
        #expect(try await prove(.none) == nil)
        #expect(statements.count == 1)
    }

    @Test(arguments: ["TCL01", "42P01", "3F000"]) func anotherServerThereIsRefused(sqlstate: String) async throws {
        let error = try await prove(.refused("this is not the data node dn1", sqlstate: sqlstate))
        #expect(error?.kind == .mismatched && error?.node == "dn1")
        #expect(error?.message == "what the access node reaches at dn1:5432, database dist is not the data node dn1")
    }

    @Test func anotherErrorIsItself() async throws {
        #expect(try await prove(.refused("no right", sqlstate: "42501"))?.message == "no right")
    }

    /// The command itself will say of it what helps.
    @Test func whatIsNotReachedIsLeftToTheCommand() async throws {
        #expect(try await prove(.refused("could not connect", sqlstate: "08001")) == nil)
    }
}
