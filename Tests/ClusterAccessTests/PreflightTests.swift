import CannedServers
import ClusterAccess
import MultiNode
import Postgres
import Testing

/// Servers that are looked at before they become data nodes.
@Suite(.timeLimit(.minutes(1))) struct PreflightTests {
    private let canned = CannedCluster(nodes: 1)

    init() { canned["new1"] = fresh("new1") }

    /// A server with TimescaleDB that is in no cluster.
    ///
    /// - Parameter databases: what it has besides `postgres`.
    private func fresh(
        _ place: Place, server: String? = nil, databases: [String] = [],
        change: (inout [String: String?]) -> Void = { _ in }
    ) -> CannedServer {
        var canned = CannedServer()
        var row = CannedCluster.capabilities(of: place, server: server)
        row["metadata"] = "uuid=\(place)"
        change(&row)
        canned.answer(CandidateServer.query, .rows([CannedCluster.candidate(databases: databases)]))
        canned.answer(Capabilities.query, .rows([row]))
        canned.answer(NodeFacts.query, .rows([CannedCluster.facts()]))
        canned.answer(InDoubtTransaction.list, .none)
        return canned
    }

    private func candidate(_ name: String, host: String? = nil, database: String = "dist") -> NodeCandidate {
        NodeCandidate(
            ServerAddress(name: name, host: host ?? name, port: 5432, database: database), bootstraps: true)
    }

    private func preflight(_ names: String...) async throws -> NodePreflight {
        try await preflight(names.map { candidate($0) })
    }

    private func preflight(_ candidates: [NodeCandidate]) async throws -> NodePreflight {
        let cluster = canned.cluster()
        let nodes = try await cluster.nodes()
        let facts = try await cluster.facts()
        return try await cluster.preflight(candidates, beside: nodes, facts)
    }

    @Test func aFitServerHasNoFinding() async throws {
        let preflight = try await preflight("new1")
        #expect(preflight.findings.isEmpty)
        #expect(preflight.unchecked.isEmpty)
        // The database is not there yet, so that all is asked through another.
        #expect(Set(canned.servers.sent.filter { $0.place == "new1" }.map(\.database)) == ["postgres"])
        #expect(canned.servers.open == 1)
    }

    /// However many nodes there are: what is on another server can't be where the new one is.
    @Test func nodesWithoutADatabaseThereAreNotAsked() async throws {
        for nodes in [1, 16] {
            let canned = CannedCluster(nodes: nodes)
            canned["new1"] = fresh("new1", databases: ["other"])
            let cluster = canned.cluster()
            let preflight = try await cluster.preflight(
                [candidate("new1")], beside: try await cluster.nodes(), try await cluster.facts())
            #expect(preflight.findings.isEmpty)
            #expect(Set(canned.servers.attempts.map(\.place)) == ["an1", "new1"])
        }
    }

    @Test func aDatabaseThatIsThereIsLookedInto() async throws {
        canned["new1"] = fresh("new1", databases: ["dist"])
        let preflight = try await preflight("new1")
        #expect(preflight.findings.isEmpty && preflight.unchecked.isEmpty)
        let asked = canned.servers.sent.filter { $0.place == "new1" }
        #expect(asked.first?.database == "postgres")
        #expect(Set(asked.dropFirst().map(\.database)) == ["dist"])
        // Besides the access node's, one is kept to the node that is there.
        #expect(canned.servers.open == 2)
    }

    @Test func aServerWithoutPreparedTransactionsIsUnfit() async throws {
        canned["new1"] = fresh("new1") { $0["max_prepared_transactions"] = "0" }
        let findings = try await preflight("new1").findings
        #expect(findings.map(\.place) == ["new1"] && findings.map(\.severity) == [.error])
        #expect(findings.first?.text == "max_prepared_transactions is 0: distributed writes fail (55000)")
    }

    @Test func aServerWithoutTimescaleDBIsUnfit() async throws {
        var row = CannedCluster.candidate()
        row["versions"] = "{}"
        canned["new1"].answer(CandidateServer.query, .rows([row]))
        let findings = try await preflight("new1").findings
        #expect(findings.map(\.text) == ["its server has no TimescaleDB to install"])
    }

    @Test func theNodeOfAnotherClusterIsUnfit() async throws {
        canned["new1"] = fresh("new1", databases: ["dist"]) { $0["metadata"] = "dist_uuid=c2 uuid=new1" }
        let findings = try await preflight("new1").findings
        #expect(findings.map(\.severity) == [.error])
        #expect(findings.first?.text.contains("is a data node of another cluster (c2)") == true)
    }

    @Test func whoSharesAServerIsTold() async throws {
        canned["new1"] = fresh("new1", server: "server of dn1", databases: ["dist"])
        canned["new2"] = fresh("new2", server: "server of new2")
        canned["new3"] = fresh("new3", server: "server of new2")
        canned["new4"] = fresh("new4", server: "server of an1")
        let candidates = ["new1", "new2", "new3", "new4"].map { candidate($0, database: $0) }
        let findings = try await preflight(candidates).findings
        #expect(
            findings.map { "\($0.severity) \($0.place): \($0.text)" } == [
                "warning new1: it is on the same server as dn1: when that is down, both are",
                "warning new3: it is on the same server as new2: when that is down, both are",
                "warning new4: it is on the same server as access node: when that is down, both are",
            ])
    }

    @Test func twoNamesForOneDatabaseAreRefusedWhateverTheirHosts() async throws {
        canned["new1"] = fresh("new1", server: "server of dn1", databases: ["dist"])
        canned["new2"] = fresh("new2")
        canned["new3"] = fresh("new3", server: "server of new2")
        #expect(
            try await preflight("new1", "new2", "new3").findings.map { "\($0.severity) \($0.place): \($0.text)" } == [
                "error new1: its address leads to the database of dn1",
                "error new3: its address leads to the database of new2",
            ])
    }

    @Test func equalAddressesAreToldBeforeAnyServerIsAsked() async throws {
        let candidates = [candidate("new1"), candidate("new2", host: "NEW1"), candidate("new3", host: "dn1")]
        #expect(
            try await preflight(candidates).findings.map { "\($0.place): \($0.text)" } == [
                "new2: it has the host, port and database of new1", "new3: it has the host, port and database of dn1",
            ])
        #expect(canned.servers.attempts.count == 1)
    }

    /// What may be one of the nodes must not be freed for another.
    @Test func whatBelongsToThisClusterIsNamedAsFarAsItIsKnown() async throws {
        func finding(server: String? = nil, holding: NodeContents = NodeContents()) async throws -> Finding? {
            canned["new1"] = fresh("new1", server: server, databases: ["dist"]) {
                $0["metadata"] = "dist_uuid=c1 uuid=new1"
            }
            canned["new1"].answer(NodeState.anyQuery, .rows([CannedCluster.state(of: "new1", holding: holding)]))
            return try await preflight("new1").findings.first
        }
        canned["an1"].answer(
            Capabilities.query, .rows([CannedCluster.capabilities(of: "an1")]))
        let node = try await finding(server: "server of dn1")
        #expect(node?.text == "database dist there is the data node dn1")
        let former = try await finding()
        #expect(former?.text == "database dist there was a data node of this cluster before 'node delete'")
        #expect(former?.remedy.contains("DELETE FROM") == true)
        canned["an1"].answer(
            DataNode.list,
            .rows([CannedCluster.row(node: "dn1", holding: NodeContents(chunks: ["1 c1"]))]))
        canned["dn1"].answer(
            NodeState.anyQuery, .rows([CannedCluster.state(of: "dn1", holding: NodeContents(chunks: ["1 c1"]))]))
        let copy = try await finding(holding: NodeContents(chunks: ["1 c1"]))
        #expect(
            copy?.text.contains("has the data of dn1: it is a copy of that node") == true, "\(String(describing: copy))"
        )
        canned["dn1"].openings = [.down("dn1")]
        let unknown = try await finding()
        #expect(unknown?.text.contains("is a data node of this cluster already, or was one") == true)
        #expect(unknown?.remedy.contains("DELETE FROM") == false && unknown?.remedy.contains("drop") == false)
    }

    @Test func whoIsUnfitSharesNoServer() async throws {
        canned["new1"] = fresh("new1", server: "server of new2") { $0["max_prepared_transactions"] = "0" }
        canned["new2"] = fresh("new2")
        #expect(try await preflight("new1", "new2").findings.map(\.severity) == [.error])
    }

    @Test func whatCantBeReachedIsUncheckedAndNoFinding() async throws {
        canned["new2"].openings = [.silence]
        let preflight = try await preflight("new1", "new2", "new3")
        #expect(preflight.findings.isEmpty)
        #expect(preflight.unchecked.map(\.node) == ["new2", "new3"])
        #expect(
            preflight.unchecked.map(\.reason) == ["no connection within the time limit", "Connection refused"])
    }

    /// The server is no node yet, so nothing is advised that needs one.
    @Test func whatRefusesSaysWhatHelps() async throws {
        canned["new1"].openings = [
            .refused(PostgresError(.connectionFailed, ServerMessage(sqlstate: "57P03", message: "ВАЖНО:  запускается")))
        ]
        #expect(
            try await preflight("new1").unchecked.map { [$0.reason, $0.help] } == [
                [
                    "ВАЖНО:  запускается",
                    "the server starts, stops or recovers: try again shortly; its log tells what it waits for",
                ]
            ])
    }

    @Test(arguments: ["localhost", "127.0.0.1", "::1", "/run/postgresql"])
    func anAddressOfTheAccessNodesOwnMachineMeansNothingHere(host: String) async throws {
        let cluster = canned.cluster()
        let preflight = try await cluster.preflight(
            [candidate("new1", host: host)], beside: [], try await cluster.facts())
        #expect(
            preflight.unchecked.map(\.reason)
                == ["\(host) is the access node's own machine, which is another than this one"])
        #expect(canned.servers.attempts.count == 1)
    }

    @Test func theirClockIsMeasuredAgainstTheAccessNodes() async throws {
        canned["new1"].answer(NodeFacts.query, .rows([CannedCluster.facts(clock: 1_700_000_100)]))
        let findings = try await preflight("new1").findings
        #expect(findings.map(\.place) == ["new1"])
        #expect(findings.first?.text.contains("clock") == true, "\(findings)")
    }
}
