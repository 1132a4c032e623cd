import CannedServers
import MultiNode
import Shell
import Testing

/// Nothing is changed on what is not proved to be the node, and every command that looks at nodes names it.
@Suite struct WrongNodeTests {
    private let canned = CannedCluster()
    private let first = NodeContents(hypertables: ["1"], chunks: ["1 i.c1", "2 i.c3"])
    private let second = NodeContents(hypertables: ["1"], chunks: ["1 i.c2", "2 i.c4"])

    init() {
        let rows = [
            CannedCluster.row(node: "dn1", holding: first), CannedCluster.row(node: "dn2", holding: second),
            CannedCluster.row(node: "dn3"),
        ]
        canned["an1"].answer(DataNode.list, .rows(rows))
        hold("dn1", first)
        hold("dn2", second)
    }

    private func hold(_ place: Place, _ contents: NodeContents, server: String? = nil) {
        var row = CannedCluster.state(of: place, server: server, holding: contents)
        row["blank"] = contents.isEmpty ? "t" : "f"
        canned[place].answer(NodeState.anyQuery, .rows([row]))
    }

    private func run(_ command: String) async throws -> ShellTrial.Answer {
        try await ShellTrial(canned) { $0.assumeYes = true }.run(command)
    }

    private func swap() {
        hold("dn1", second)
        hold("dn2", first)
    }

    // MARK: What changes nodes

    @Test(arguments: [
        "exec SELECT 1", "exec --no-transaction VACUUM", "role create new --everywhere",
        "role alter app --on dn1 --createdb",
        "role drop app --everywhere", "node attach dn1 --to metrics", "node detach dn1 --drop-remote-data",
        "node delete dn1 --drop-database", "hypertable create t time --on all", "hypertable create t time",
        "restore-point create r",
    ])
    func nothingIsChangedOnAnother(_ command: String) async throws {
        canned["an1"].otherwise = .done("DONE")
        swap()
        canned["an1"].proof = .refused(#"invalid input: "this is not the data node dn1""#, sqlstate: "22P02")
        let answer = try await run(command)
        #expect(answer.status == .failed)
        #expect(
            answer.messages.contains(
                "what the access node reaches at dn1:5432, database dist is not the data node dn1"), "\(answer)")
        #expect(canned.toAccessNode.withoutProof(\.self).filter { !$0.hasPrefix("SELECT") }.isEmpty)
    }

    /// What another cluster has prepared there would be undone.
    @Test func nothingIsHealedOnAnother() async throws {
        let healed = try canned.nodes.map { name in
            let node = DataNode(row: CannedCluster.row(node: name))
            return try #require(Healing.statement(for: node, CannedCluster.capabilities).text as String?)
        }
        swap()
        canned["an1"].proof = .refused(#"invalid input: "this is not the data node dn1""#, sqlstate: "22P02")
        let answer = try await run("heal dn1")
        #expect(answer.status == .failed && answer.data.contains("failed"), "\(answer)")
        #expect(canned.toAccessNode.filter { healed.contains($0) }.isEmpty)
    }

    @Test func whatIsAskedDirectlyIsAskedNothing() async throws {
        swap()
        let answer = try await run("query SELECT 1")
        #expect(answer.messages.contains("is not the data node dn1: it holds the data of dn2"), "\(answer)")
        #expect(!canned.servers.statements(to: "dn1").contains("SELECT 1"))
    }

    // MARK: What looks at nodes

    @Test func checkTellsASwapAndHowToUndoIt() async throws {
        swap()
        let answer = try await run("check --format json")
        #expect(answer.status == .notHealthy)
        #expect(
            answer.data.contains("it answers at dn2's address: node alter dn1 --host dn2 --port 5432 --database dist"))
        #expect(answer.data.contains(#"{"node":"dn1","ok":false,"#))
    }

    @Test(arguments: ["node ping", "status"]) func soDoOthers(_ command: String) async throws {
        swap()
        let answer = try await run(command)
        #expect(answer.status == (command == "status" ? .notHealthy : .partial))
        #expect(answer.data.contains("it holds the data of dn2") && answer.data.contains("it holds the data of dn1"))
    }

    @Test func twoNamesOfOneDatabaseAreTold() async throws {
        let plain = (1...3).map { CannedCluster.row(node: "dn\($0)") }
        canned["an1"].answer(DataNode.list, .rows(plain))
        hold("dn1", NodeContents())
        hold("dn2", NodeContents(), server: "server of dn1")
        #expect(try await run("node ping").data.contains("it is the same database as dn1"))
        let status = try await run("status")
        #expect(status.status == .notHealthy && status.messages.contains("dn2 (the same database as dn1)"))
        #expect(try await run("check").data.contains("error: dn2: it is the same database as dn1"))
    }

    @Test func aRenamedServerIsTold() async throws {
        let lost: [String: String?] = [
            "name": "dn9", "tables": "{public.metrics}", "hypertables": "{1}", "chunks": "{7 i.c7}",
        ]
        canned["an1"].answer(LostNode.list, .rows([lost]))
        hold("dn3", NodeContents(hypertables: ["1"], chunks: ["7 i.c7"]))
        #expect(try await run("check").data.contains(#"ALTER SERVER "dn3" RENAME TO "dn9""#))
        canned["an1"].answer(
            ClusterCounts.query(CannedCluster.capabilities),
            .rows([["transaction_log": "0", "hypertables": "1", "under_replicated": "0", "lost_nodes": "{dn9}"]]))
        let status = try await run("status")
        #expect(
            status.messages.contains("dn9 (no such node)") && status.data.contains("\nlost nodes          dn9\n"),
            "\(status)")
    }

    // MARK: node alter

    @Test func anAddressThatLeadsToAnotherNodeIsTold() async throws {
        canned["an1"].otherwise = .done("DONE")
        canned.servers["moved"] = canned["dn2"]
        let told = "what answers at moved:5432, database dist is not the data node dn1: it holds the data of dn2"
        for command in ["node alter dn1 --host moved", "node alter dn1 --host moved --dry-run"] {
            let refused = try await run(command)
            #expect(refused.status == .failed && refused.data.isEmpty, "\(refused)")
            #expect(refused.messages.contains("error: nothing was changed: \(told)"), "\(refused)")
            #expect(refused.messages.contains("--force alters it all the same"), "\(refused)")
        }
        #expect(!canned.toAccessNode.contains { $0.contains("alter_data_node(") })
        let answer = try await run("node alter dn1 --host moved --force")
        #expect(answer.status == .partial && answer.messages.contains("error: \(told)"), "\(answer)")
        #expect(answer.data.contains("node dn1 altered"))
        #expect(answer.messages.contains("node alter dn1 --host dn1 --port 5432 --database dist takes it back"))
    }

    @Test func theNodeAtItsNewAddressIsWell() async throws {
        canned["an1"].otherwise = .done("DONE")
        canned.servers["moved"] = canned["dn1"]
        let answer = try await run("node alter dn1 --host moved")
        #expect(answer.status == .done && answer.messages.isEmpty, "\(answer)")
    }

    /// Rows that were written since would not be read any more, and nothing could put both together.
    @Test func aCopyOfTheNodeIsToldWhileTheNodeAnswers() async throws {
        canned["an1"].otherwise = .done("DONE")
        canned.servers["moved"] = canned["dn1"]
        hold("moved", first, server: "a copy")
        let refused = try await run("node alter dn1 --host moved")
        #expect(refused.status == .failed, "\(refused)")
        #expect(refused.messages.contains("dn1 still answers at dn1:5432, database dist"), "\(refused)")
        #expect(!canned.toAccessNode.contains { $0.contains("alter_data_node(") })
        // What others have begun to write there is not to end there.
        #expect(try await run("node alter dn1 --host moved --force").status == .partial)
        let sent = canned.toAccessNode
        let lock = try #require(sent.lastIndex { $0.hasPrefix("LOCK TABLE ONLY \"public\".\"metrics\" IN SHARE MODE") })
        let alter = try #require(sent.lastIndex { $0.contains("alter_data_node(") })
        #expect(lock < alter && sent[..<lock].contains("BEGIN") && sent[alter...].contains("COMMIT"))
        canned["dn1"].openings = [.down("dn1")]
        #expect(try await run("node alter dn1 --host moved").status == .done)
        #expect(canned.toAccessNode.count { $0.hasPrefix("LOCK TABLE") } == 1)
    }

    @Test func anothersAddressIsTold() async throws {
        canned["an1"].otherwise = .done("DONE")
        let refused = try await run("node alter dn1 --host dn2")
        #expect(refused.status == .failed && refused.messages.contains("that is the database of dn2 too"))
        #expect(!canned.toAccessNode.contains { $0.contains("alter_data_node(") })
        let answer = try await run("node alter dn1 --host dn2 --force")
        #expect(answer.status == .partial && answer.messages.contains("that is the database of dn2 too"))
    }

    /// In the midst of mending a swap both have one address, and the node that moves is there.
    @Test func anothersAddressAtWhichTheNodeIsIsWell() async throws {
        canned["an1"].otherwise = .done("DONE")
        swap()
        let answer = try await run("node alter dn1 --host dn2")
        #expect(answer.status == .done && answer.data.contains("node dn1 altered"), "\(answer)")
        #expect(answer.messages.contains("note: dn2 has that address too, which is dn1's: node alter dn2"))
    }

    @Test func whatCantBeSeenFromHereIsNoted() async throws {
        canned["an1"].otherwise = .done("DONE")
        let answer = try await run("node alter dn1 --host far")
        #expect(
            answer.status == .done && answer.messages.contains("note: dn1 was not looked at from here"), "\(answer)")
    }

    // MARK: Roles

    @Test func whatIsLeftOutIsNamed() async throws {
        canned["an1"].otherwise = .done("DONE")
        canned["dn3"].answer(
            NodeState.anyQuery, .rows([CannedCluster.state(of: "dn3", server: "server of dn2", database: "other")]))
        let answer = try await run("role create new --everywhere")
        #expect(answer.data == "role new created on the access node and dn1, dn2\n")
        #expect(answer.messages == "note: dn3 shares the server of dn2, and so its roles\n")
    }
}
