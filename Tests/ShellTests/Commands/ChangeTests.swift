import CannedServers
import MultiNode
import Postgres
import Shell
import Testing

/// What becomes of the parts of a command that changes something.
@Suite(.timeLimit(.minutes(1))) struct ChangeTests {
    private let canned = CannedCluster()
    private let number = TransactionOutcome.number.text

    init() { canned["an1"].otherwise = .done("DONE") }

    private func run(_ command: String) async throws -> ShellTrial.Answer {
        try await ShellTrial(canned) { $0.assumeYes = true }.run(command)
    }

    private var changes: [String] { canned.toAccessNode.changes }

    @Test func aRoleIsCreatedEverywhereInOneTransaction() async throws {
        let answer = try await run("role create app2 --everywhere --login --grant-nodes dn1 --format json")
        #expect(answer.status == .done)
        #expect(answer.data.contains(#""changed":true"#))
        #expect(answer.data.contains("role app2 created on the access node and dn1, dn2, dn3"))
        #expect(changes.count == 6)
        #expect(changes.first == "BEGIN" && changes.suffix(2) == [number, "COMMIT"])
        #expect(changes[1] == #"CREATE ROLE "app2" LOGIN"#)
        #expect(changes[2].hasPrefix(#"CALL "public".distributed_exec("#))
        #expect(changes[3] == #"GRANT USAGE ON FOREIGN SERVER "dn1" TO "app2""#)
    }

    @Test func whereOneNodeRefusesItIsNowhere() async throws {
        let refusal = Reply.refused("[dn2]: role \"app2\" already exists", sqlstate: "42710")
        let plan = Roles.create(
            try RoleName("app2"), in: .everywhere(canned.nodes), CannedCluster.capabilities)
        canned["an1"].answer(plan.statements[1], refusal)
        let answer = try await run("role create app2 --everywhere")
        #expect(answer.status == .failed)
        #expect(answer.messages.contains("role \"app2\" already exists") && answer.messages.contains("node: dn2"))
        #expect(answer.data.isEmpty)
        #expect(changes.last == "ROLLBACK" && !changes.contains("COMMIT"))
    }

    /// PostgreSQL warns of what it did not grant, and calls the statement done.
    private func warning(_ sqlstate: String, _ message: String) -> Reply {
        .noticed(ServerMessage(severity: "WARNING", sqlstate: sqlstate, message: message), .done("GRANT"))
    }

    @Test func whatIsNotGrantedIsNotDone() async throws {
        let statement: SQL = "GRANT USAGE ON FOREIGN SERVER \"dn1\" TO \"c\""
        canned["an1"].answer(statement, warning("01007", "no privileges were granted for \"dn1\""))
        let answer = try await run("role grant c --nodes dn1 --format json")
        #expect(answer.status == .failed)
        #expect(answer.messages.contains("error: nothing was granted on dn1"), "\(answer)")
        #expect(answer.data.contains(#""ok":false,"changed":false"#) && answer.data.contains(#""sqlstate":"01007""#))
        #expect(!(answer.data + answer.messages).contains("may use"))
    }

    @Test func norIsWhatIsNotRevoked() async throws {
        let statement: SQL = "REVOKE USAGE ON FOREIGN SERVER \"dn1\", \"dn2\", \"dn3\" FROM \"c\""
        canned["an1"].answer(statement, warning("01006", "no privileges could be revoked for \"dn2\""))
        let answer = try await run("role revoke c --nodes all")
        #expect(answer.status == .partial)
        #expect(answer.messages.contains("error: nothing was revoked on dn2"), "\(answer)")
        #expect(answer.messages.contains("done: c may not use dn1, dn3"))
    }

    @Test func aRoleIsNotCreatedWithoutWhatItIsGranted() async throws {
        let statement: SQL = "GRANT USAGE ON FOREIGN SERVER \"dn1\" TO \"app2\""
        canned["an1"].answer(statement, warning("01007", "no privileges were granted for \"dn1\""))
        let answer = try await run("role create app2 --everywhere --grant-nodes dn1")
        #expect(answer.status == .failed && answer.messages.contains("sqlstate: 01007"), "\(answer)")
        #expect(changes.last == "ROLLBACK" && !changes.contains("COMMIT"))
    }

    /// The next such call in the session would crash the access node.
    @Test func withoutATransactionNothingIsSentWhereANodeIsNotReached() async throws {
        canned["an1"].otherwise = .done("DONE")
        canned["an1"].proof = .refused(#"could not connect to "dn1""#, sqlstate: "08001")
        let answer = try await run("exec --no-transaction VACUUM")
        #expect(answer.status == .failed && answer.messages.contains(#"could not connect to "dn1""#), "\(answer)")
        #expect(!canned.toAccessNode.contains { $0.contains("transactional =>") })
        #expect(try await run("exec SELECT 1").status == .done, "else the statement itself tells")
    }

    /// Each node has a call of its own, so that what was done is known, and the rest can be done.
    @Test func withoutATransactionItIsToldWhichNodesHaveDoneIt() async throws {
        canned["an1"].otherwise = .done("CALL")
        let preview = try await run("exec --no-transaction --dry-run VACUUM")
        #expect(preview.data.split(separator: "\n").count { $0 == "-- access node, side by side" } == 3, "\(preview)")
        let all = try await run("exec --no-transaction VACUUM")
        #expect(all.status == .done && all.data == "done on dn1\ndone on dn2\ndone on dn3\n", "\(all)")
        let plan = DistributedExec.run(
            SQL(text: "CREATE TABLE t()", shown: ""), on: ["dn1"], transactional: false, CannedCluster.capabilities)
        canned["an1"].answer(
            plan.statements[0], .done("CALL"), .refused("[dn2]: relation \"t\" already exists", sqlstate: "42P07"))
        let some = try await run("exec --no-transaction --on dn1,dn2,dn3 CREATE TABLE t()")
        #expect(some.status == .partial)
        #expect(some.messages.split(separator: "\n").count { $0.hasPrefix("   done: done on dn") } == 1, "\(some)")
        #expect(some.messages.split(separator: "\n").count { $0.hasPrefix("   failed: dn") } == 2, "\(some)")
        #expect(some.messages.contains("   the rest: exec --no-transaction --on dn"), "\(some)")
        #expect(some.messages.hasSuffix(" CREATE TABLE t()\n"), "\(some)")
        let one = try await run("exec --no-transaction --on dn2 --format json CREATE TABLE t()")
        #expect(one.status == .failed && one.data.contains(#""changed":false"#), "\(one)")
    }

    /// It may be done all the same: whoever followed a command for the rest would have it done twice.
    @Test func whatIsNotAnsweredInTimeIsNoPartOfTheRest() async throws {
        canned["an1"].otherwise = .done("CALL")
        let plan = DistributedExec.run(
            SQL(text: "INSERT INTO t VALUES (1)", shown: ""), on: ["dn1"], transactional: false,
            CannedCluster.capabilities)
        canned["an1"].answer(
            plan.statements[0], .silence, .refused("relation \"t\" does not exist", sqlstate: "42P01"), .done("CALL"))
        let answer = try await run("exec --no-transaction --timeout 2s INSERT INTO t VALUES (1)")
        #expect(answer.status == .partial, "\(answer)")
        let lines = answer.messages.split(separator: "\n")
        let failed = lines.filter { $0.hasPrefix("   failed: ") }
        let refused = try #require(failed.first { $0.contains("does not exist") }).dropFirst("   failed: ".count)
            .prefix(3)
        #expect(
            failed.count == 2 && failed.contains { $0.contains("whether this took effect is not known") }, "\(answer)")
        #expect(
            lines.contains("   the rest: exec --no-transaction --on \(refused) INSERT INTO t VALUES (1)"), "\(answer)")
    }

    /// TimescaleDB drops the database before it deletes the node.
    @Test(arguments: [true, false]) func aDatabaseThatIsGoneIsNotDroppedAgain(isGone: Bool) async throws {
        canned["an1"].otherwise = .refused("[dn2]: no", sqlstate: "3D000")
        canned["dn2"].answer(
            ServerDatabases.query, .rows((isGone ? ["postgres"] : ["dist", "postgres"]).map { ["datname": $0] }))
        let answer = try await run("node delete dn2 --drop-database --force --yes")
        #expect(answer.status == (isGone ? .partial : .failed), "\(answer)")
        #expect(answer.messages.contains("done: the database dist of dn2 is gone") == isGone)
        #expect(answer.messages.contains("the rest: node delete dn2 --force\n") == isGone, "\(answer)")
    }

    @Test func aStatementWithoutAValueTookEffectAllTheSame() async throws {
        canned["an1"].answer("create table tt(a int)", .done("CREATE TABLE"))
        let answer = try await run("sql --into x --format json create table tt(a int)")
        #expect(answer.status == .failed)
        #expect(answer.messages.contains("detail: the statement took effect; only its value is missing"), "\(answer)")
        #expect(answer.messages.contains("done: CREATE TABLE") && answer.data.contains(#""changed":true"#))
        canned["an1"].answer("SELECT f()", .table(["f"], [["1"], ["2"]]))
        let rows = try await run("sql --into x SELECT f()")
        #expect(rows.messages.contains("help: the statement was run: what its functions changed"), "\(rows)")
        let undone = try await run("transaction {\nsql --into x create table tt(a int)\n}")
        #expect(undone.status == .failed && !undone.messages.contains("took effect;"), "\(undone)")
    }

    @Test(arguments: ["0s", "999ms"]) func healingIsNotScheduledWithoutAPause(time: String) async throws {
        for command in ["heal schedule --every \(time)", "set t \(time)\nheal schedule --every ${t}"] {
            let answer = try await run(command)
            #expect(answer.messages.contains("--every takes 1s or more"), "\(answer)")
            #expect(changes.isEmpty)
        }
    }

    @Test func theTimeBetweenRunsIsExact() async throws {
        #expect(try await run("heal schedule --every 1500ms").data.contains("every 1.5 seconds"))
        #expect(try await run("heal schedule --every 2m").data.contains("every 2 minutes"))
    }

    @Test func aStatementForAllNodesIsOneStatement() async throws {
        let answer = try await run("exec CREATE SCHEMA app")
        #expect(answer.status == .done && answer.data == "done on 3 nodes\n")
        #expect(changes.count == 1)
        #expect(canned.servers.sent.last?.values == ["CREATE SCHEMA app"])
    }

    @Test func theOtherPartsAreDoneAllTheSame() async throws {
        let refused = try Nodes.setAvailable(false, "dn2", CannedCluster.capabilities)
        // Of the three statements, which differ in their values alone, the second fails.
        canned["an1"].answer(refused.statements[0], .done("OK"), .refused("no", sqlstate: "42501"), .done("OK"))
        let answer = try await run("node disable dn{1..3} --format json")
        #expect(answer.status == .partial)
        #expect(
            canned.servers.sent.filter { $0.text.contains("alter_data_node(") }.suffix(3).map { $0.values[0] } == [
                "dn1", "dn2", "dn3",
            ])
        #expect(answer.messages.contains("done: node dn1 disabled") && answer.messages.contains("node dn3 disabled"))
        #expect(answer.messages.contains("failed: dn2: no"))
        #expect(answer.messages.contains("node disable dn2"), "\(answer.messages)")
        #expect(
            answer.json.contains(
                """
                "nodes":[{"node":"dn1","ok":true,"sqlstate":null,"message":null,"ms":0},\
                {"node":"dn2","ok":false,"sqlstate":"42501","message":"no","ms":null},\
                {"node":"dn3","ok":true,"sqlstate":null,"message":null,"ms":0}]
                """), "\(answer.json)")
    }

    @Test func whatIsSoAlreadyIsNotDone() async throws {
        let answer = try await run("node enable dn1 --format json")
        #expect(answer.status == .done)
        #expect(answer.data.contains(#""changed":false"#) && answer.data.contains("unchanged: node dn1 is enabled"))
        #expect(changes.isEmpty)
    }

    @Test func behindAnInterruptNothingFurtherIsDone() async throws {
        let gate = Gate()
        let plan = try Nodes.setAvailable(false, "dn1", CannedCluster.capabilities)
        canned["an1"].answer(plan.statements[0], .done("OK"), .held(gate, .none))
        let task = Task { try await run("node disable dn{1..3}") }
        await gate.isHolding(1)
        task.cancel()
        let answer = try await task.value
        #expect(answer.status == .interrupted)
        #expect(canned.servers.sent.last?.values.first == "dn2")
        #expect(answer.messages.contains("node dn1 disabled"))
        #expect(answer.messages.contains("node disable dn2 dn3"), "\(answer.messages)")
    }

    @Test func whatIsChangedMakesTheNextCommandLookAgain() async throws {
        _ = try await run("node disable dn1\nnode list")
        #expect(canned.toAccessNode.filter { $0 == Capabilities.query.text }.count == 2)
    }

    @Test func aLostConnectionLeavesTheOutcomeOpen() async throws {
        canned["an1"].otherwise = .lost
        let answer = try await run("exec CREATE SCHEMA app\nnode list")
        #expect(answer.status == .noConnection)
        #expect(answer.messages.contains("whether this took effect is not known"))
        #expect(answer.messages.contains("stopped: 0 commands done; 1 statement was not run, from t:2 on"))
    }

    // MARK: Confirmations

    @Test(arguments: ["node delete dn1", "role drop app", "job delete 1001", "node detach dn1 --from metrics"])
    func withoutATerminalNothingIsConfirmed(_ command: String) async throws {
        let answer = try await ShellTrial(canned).run("node list\n\(command)")
        #expect(answer.status == .unconfirmed)
        #expect(answer.messages.contains("needs a confirmation, and there is no terminal"))
        #expect(canned.servers.attempts.isEmpty)
    }

    @Test func aMistypedNameIsNotAskedAbout() async throws {
        let answer = try await run("node delete dn1 dn9")
        #expect(answer.status == .failed && answer.messages.contains("there is no node dn9"))
        #expect(changes.isEmpty)
    }
}
