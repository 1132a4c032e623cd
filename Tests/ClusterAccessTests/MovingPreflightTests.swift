import CannedServers
import ClusterAccess
import MultiNode
import Postgres
import Testing

/// What the search for obstacles to moves asks, of whom, and what it makes of servers that do not answer.
@Suite(.timeLimit(.minutes(1))) struct MovingPreflightTests {
    private let canned = CannedCluster(nodes: 4)
    private let facts: [String: String?] = [
        "wal_level": "logical", "max_logical_workers": "4", "max_sync_workers": "2", "max_processes": "8",
        "max_slots": "10", "max_senders": "10", "retry_interval": "5000", "superuser": "t", "replication": "t",
    ]

    init() {
        var accessNode = canned[CannedCluster.accessNode]
        accessNode.answer(ChunkCopying.list(), .none)
        accessNode.answer(
            MovingCatalog.tables([]),
            .rows([["id": "1", "nodes": "{dn1,dn2,dn3,dn4}", "blocked": "{}", "namesake": "f"]]))
        accessNode.answer(NodePassage.additions(for: []), .none)
        accessNode.answer(NodePassage.passwords, .none)
        canned[CannedCluster.accessNode] = accessNode
        for node in ["dn1", "dn2", "dn3", "dn4"] { change(node) { $0.answer(NodeMovingFacts.query, .rows([facts])) } }
    }

    private func change(_ node: String, _ change: (inout CannedServer) -> Void) {
        let place = Place(stringLiteral: node)
        var server = canned[place]
        server.answer(NodeMovingContents.query(chunks: [], parents: []), .none)
        server.answer("BEGIN", .done("BEGIN"))
        server.answer("ROLLBACK", .done("ROLLBACK"))
        server.answer(NodePassage.quietly, .done("SET"))
        server.answer(SessionLimit.query(role: "postgres"), .none)
        change(&server)
        canned[place] = server
    }

    private func chunk(_ id: Int, on nodes: String) -> Chunk {
        Chunk(row: [
            "id": String(id), "table_id": "1", "table_schema": "public", "table_name": "metrics", "schema": "i",
            "name": "c\(id)", "replication_factor": "1", "compressed": "f", "nodes": "{\(nodes)}", "numbers": "{1}",
        ])
    }

    /// Of many chunks from dn1 and dn2 to dn3.
    private func preflight() async throws -> MovingPreflight {
        let chunks = (1...100).map { chunk($0, on: $0.isMultiple(of: 2) ? "dn1" : "dn2") }
        let moves = chunks.map { ChunkMove(.move, $0.id, from: $0.nodes[0], to: "dn3", bytes: 1, .drains) }
        let cluster = canned.cluster()
        let nodes = try await cluster.nodes()
        canned.servers.forgetWhatWasSent()
        return try await cluster.preflight(
            of: moves, Dictionary(uniqueKeysWithValues: chunks.map { ($0.id, $0) }), among: nodes)
    }

    @Test func eachNodeIsAskedOnceHoweverManyChunksMove() async throws {
        let found = try await preflight()
        #expect(found.obstacles.filter(\.isBlocking) == [])
        #expect(found.limits.keys.sorted() == ["dn1", "dn2", "dn3"])
        for node in ["dn1", "dn2", "dn3"] {
            let sent = canned.servers.statements(to: Place(stringLiteral: node))
            #expect(sent.count { $0 == NodeMovingFacts.query.text } == 1)
        }
        #expect(canned.servers.statements(to: "dn4") == [])
        #expect(canned.servers.statements(to: CannedCluster.accessNode).count <= 6)
        // The destination tries the way to each of its sources.
        let ways = canned.servers.statements(to: "dn3").filter { $0.hasPrefix("CREATE SUBSCRIPTION") }
        #expect(ways.count == 2)
    }

    @Test func aNodeThatIsNotReachedFromHereStandsInTheWayOfItsChunksAlone() async throws {
        change("dn1") { $0.openings = [.down("dn1")] }
        let found = try await preflight()
        let blocking = found.obstacles.filter(\.isBlocking)
        #expect(blocking.map(\.place) == ["dn1"])
        #expect(found.blockedChunks == Set(stride(from: 2, through: 100, by: 2)))
    }

    @Test func aWayThatLeadsNowhereIsBlocking() async throws {
        // Any statement that has no answer of its own is the visit.
        change("dn3") { server in
            server.otherwise = .refused(
                "could not connect to the publisher: FATAL:  no pg_hba.conf entry for host \"10.0.0.3\"",
                sqlstate: "08006")
        }
        let blocking = try await preflight().obstacles.filter(\.isBlocking)
        #expect(blocking.count == 2)
        #expect(blocking.allSatisfy { $0.place == "dn3" && $0.text.contains("from where it is to copy") })
        #expect(blocking.allSatisfy { $0.remedy.contains("pg_hba.conf") })
        #expect(Set(blocking.flatMap(\.chunks)).count == 100)
    }

    /// That a source has no sender left is no matter of names, routes and firewalls.
    @Test(arguments: ["0", "10"]) func aSourceWithoutSendersIsReachedAllTheSame(_ senders: String) async throws {
        let facts = facts.merging(["max_senders": senders]) { $1 }
        for node in ["dn1", "dn2"] { change(node) { $0.answer(NodeMovingFacts.query, .rows([facts])) } }
        change("dn3") { server in
            server.otherwise = .refused(
                "could not connect to the publisher: FATAL:  number of requested standby connections exceeds max_wal_senders (currently \(senders))",
                sqlstate: "08006")
        }
        let blocking = try await preflight().obstacles.filter(\.isBlocking)
        // Where it was seen before, that alone is told.
        #expect(blocking.map(\.place).sorted() == (senders == "0" ? ["dn1", "dn2"] : ["dn3", "dn3"]))
        #expect(blocking.allSatisfy { $0.remedy.contains("ALTER SYSTEM SET max_wal_senders") }, "\(blocking)")
        #expect(Set(blocking.flatMap(\.chunks)).count == 100)
    }
}
