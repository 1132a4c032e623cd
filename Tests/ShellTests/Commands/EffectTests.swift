import CannedServers
import ClusterAccess
import MultiNode
import Postgres
import Shell
import Testing

/// What commands leave for those behind them.
@Suite struct EffectTests {
    private let canned = CannedCluster()

    init() {
        canned["an1"].answer("SELECT 1", .table(["n"], [["1"]]))
        canned["an1"].answer("SELECT 2", .table(["a", "b"], [["1", "2"]]))
    }

    // MARK: Settings and variables

    @Test func aFormatIsForWhatComesBehind() async throws {
        let answer = try await canned.run("format\nformat csv\nsql SELECT 1\nformat json\nsql SELECT 1")
        #expect(answer.status == .done)
        #expect(
            answer.data == """
                table
                n
                1
                {"v":1,"command":"sql","columns":["n"],"rows":[["1"]],"ok":true,"changed":false,"nodes":[]}

                """)
    }

    @Test func anOptionIsForOneCommand() async throws {
        let answer = try await canned.run("sql --format csv SELECT 1\nsql SELECT 1")
        #expect(answer.data == "n\n1\n n\n---\n 1\n(1 row)\n")
    }

    @Test func aVariableIsReplacedUntilItIsUnset() async throws {
        let answer = try await canned.run("set x one\necho ${x}\nset x two\necho ${x}\nunset x\necho ${x:-none}")
        #expect(answer.status == .done)
        #expect(answer.data == "one\ntwo\nnone\n")
    }

    @Test func anAnswerCanBecomeAVariable() async throws {
        let answer = try await canned.run("sql --into n SELECT 1\necho ${n}")
        #expect(answer.status == .done && answer.data == "1\n")
        let several = try await canned.run("sql --into n SELECT 2\necho ${n}")
        #expect(several.status == .failed)
        #expect(several.messages.contains("--into takes one value, and there is 1 row of 2 columns"), "\(several)")
    }

    @Test func theSQLIsShownWhereItIsSwitchedOn() async throws {
        let answer = try await canned.run(
            "sql SELECT 1\nshow-sql on\nsql SELECT 1\nshow-sql off\nsql SELECT 1\nshow-sql")
        #expect(answer.messages == "-- access node\nSELECT 1;\n")
        #expect(answer.data.hasSuffix("off\n"))
    }

    @Test func theTimeIsToldWhereItIsSwitchedOn() async throws {
        let answer = try await canned.run("timing on\necho a\ntiming off\necho b")
        #expect(answer.data == "a\nb\n")
        #expect(answer.messages.split(separator: "\n").count == 2)
        #expect(answer.messages.hasPrefix("Time: "))
    }

    @Test func whatFailsChangesNothing() async throws {
        let answer = try await canned.run("format csv\nformat cvs\nsql SELECT 1")
        #expect(answer.status == .usage && canned.servers.attempts.isEmpty)
    }

    // MARK: The connection

    @Test func connectTellsWhereItIs() async throws {
        canned["an2"] = canned["an1"]
        let answer = try await canned.run("sql SELECT 1\nconnect host=an2 dbname=other user=me\nsql SELECT 1")
        #expect(answer.status == .done)
        #expect(answer.data.contains("connected to other at an2:5432 as me: TimescaleDB 2.13.1 on PostgreSQL 15.18\n"))
        #expect(canned.servers.sent.filter { $0.text == "SELECT 1" }.map(\.place) == ["an1", "an2"])
        #expect(canned.servers.open == 1)
    }

    @Test func connectAloneOpensTheFirstConnectionAgain() async throws {
        canned["an2"] = canned["an1"]
        let answer = try await canned.run("connect host=an2 dbname=other user=me\nreconnect\nconnect\nreconnect")
        #expect(answer.status == .done)
        #expect(canned.servers.attempts.map(\.place) == ["an2", "an2", "an1", "an1"])
        #expect(canned.servers.attempts.last?.parameters == CannedCluster.parameters)
    }

    @Test func connectKeepsNothing() async throws {
        let answer = try await canned.run("sql SELECT 1\nconnect dbname=other")
        #expect(canned.servers.attempts.last?.parameters["host"] == nil)
        #expect(canned.servers.attempts.last?.parameters["user"] == nil)
        #expect(answer.status == .noConnection)
    }

    @Test func aNameAloneIsAnotherDatabaseOfTheServer() async throws {
        _ = try await canned.run("sql SELECT 1\nconnect metrics\nconnect")
        #expect(canned.servers.attempts.map { $0.parameters["dbname"] } == ["dist", "metrics", "dist"])
        #expect(Set(canned.servers.attempts.map(\.place)) == ["an1"])
    }

    /// A password is for the server and the role that it was given for.
    @Test func whatIsNotNamedIsKeptWhereThatIsAskedFor() async throws {
        canned["an2"] = canned["an1"]
        _ = try await canned.run(
            """
            connect host=an1 hostaddr=127.0.0.1 dbname=dist user=me password=x
            connect --reuse-previous "dbname='a = b'"
            connect --reuse-previous host=an2
            """)
        let attempts = canned.servers.attempts.map(\.parameters)
        #expect(attempts.map { $0["dbname"] } == ["dist", "a = b", "a = b"])
        #expect(attempts.map { $0["user"] } == ["me", "me", "me"])
        #expect(attempts.map { $0["host"] } == ["an1", "an1", "an2"])
        #expect(attempts.map { $0["hostaddr"] } == ["127.0.0.1", "127.0.0.1", nil])
        #expect(attempts.map { $0["password"] } == ["x", "x", nil])
    }

    @Test(arguments: [
        ("connect -h an2", "missing \"=\"", "connect host=HOST port=PORT"),
        ("connect host=a port=1,2", "2 ports for 1 host", ""),
        ("connect host=a,b port=1,70000", "70000 is not between 1 and 65535", ""),
        ("connect postgresql://a:1,b:0/d", "0 is not between 1 and 65535", ""),
    ])
    func whatConnectCannotReadLeavesTheConnection(_ command: String, _ message: String, _ help: String) async throws {
        let answer = try await canned.run("sql SELECT 1\n\(command)")
        #expect(answer.status == .failed)
        #expect(answer.messages.contains(message) && answer.messages.contains(help), "\(answer)")
        #expect(canned.servers.open == 1)
    }

    @Test func whereConnectFailsNothingIsConnected() async throws {
        let answer = try await canned.run("sql SELECT 1\nconnect host=nowhere\nsql SELECT 1") { $0.keepGoing = true }
        #expect(answer.status == .noConnection)
        #expect(answer.messages.contains("help: -h, -p and PGHOST, PGPORT say where the access node is"))
        #expect(canned.servers.attempts.map(\.place) == ["an1", "nowhere", "nowhere"])
        #expect(canned.servers.open == 0)
    }

    @Test func reconnectOpensTheSameAgain() async throws {
        let answer = try await canned.run("sql SELECT 1\nreconnect")
        #expect(
            answer.data.hasSuffix("connected to dist at an1:5432 as postgres: TimescaleDB 2.13.1 on PostgreSQL 15.18\n")
        )
        #expect(canned.servers.opened == 2 && canned.servers.open == 1)
    }

    @Test func disconnectLastsUntilTheNextRequest() async throws {
        let answer = try await canned.run("sql SELECT 1\ndisconnect\nsql SELECT 1")
        #expect(answer.status == .done && answer.data.contains("disconnected\n"))
        #expect(canned.servers.opened == 2 && canned.servers.open == 1)
    }

    @Test func aScriptGoesOnBehindALossOnlyWhenItReconnects() async throws {
        canned["an1"].answer("SELECT 2", .lost)
        let answer = try await canned.run("sql SELECT 2\nsql SELECT 1\nreconnect\nsql SELECT 1") { $0.keepGoing = true }
        #expect(answer.messages.contains("a script that is to go on opens it again by 'reconnect'"))
        #expect(canned.toAccessNode.filter { $0 == "SELECT 1" }.count == 1)
        #expect(answer.messages.hasSuffix("2 of 4 commands failed\n"))
    }

    // MARK: The end

    @Test(arguments: [
        ("quit", 0), ("exit", 0), (#"\q"#, 0), (":q 3", 3), ("quit 3", 3), ("assert 1 == 2\nquit", 5),
        ("assert 1 == 2\nquit 0", 0),
    ])
    func quitEndsTheRun(_ script: String, _ status: Int32) async throws {
        let trial = try ShellTrial(canned) { $0.keepGoing = true }
        let answer = try await trial.run("\(script)\necho never")
        #expect(answer.data.isEmpty)
        #expect(answer.status?.rawValue ?? 3 == status)
        #expect(!answer.messages.contains("not run"))
    }
}
