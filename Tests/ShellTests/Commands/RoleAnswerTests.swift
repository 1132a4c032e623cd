import CannedServers
import MultiNode
import Shell
import Testing

/// What `role list`, `role check` and `role show` make of answers.
@Suite struct RoleAnswerTests {
    private let canned = CannedCluster()

    private func run(_ command: String) async throws -> ShellTrial.Answer { try await ShellTrial(canned).run(command) }

    private func roles(_ place: Place, _ rows: [String: String?]...) {
        canned[place].answer(DatabaseRole.list, .rows(rows))
    }

    private func difference() {
        roles("an1", CannedCluster.row(role: "app", createdb: true), CannedCluster.row(role: "local", login: false))
        roles("dn1", CannedCluster.row(role: "app", createdb: true))
        roles("dn2", CannedCluster.row(role: "app"))
        roles("dn3", CannedCluster.row(role: "stray"))
    }

    // MARK: role list

    @Test func whereAllAgreeTheListSaysSo() async throws {
        let answer = try await run("role list --format csv")
        #expect(answer.status == .done && answer.messages.isEmpty)
        #expect(
            answer.data == """
                role,login,on_access_node,data_nodes,agrees
                app,true,true,"{dn1,dn2,dn3}",true
                postgres,true,true,"{dn1,dn2,dn3}",true

                """)
    }

    @Test func whatDiffersIsInTheList() async throws {
        difference()
        let answer = try await run("role list --format csv")
        #expect(answer.status == .done)
        #expect(
            answer.data == """
                role,login,on_access_node,data_nodes,agrees
                app,true,true,"{dn1,dn2}",false
                local,false,true,{},true
                stray,true,false,{dn3},false

                """)
    }

    @Test func behindASilentNodeNobodyCanSayThatAllAgree() async throws {
        canned["dn2"].openings = [.silence]
        roles("dn3", CannedCluster.row(role: "app", createdb: true))
        let answer = try await run("role list --format json")
        #expect(answer.status == .partial)
        #expect(answer.messages == "t:1:1: error: no connection within the time limit\n   node: dn2\n")
        #expect(
            answer.json == """
                {"v":1,"command":"role list",\
                "columns":["role","login","on_access_node","data_nodes","agrees"],\
                "rows":[["app",true,true,["dn1","dn3"],false],["postgres",true,true,["dn1"],false]],\
                "ok":false,"changed":false,"nodes":[{"node":"dn1","ok":true,"sqlstate":null,"message":null,"ms":0},\
                {"node":"dn2","ok":false,"sqlstate":null,"message":"no connection within the time limit","ms":0},\
                {"node":"dn3","ok":true,"sqlstate":null,"message":null,"ms":0}],\
                "failures":[{"message":"no connection within the time limit","sqlstate":null,"detail":null,"hint":null,"help":null,"rest":null,"node":"dn2",\
                "file":"t","line":1,"column":1}],\
                "error":{"message":"no connection within the time limit","sqlstate":null,"detail":null,"hint":null,"help":null,"rest":null,"node":"dn2",\
                "file":"t","line":1,"column":1}}

                """)
        roles(
            "dn3", CannedCluster.row(role: "app"), CannedCluster.row(role: "postgres", superuser: true, createdb: true))
        #expect(try await run("role list --format json").data.contains(#"["app",true,true,["dn1","dn3"],null]"#))
    }

    // MARK: role check

    @Test func whereAllAgreeTheCheckIsDone() async throws {
        let answer = try await run("role check --format csv")
        #expect(answer.status == .done && answer.messages.isEmpty)
        #expect(answer.data == "role,node,difference,expected,actual\n")
    }

    @Test func whatDiffersIsNotHealthy() async throws {
        difference()
        let answer = try await run("role check --format csv")
        #expect(answer.status == .notHealthy)
        #expect(answer.messages == "t:1:1: error: not the same on all servers: app\n")
        #expect(
            answer.data == """
                role,node,difference,expected,actual
                app,dn2,attribute,CREATEDB,NOCREATEDB
                app,dn3,missing,present,absent

                """)
    }

    @Test(arguments: [(1, Int32(4)), (3, 1)])
    func whatCantBeAskedIsAFailureOfAllOrOfSome(_ down: Int, _ status: Int32) async throws {
        for node in canned.nodes.prefix(down) {
            canned[Place(stringLiteral: node)].openings = [.down(Place(stringLiteral: node))]
        }
        #expect(try await run("role check").status?.rawValue == status)
    }

    @Test func aMappedRoleIsTheOneOfTheMapping() async throws {
        for node in ["dn1", "dn2"] as [Place] {
            canned[node].answer(DatabaseRole.list, .rows([CannedCluster.row(role: "bar")]))
        }
        canned["dn3"].answer(DatabaseRole.list, .rows([CannedCluster.row(role: "postgres", superuser: true)]))
        canned["an1"].answer(DatabaseRole.list, .rows([CannedCluster.row(role: "app")]))
        canned["an1"].answer(
            UserMappings.list,
            .rows(
                ["dn1", "dn2", "dn3"].map { ["node": $0, "role": "app", "visible": "t", "remote": "bar"] }))
        let answer = try await run("role check app --format csv")
        #expect(answer.status == .notHealthy)
        #expect(
            answer.data == """
                role,node,difference,expected,actual
                app,dn3,missing,present as bar,absent

                """)
        #expect(try await run("role show app --format csv").data.contains("dn1,present,"))
        #expect(try await run("role sync app --dry-run").data.contains("is bar on dn3, by a user mapping"))
        #expect(try await run("role list --format csv").data.contains("bar,true,false,\"{dn1,dn2}\",true"))
    }

    // MARK: role check, and the passwords that the access node has

    /// The access node's passfile, as its server tells it to another machine.
    private func passfile(_ lines: String...) {
        canned["an1"].answer(PasswordFile.place, .rows([["data_directory": "/data", "passfile": ""]]))
        canned["an1"].answer(
            PasswordFile.beginnings(of: "/data/passfile"), .rows(lines.map { ["beginning": $0] }))
        canned["an1"].answer(
            NodeUsers.list,
            .rows(
                ["dn1", "dn2", "dn3"].map { ["node": $0, "role": "app", "askable": "t"] }
                    + [["node": "dn1", "role": "postgres", "askable": "t"]]))
        canned["an1"].answer(NodeUsers.become("app"), .done("SET"))
    }

    private func refusing(_ nodes: String..., reason: String = "fe_sendauth: no password supplied") {
        let ping = NodeReach.ping([], limit: 1, CannedCluster.capabilities) ?? ""
        canned["an1"].answer(
            ping,
            .rows(
                canned.nodes.map { ["node": $0, "reached": nodes.contains($0) ? "f" : "t", "ms": "1"] }))
        canned["an1"].answer(
            NodeReach.visit("", CannedCluster.capabilities),
            .refused(#"could not connect to "dn": \#(reason)"#, sqlstate: "08001"))
    }

    @Test func whereANodeAsksForAPasswordItsMissingLineIsShown() async throws {
        passfile("*:*:*:postgres:", "dn1:*:*:app:")
        refusing("dn2", "dn3")
        let answer = try await run("role check --format csv")
        #expect(answer.status == .notHealthy)
        #expect(
            answer.data == """
                role,node,difference,expected,actual
                app,dn2,passfile,*:*:*:app:PASSWORD,no line
                app,dn3,passfile,*:*:*:app:PASSWORD,no line

                """, "\(answer)")
        #expect(answer.messages == "t:1:1: error: the access node has no password for app\n", "\(answer)")
        // Each role goes to all of its nodes at once, and the file is read once.
        #expect(canned.toAccessNode.count { $0 == NodeUsers.become("app").text } == 3)
        #expect(canned.toAccessNode.count { $0 == PasswordFile.place.text } == 1)
        #expect(try await run("role check postgres").status == .done)
        let shown = try await run("role check")
        let command = "note: 'role passfile app --write --password-prompt' puts the line there\n"
        #expect(shown.messages.contains(command), "\(shown)")
    }

    @Test func aLineThatNobodyAsksForIsNotMissed() async throws {
        passfile("*:*:*:postgres:")
        #expect(try await run("role check --format csv").status == .done)
        refusing("dn2", reason: "FATAL:  connection requires a valid client certificate")
        #expect(try await run("role check --format csv").status == .done)
    }

    @Test func whereAllPasswordsAreThereNobodyGoesAnywhere() async throws {
        passfile("*:*:*:postgres:")
        canned["an1"].answer(
            UserMappings.list,
            .rows(
                canned.nodes.map {
                    ["node": $0, "role": "app", "visible": "t", "remote": "app", "holds_password": "t"]
                }))
        #expect(try await run("role check --format csv").status == .done)
        #expect(!canned.toAccessNode.contains("BEGIN"))
    }

    @Test func aNamedRoleIsExpectedOnEveryNode() async throws {
        difference()
        let answer = try await run("role check local --format csv")
        #expect(answer.status == .notHealthy)
        #expect(answer.data.contains("local,dn1,missing,present,absent\n"))
        let unknown = try await run("role check lokal")
        #expect(unknown.status == .failed)
        #expect(unknown.messages.contains("there is no role lokal") && unknown.messages.contains("did you mean local?"))
        let stray = try await run("role check stray")
        #expect(stray.messages.contains("role stray is on dn3 and not on the access node"))
    }

    @Test func aSilentNodeWeighsMoreThanADifference() async throws {
        difference()
        canned["dn3"].openings = [.down("dn3")]
        let answer = try await run("role check --format csv")
        #expect(answer.status == .partial)
        #expect(answer.data.contains("app,dn2,attribute,CREATEDB,NOCREATEDB\n"))
        #expect(!answer.data.contains("dn3"))
        #expect(answer.messages.contains("error: not the same on all servers: app\n"))
        #expect(answer.messages.contains("failed: Connection refused\n   node: dn3\n"))
    }

    // MARK: role show

    @Test func aRoleIsShownWhereverItIs() async throws {
        difference()
        let answer = try await run("role show app --format csv")
        #expect(answer.status == .done)
        let lines = answer.data.split(separator: "\n")
        #expect(
            lines.map { $0.split(separator: ",")[0...1].joined(separator: " ") } == [
                "where state", "access node present", "dn1 present", "dn2 present", "dn3 absent",
            ])
    }

    @Test func onASilentNodeItIsNotKnown() async throws {
        canned["dn2"].openings = [.down("dn2")]
        let answer = try await run("role show app --format csv")
        #expect(answer.status == .partial)
        #expect(answer.data.contains("\ndn2,unknown,,"))
        #expect(answer.messages.contains("failed: Connection refused\n   node: dn2\n"))
    }

    @Test func aRoleThatIsNowhereIsPointedAt() async throws {
        let answer = try await run("role show ap")
        #expect(answer.status == .failed)
        #expect(answer.messages.contains("there is no role ap") && answer.messages.contains("did you mean app?"))
    }
}
