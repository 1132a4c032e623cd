import CannedServers
import MultiNode
import Shell
import Testing

/// `role map` and `role unmap`, and what asks behind them whether the access node gets in.
@Suite(.timeLimit(.minutes(1))) struct UserMappingAnswerTests {
    private let canned = CannedCluster()

    init() { canned["an1"].otherwise = .done("DONE") }

    private func run(_ command: String) async throws -> ShellTrial.Answer { try await ShellTrial(canned).run(command) }

    private func map(_ rows: [String: String?]...) { canned["an1"].answer(UserMappings.list, .rows(rows)) }

    private var changes: [String] { canned.toAccessNode.filter { $0.contains("USER MAPPING") } }

    @Test func aRoleIsMappedInOneTransaction() async throws {
        map(["node": "dn2", "role": "app", "visible": "t", "remote": "bar", "holds_password": "f"])
        let answer = try await run("role map app --on all --as bar")
        #expect(answer.status == .done, "\(answer)")
        #expect(answer.data == "unchanged: app is bar on dn2\napp is bar on dn1, dn3\n")
        #expect(
            changes == [
                #"CREATE USER MAPPING FOR "app" SERVER "dn1" OPTIONS (user 'bar')"#,
                #"CREATE USER MAPPING FOR "app" SERVER "dn3" OPTIONS (user 'bar')"#,
            ])
        #expect(answer.messages.contains("keep their connections"))
        // It asks as the role, and no other session is left as it.
        #expect(canned.toAccessNode.contains(#"SET LOCAL ROLE "app""#))
        #expect(canned.servers.open == 1)
    }

    @Test(arguments: ["table", "json"]) func thePasswordIsShownNowhere(_ format: String) async throws {
        let file = try TemporaryFile("hunter2\n")
        let answer = try await ShellTrial(canned) { settings in
            settings.showSQL = true
            settings.echo = true
        }.run("format \(format)\nrole map app --on dn1 --as app --password-file \(file.path)")
        #expect(answer.status == .done, "\(answer)")
        #expect(!(answer.data + answer.messages).contains("hunter2"), "\(answer)")
        #expect(changes.count == 1 && changes[0].contains(#"CREATE USER MAPPING FOR "app" SERVER "dn1""#))
        #expect(!changes[0].contains("hunter2"))
        #expect(canned.servers.sent.contains { $0.values == ["hunter2"] })
        let dry = try await run("role map app --on dn1 --as app --password-file \(file.path) --dry-run")
        #expect(dry.data.contains("'********'") && !dry.data.contains("hunter2"), "\(dry)")
    }

    @Test func whereTheAccessNodeDoesNotGetInTheMappingStands() async throws {
        let ping = NodeReach.ping([], limit: 1, CannedCluster.capabilities) ?? ""
        canned["an1"].answer(ping, .rows([["node": "dn1", "reached": "f", "ms": "1"]]))
        canned["an1"].answer(
            NodeReach.visit("dn1", CannedCluster.capabilities),
            .refused(#"could not connect to "dn1": role "bar" does not exist"#, sqlstate: "08001"))
        map()
        let answer = try await run("role map app --on dn1 --as bar")
        #expect(answer.status == .partial, "\(answer)")
        #expect(answer.data == "app is bar on dn1\n")
        #expect(answer.messages.contains("the access node does not get in as app: could not connect"), "\(answer)")
        #expect(answer.messages.contains("'role passfile app'"), "\(answer)")
        let json = try await run("role map app --on dn1 --as bar --format json")
        #expect(json.data.contains(#""changed":true"#) && json.data.contains(#""node":"dn1","ok":false"#), "\(json)")
    }

    @Test func anUnknownRoleIsPointedAt() async throws {
        let answer = try await run("role map ap --on dn1 --as bar")
        #expect(answer.status == .failed && answer.messages.contains("did you mean app?"), "\(answer)")
        #expect(changes.isEmpty)
    }

    @Test func inATransactionItIsNotAskedWhetherItGetsIn() async throws {
        let answer = try await run("transaction { role map app --on dn1 --as bar }")
        #expect(answer.status == .done && changes.count == 1, "\(answer)")
        #expect(!canned.toAccessNode.contains(#"SET LOCAL ROLE "app""#))
        #expect(answer.messages.contains("is not asked in a transaction"))
    }

    @Test func aMappingIsRemoved() async throws {
        map(
            ["node": "dn2", "role": "app", "visible": "f", "remote": nil, "holds_password": "f"],
            ["node": "dn2", "role": nil, "visible": "t", "remote": "x", "holds_password": "f"])
        let answer = try await run("role unmap app public --on dn1,dn2")
        #expect(answer.status == .done, "\(answer)")
        #expect(
            changes == [
                #"DROP USER MAPPING FOR "app" SERVER "dn2""#, #"DROP USER MAPPING FOR PUBLIC SERVER "dn2""#,
            ])
        #expect(answer.data.contains("unchanged: app has no user mapping on dn1\n"))
    }

    @Test func whoIsNoSuperuserIsToldWhereThePasswordMayBe() async throws {
        var row = CannedCluster.capabilities(of: CannedCluster.accessNode)
        row["superuser"] = "off"
        canned["an1"].answer(Capabilities.query, .rows([row]))
        canned["an1"].answer(ValueLogging.reasonsOfMappings, .rows([["name": "log_lock_waits"]]))
        let file = try TemporaryFile("hunter2\n")
        let answer = try await run("role map app --on dn1 --as app --dry-run --password-file \(file.path)")
        #expect(answer.messages.contains("may log the password, because of log_lock_waits"), "\(answer)")
        #expect(answer.messages.contains("log_lock_waits = off"), "\(answer)")
    }

    // MARK: public

    private let toApp: [String: String?] = [
        "node": "dn1", "role": nil, "visible": "t", "remote": "app", "holds_password": "f",
    ]

    private func turnAway() {
        let ping = NodeReach.ping([], limit: 1, CannedCluster.capabilities) ?? ""
        canned["an1"].answer(ping, .rows([["node": "dn1", "reached": "f", "ms": "1"]]))
        canned["an1"].answer(
            NodeReach.visit("dn1", CannedCluster.capabilities),
            .refused(#"could not connect to "dn1": password authentication failed"#, sqlstate: "08001"))
    }

    @Test func everybodyIsTriedAsTheRoleOfTheSession() async throws {
        turnAway()
        canned["an1"].answer(UserMappings.list, .none, .rows([toApp]))
        let answer = try await run("role map public --on dn1 --as app")
        #expect(answer.status == .partial && answer.data == "public is app on dn1\n", "\(answer)")
        #expect(
            answer.messages.contains(
                "warning: postgres has no user mapping of its own on dn1, and is app there by the one of public"),
            "\(answer)")
        #expect(answer.messages.contains("the access node does not get in as postgres: could not connect"))
        #expect(answer.messages.contains("'role unmap public --on dn1' removes that"), "\(answer)")
        #expect(!answer.messages.contains("--as app --password-prompt' gives it"), "\(answer)")
    }

    @Test func whoHasAMappingOfHisOwnLosesNothing() async throws {
        turnAway()
        map(["node": "dn1", "role": "postgres", "visible": "t", "remote": "postgres", "holds_password": "f"])
        let answer = try await run("role map public --on dn1 --as app")
        #expect(answer.status == .done && !answer.messages.contains("warning:"), "\(answer)")
        let removed = try await run("role map public --on dn1 --as postgres")
        #expect(removed.status == .done && !removed.messages.contains("warning:"), "\(removed)")
    }

    @Test func whoLosesHisOwnIsWhatPublicIs() async throws {
        map(toApp, ["node": "dn1", "role": "postgres", "visible": "t", "remote": "postgres", "holds_password": "f"])
        let answer = try await run("role unmap postgres --on dn1 --dry-run")
        #expect(answer.messages.contains("and is app there by the one of public"), "\(answer)")
        #expect(try await !run("role unmap postgres public --on dn1 --dry-run").messages.contains("warning:"))
    }

    // MARK: role alter

    private func rotate(_ options: String = "--everywhere") async throws -> ShellTrial.Answer {
        let file = try TemporaryFile("hunter3\n")
        return try await run("role alter bar \(options) --password-file \(file.path)")
    }

    private func roles() {
        for place in ["an1", "dn1", "dn2", "dn3"] as [Place] {
            canned[place].answer(DatabaseRole.list, .rows(CannedCluster.roles + [CannedCluster.row(role: "bar")]))
        }
    }

    @Test func aNewPasswordIsInTheMappingsToo() async throws {
        roles()
        map(
            ["node": "dn1", "role": "app", "visible": "t", "remote": "bar", "holds_password": "t"],
            ["node": "dn2", "role": "app", "visible": "t", "remote": "bar", "holds_password": "f"],
            ["node": "dn3", "role": "app", "visible": "t", "remote": "other", "holds_password": "t"])
        let answer = try await rotate()
        #expect(answer.status == .done, "\(answer)")
        #expect(
            answer.data.contains(
                "altered on the access node and dn1, dn2, dn3, and its password in the user mapping of app on dn1"))
        #expect(changes.count == 1 && changes[0].contains(#"ALTER USER MAPPING FOR "app" SERVER "dn1""#))
        #expect(canned.servers.sent.contains { $0.values == ["hunter3"] })
        let order = canned.toAccessNode.filter {
            !$0.isProof && ($0.contains("distributed_exec") || changes.contains($0))
        }
        #expect(order.last == changes.last && order.count == 2, "\(order)")
        #expect(!(answer.data + answer.messages).contains("hunter3"))
    }

    @Test func onTheAccessNodeAloneNoMappingChanges() async throws {
        roles()
        map(["node": "dn1", "role": "app", "visible": "t", "remote": "bar", "holds_password": "t"])
        let answer = try await rotate("")
        #expect(answer.status == .done && changes.isEmpty && answer.messages.isEmpty, "\(answer)")
    }

    @Test func aLineOfThePassfileHoldsTheOldOne() async throws {
        roles()
        canned["an1"].answer(PasswordFile.place, .rows([["data_directory": "/data", "passfile": nil]]))
        canned["an1"].answer(
            PasswordFile.beginnings(of: "/data/passfile"), .rows([["beginning": "*:*:*:bar:"]]))
        let answer = try await rotate()
        #expect(answer.status == .done)
        #expect(
            answer.messages.contains("warning: /data/passfile on the access node holds the old password of bar"),
            "\(answer)")
        #expect(answer.messages.contains("'role passfile bar --write --password-"), "\(answer)")
    }

    @Test func aLineThatNobodyUsesIsNotTold() async throws {
        roles()
        map(
            ["node": "dn1", "role": "bar", "visible": "t", "remote": "bar", "holds_password": "t"],
            ["node": "dn2", "role": "bar", "visible": "t", "remote": "bar", "holds_password": "t"],
            ["node": "dn3", "role": "bar", "visible": "t", "remote": "bar", "holds_password": "t"])
        canned["an1"].answer(PasswordFile.place, .rows([["data_directory": "/data", "passfile": nil]]))
        canned["an1"].answer(
            PasswordFile.beginnings(of: "/data/passfile"), .rows([["beginning": "*:*:*:bar:"]]))
        let answer = try await rotate()
        #expect(answer.status == .done && !answer.messages.contains("holds the old password"), "\(answer)")
    }

    @Test func whereTheAccessNodeNoLongerGetsInThePasswordStands() async throws {
        roles()
        map(["node": "dn1", "role": "app", "visible": "t", "remote": "bar", "holds_password": "f"])
        canned["an1"].answer(NodeUsers.list, .rows([["node": "dn1", "role": "app", "askable": "t"]]))
        let ping = NodeReach.ping([], limit: 1, CannedCluster.capabilities) ?? ""
        canned["an1"].answer(ping, .rows([["node": "dn1", "reached": "f", "ms": "1"]]))
        // The change itself takes the same way.
        canned["an1"].answer(
            NodeReach.visit("", CannedCluster.capabilities), .done("CALL"),
            .refused("could not connect to \"dn1\": password authentication failed", sqlstate: "08001"))
        let answer = try await rotate()
        #expect(answer.status == .partial, "\(answer)")
        #expect(answer.messages.contains("error: the access node does not get in as app: "), "\(answer)")
        #expect(canned.toAccessNode.contains(NodeUsers.become("app").text))
    }

    // MARK: role show

    @Test func whereThePasswordIs() async throws {
        map(["node": "dn1", "role": "app", "visible": "t", "remote": "app", "holds_password": "t"])
        canned["an1"].answer(PasswordFile.place, .rows([["data_directory": "/data", "passfile": "/etc/pw"]]))
        canned["an1"].answer(PasswordFile.beginnings(of: "/etc/pw"), .rows([["beginning": "dn2:*:*:app:"]]))
        let answer = try await run("role show app --format csv")
        let last = answer.data.split(separator: "\n").map { $0.split(separator: ",").last.map(String.init) ?? "" }
        #expect(last[0] == "password_in" && last[2] == "mapping" && last[3] == "passfile", "\(answer)")
        #expect(last[4] != "passfile" && last[4] != "mapping")
    }
}
