import CannedServers
import MultiNode
import Shell
import Testing

/// `node add` with a password, which TimescaleDB uses once and keeps nowhere.
@Suite(.timeLimit(.minutes(1))) struct NodeAddPasswordTests {
    private let canned = CannedCluster(nodes: 1)
    private let password: TemporaryFile

    init() throws {
        password = try TemporaryFile("hunter2\n")
        var server = CannedServer()
        var row = CannedCluster.capabilities(of: "new1")
        row["metadata"] = "uuid=new1"
        server.answer(CandidateServer.query, .rows([CannedCluster.candidate()]))
        server.answer(Capabilities.query, .rows([row]))
        server.answer(NodeFacts.query, .rows([CannedCluster.facts()]))
        server.answer(InDoubtTransaction.list, .none)
        canned["new1"] = server
        canned["an1"].otherwise = .done("DONE")
        let before = [CannedCluster.row(node: "dn1")]
        canned["an1"].answer(
            DataNode.list, .rows(before),
            .rows(before + [CannedCluster.row(node: "dn2", host: "new1")]))
    }

    private func add(_ options: String = "", dryRun: Bool = false) async throws -> ShellTrial.Answer {
        try await ShellTrial(canned) { settings in
            settings.showSQL = true
            settings.dryRun = dryRun
        }.run("node add dn2 --host new1 --password-file \(password.path) \(options)")
    }

    private func turnAway() {
        let ping = NodeReach.ping([], limit: 1, CannedCluster.capabilities) ?? ""
        canned["an1"].answer(ping, .rows([["node": "dn2", "reached": "f", "ms": "1"]]))
        canned["an1"].answer(
            NodeReach.visit("dn2", CannedCluster.capabilities),
            .refused(#"could not connect to "dn2": no password supplied"#, sqlstate: "08001"))
    }

    private var mappings: [String] { canned.toAccessNode.filter { $0.contains("CREATE USER MAPPING") } }

    @Test func whereTheAccessNodeGetsInAllIsWell() async throws {
        let answer = try await add()
        #expect(answer.status == .done && answer.data == "node dn2 added (new1)\n", "\(answer)")
        #expect(!canned.toAccessNode.contains { $0.contains("USER MAPPING") })
    }

    @Test func programsAreToldOfTheStep() async throws {
        let answer = try await add("--format json")
        #expect(
            answer.json.hasPrefix(
                #"{"v":1,"command":"node add","step":{"node":"dn2","state":"added","ms":0,"message":null}}"# + "\n"),
            "\(answer)")
        let refused = CannedCluster(nodes: 1)
        refused["new1"] = canned["new1"]
        refused["an1"].otherwise = .refused("password hunter2 is wrong", sqlstate: "28P01")
        let failed = try await ShellTrial(refused).run(
            "node add dn2 --host new1 --password-file \(password.path) --format json")
        #expect(failed.data.contains(#""step":{"node":"dn2","state":"failed","#), "\(failed)")
        #expect(!(failed.data + failed.messages).contains("hunter2"))
    }

    @Test func whereItDoesNotTheNodeIsAddedAndTheRemedyShown() async throws {
        turnAway()
        let answer = try await add()
        #expect(answer.status == .partial && answer.data == "node dn2 added (new1)\n", "\(answer)")
        #expect(answer.messages.contains("the access node does not get in as postgres: could not connect"))
        #expect(answer.messages.contains("TimescaleDB keeps the password of 'node add' nowhere"))
        #expect(answer.messages.contains("'role map postgres --on dn2 --as postgres --password-prompt'"), "\(answer)")
        #expect(!(answer.data + answer.messages).contains("hunter2"))
    }

    @Test func aMappingKeepsThePassword() async throws {
        let dry = try await add("--map-password", dryRun: true)
        #expect(dry.data.contains("CREATE USER MAPPING") && !dry.data.contains("hunter2"), "\(dry)")
        #expect(mappings.isEmpty)
    }

    @Test func theMappingIsMadeBehindTheAdding() async throws {
        let answer = try await add("--map-password")
        #expect(answer.status == .done && answer.data == "node dn2 added (new1)\n", "\(answer)")
        #expect(mappings.count == 1 && mappings[0].contains(#"FOR "postgres" SERVER "dn2""#))
        #expect(!(answer.data + answer.messages).contains("hunter2"))
    }

    @Test func aMappingThatIsRefusedLeavesTheNodeAdded() async throws {
        let postgres = try RoleName("postgres")
        let mapping = UserMappings().mapping(.role(postgres), on: "dn2", as: postgres, givesPassword: true)[0]
        canned["an1"].answer(mapping, .refused("permission denied", sqlstate: "42501"))
        let answer = try await add("--map-password")
        #expect(answer.status == .partial && answer.data == "node dn2 added (new1)\n", "\(answer)")
        #expect(answer.messages.contains("the node is added, and the user mapping of postgres is not made"))
        #expect(answer.messages.contains("'role map postgres --on dn2 --as postgres --password-prompt'"), "\(answer)")
    }

    // MARK: A node that is there

    private func addAgain(_ options: String) async throws -> ShellTrial.Answer {
        try await ShellTrial(canned).run(
            "node add dn1 --host dn1 --port 5432 --database dist --if-not-exists --password-file \(password.path) \(options)"
        )
    }

    @Test func aNodeThatIsThereGetsTheMapping() async throws {
        let answer = try await addAgain("--map-password")
        #expect(answer.status == .done, "\(answer)")
        #expect(
            answer.data == "unchanged: node dn1 exists\npostgres is postgres on dn1, with a password\n", "\(answer)")
        #expect(mappings.count == 1 && mappings[0].contains(#"FOR "postgres" SERVER "dn1""#))
    }

    @Test func aMappingWithAPasswordIsLeft() async throws {
        canned["an1"].answer(
            UserMappings.list,
            .rows([["node": "dn1", "role": "postgres", "visible": "t", "remote": "x", "holds_password": "t"]]))
        let answer = try await addAgain("--map-password")
        #expect(answer.status == .done && answer.data.contains("of postgres on dn1 is left as it is\n"), "\(answer)")
        #expect(!canned.toAccessNode.contains { $0.contains("USER MAPPING") })
    }

    @Test func whereTheAccessNodeDoesNotGetInToANodeThatIsThere() async throws {
        let ping = NodeReach.ping([], limit: 1, CannedCluster.capabilities) ?? ""
        canned["an1"].answer(ping, .rows([["node": "dn1", "reached": "f", "ms": "1"]]))
        canned["an1"].answer(
            NodeReach.visit("dn1", CannedCluster.capabilities),
            .refused(#"could not connect to "dn1": no password supplied"#, sqlstate: "08001"))
        let answer = try await addAgain("")
        #expect(answer.status == .partial && answer.data == "unchanged: node dn1 exists\n", "\(answer)")
        #expect(answer.messages.contains("the access node does not get in as postgres: could not connect"))
    }

    @Test func thePasswordHasToBeGiven() async throws {
        let answer = try await ShellTrial(canned).run("node add dn2 --host new1 --map-password")
        #expect(answer.status == .usage && answer.messages.contains("--map-password needs the password"), "\(answer)")
    }
}
