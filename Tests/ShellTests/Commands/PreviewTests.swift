import CannedServers
import CommandLanguage
import MultiNode
import Rendering
import Testing

@testable import Shell

/// `--dry-run`: what it shows is the value that is sent.
@Suite struct PreviewTests {
    private static let commands = [
        "sql CREATE TABLE t (i int)",
        "exec CREATE SCHEMA app",
        "exec --on dn1,dn3 --no-transaction VACUUM",
        "node alter dn1 --host h --port 5433 --database d",
        "node set dn1 dn3 --option target_session_attrs=read-write --unset sslmode",
        "node enable dn2",
        "node disable dn{1..3}",
        "node attach dn3 --to metrics,other --if-not-attached",
        "node detach dn3 --from metrics --force",
        "node detach dn3",
        "node block 'dn*'",
        "node allow dn1 --for metrics",
        "node delete dn1 dn3 --drop-database",
        "node delete dn9 dn1 --if-exists",
        "role create new",
        "role create one two --everywhere --login --in-role app --valid-until infinity --grant-nodes all",
        "role create app --on dn3 --if-not-exists",
        "role create app fresh --if-not-exists",
        "role alter app --everywhere --no-createdb --in-role readers --not-in-role writers",
        "role drop app --everywhere",
        "role grant app public --nodes all",
        "role revoke app --nodes dn1",
        "role map app postgres public --on dn1,dn3 --as bar",
        "role unmap app --on all",
        "role sync",
        "role sync app",
        "hypertable create t time --partition-by d --partitions 3 --chunk-interval '1 day' --on all",
        "hypertable create metrics time --if-not-exists",
        "hypertable replicate metrics 2",
        "heal schedule --every 10m",
        "heal unschedule",
        "job run 1001",
        "job pause 1001",
        "job resume 1001",
        "job delete 1001",
        "restore-point create before",
        "everywhere CREATE SCHEMA app",
        "migrate start",
    ]

    /// `dn2` is marked unavailable, and `dn3` lacks the role `app`.
    private func cluster() -> CannedCluster {
        let canned = CannedCluster()
        canned["an1"].otherwise = .done("DONE")
        canned["an1"].answer(MigrationClaim.takeBeginning, .value("t"))
        canned["an1"].answer(MigrationClaim.takeCluster, .value("t"))
        canned["an1"].answer(
            UserMappings.list,
            .rows([["node": "dn1", "role": "app", "visible": "t", "remote": "old", "holds_password": "t"]]))
        canned["an1"].answer(
            DataNode.list,
            .rows(canned.nodes.map { CannedCluster.row(node: $0, isAvailable: $0 != "dn2") }))
        canned["dn3"].answer(DatabaseRole.list, .rows([CannedCluster.roles[1]]))
        canned.servers["h:5433"] = canned["dn1"]
        return canned
    }

    /// What a command proposes, read again for this alone.
    private func proposal(_ text: String) async throws -> Proposal {
        let interpreter = try ShellTrial(cluster()).session.interpreter
        let invocation = try #require(try invocations(text).first)
        let command = try Catalogue.command(try Arguments(invocation, variables: Variables()))
        let changing = try #require(command as? any ChangingCommand)
        return try await changing.proposal(await interpreter.context(Settings(), running: invocation))
    }

    @Test func everyCommandThatChangesSomethingIsTried() throws {
        let tried = Set(try Self.commands.map { try #require(try invocations($0).first).syntax.name })
        let all = Catalogue.types.filter { $0 is any ChangingCommand.Type && $0.syntax.group != .sandbox }
        #expect(tried == Set(all.map { $0.syntax.name }))
    }

    @Test(arguments: commands) func whatIsShownIsWhatIsSent(_ command: String) async throws {
        let proposal = try await proposal(command)
        let plans = proposal.items.map(\.plan)

        let dry = try ShellTrial(cluster()) { $0.dryRun = true }
        let shown = try await dry.run(command)
        #expect(shown.status == .done && shown.messages.isEmpty)
        let lines =
            proposal.unchanged.map { "-- unchanged: \($0)" } + plans.map { $0.shown(sideBySide: proposal.isSideBySide) }
        #expect(shown.data == (plans.isEmpty ? lines + ["-- nothing to do"] : lines).joined(separator: "\n") + "\n")

        let real = try ShellTrial(cluster()) { $0.assumeYes = true }
        let done = try await real.run(command)
        #expect(done.status == .done, "\(done)")
        // Whether the nodes are these nodes is asked first, of which nothing is left anywhere; nor is it of a claim, or of a look who
        // reads what is read then.
        let claims = [
            Chunk.sharers(with: []).text,
            MigrationClaim.takeBeginning.text, MigrationClaim.releaseBeginning.text, MigrationClaim.takeCluster.text,
            MigrationClaim.releaseCluster.text,
        ]
        let sent = real.canned.servers.sent.filter { $0.place == "an1" && !claims.contains($0.text) }
            .withoutProof(\.text)
        let expected = dry.canned.servers.sent.filter { $0.place == "an1" }.map { Sent($0) } + plans.flatMap(Self.sent)
        // Behind these commands the access node is asked whether it gets in.
        let asksBehind = ["role map", "role unmap", "node set"].contains { command.hasPrefix($0) }
        #expect(sent.prefix(asksBehind ? expected.count : sent.count).map { Sent($0) } == expected)
        // What is for data nodes goes through the access node: they are only asked.
        for node in real.canned.nodes {
            let place = Place(stringLiteral: node)
            // Before a node is enabled it is looked once more what is in doubt there.
            let looks = command.hasPrefix("node enable") ? [NodeState.anyQuery.text, InDoubtTransaction.list.text] : []
            func asked(_ trial: ShellTrial) -> [String] {
                trial.canned.servers.statements(to: place).filter { !looks.contains($0) }
            }
            #expect(asked(real) == asked(dry))
        }
    }

    @Test(arguments: commands) func programsGetTheSame(_ command: String) async throws {
        let statements = try await proposal(command).items.flatMap(\.plan.sent)
        let dry = try ShellTrial(cluster()) { settings in
            settings.dryRun = true
            settings.format = .csv
        }
        let csv = try await dry.run(command).data
        let rows = statements.map { "access node," + Self.field($0.shown) + "\n" }
        #expect(csv == "where,sql\n" + rows.joined())
    }

    /// That the columns of its answer are declared, each trial looks at.
    @Test(arguments: commands) func programsAreTold(_ command: String) async throws {
        let trial = try ShellTrial(cluster()) { settings in
            settings.assumeYes = true
            settings.format = .json
        }
        if command.hasPrefix("restore-point") {
            let plan = try await proposal(command).items[0].plan
            for statement in plan.sent {
                trial.canned["an1"].answer(
                    statement, .rows([["node_name": "dn1", "node_type": "data_node", "restore_point": "0/1"]]))
            }
        }
        let answer = try await trial.run(command)
        #expect(answer.status == .done && answer.data.contains(#""ok":true"#), "\(answer)")
    }

    /// The catalog tells what the server would.
    @Test(arguments: ["dn1", "dn1 dn4"]) func aNameThatIsTakenIsNoPlan(names: String) async throws {
        let canned = cluster()
        canned.servers["h:5432"] = canned["dn1"]
        let shown = try await ShellTrial(canned).run("node add \(names) --host h --force --dry-run")
        #expect(shown.status == (names == "dn1" ? .failed : .partial), "\(shown)")
        #expect(shown.messages.contains(#"server "dn1" already exists"#), "\(shown)")
        #expect(!shown.data.contains("'dn1'") && shown.data.contains("'dn4'") == names.contains("dn4"), "\(shown)")
        let there = try await ShellTrial(canned).run("node add dn1 --host h --if-not-exists --dry-run")
        #expect(there.status == .done, "\(there)")
    }

    @Test func aNodeThatCantBeAskedLeavesThePreviewPartial() async throws {
        let trial = try ShellTrial(cluster()) { $0.dryRun = true }
        trial.canned["dn1"].openings = [.down("dn1")]
        let shown = try await trial.run("role sync app")
        #expect(shown.status == .partial)
        #expect(shown.messages.contains("node: dn1\n"))
        #expect(shown.data.contains("CREATE ROLE \"app\"") || shown.data.contains("CREATE ROLE app"), "\(shown)")
    }

    @Test func aTransactionIsShownAsOne() async throws {
        let trial = try ShellTrial(cluster()) { $0.dryRun = true }
        let shown = try await trial.run("transaction { sql ONE; sql TWO }")
        #expect(
            shown.data
                == "-- access node, one transaction\nBEGIN;\n-- access node\nONE;\n-- access node\nTWO;\nCOMMIT;\n")
        #expect(trial.canned.servers.sent.isEmpty)
    }

    /// What tscl sends to the access node, without what it only asks.
    private func changes(_ trial: ShellTrial) -> [String] {
        trial.canned.toAccessNode.filter { !$0.hasPrefix("SELECT") }
    }

    private static let block = """
        transaction {
            role create t6 --grant-nodes dn1
            foreach r in t7 t8 { role create ${r} --grant-nodes dn1,dn2 }
            sql ONE
        }
        """

    @Test func itsCommandsArePartsOfIt() async throws {
        let dry = try ShellTrial(cluster()) { $0.dryRun = true }
        let shown = try await dry.run(Self.block)
        let real = try ShellTrial(cluster())
        #expect(try await real.run(Self.block).status == .done)
        let lines = shown.data.split(separator: "\n").filter { !$0.hasPrefix("-- ") }
        #expect(lines == changes(real).map { "\($0);" })
        #expect(lines.count { $0 == "BEGIN;" } == 1 && lines.count { $0 == "COMMIT;" } == 1)
    }

    @Test func programsGetItsBeginningAndItsEnd() async throws {
        let dry = try ShellTrial(cluster()) { settings in
            settings.dryRun = true
            settings.format = .csv
        }
        let csv = try await dry.run("transaction { sql ONE }").data
        #expect(csv == ["BEGIN", "ONE", "COMMIT"].map { "where,sql\naccess node,\($0)\n" }.joined())
    }

    @Test func aPreviewWithinATransactionIsAPartOfIt() async throws {
        let shown = try await ShellTrial(cluster()).run("transaction { role create t6 --everywhere --dry-run }")
        #expect(shown.status == .done && !shown.data.contains("BEGIN"), "\(shown)")
        #expect(shown.data.contains("CREATE ROLE \"t6\""))
    }

    @Test func whatFailsInAPreviewWouldUndoIt() async throws {
        let dry = try ShellTrial(cluster()) { settings in
            settings.dryRun = true
            settings.keepGoing = true
        }
        let shown = try await dry.run("transaction { sql ONE; node disable dn9; sql TWO }\nsql THREE")
        #expect(shown.status == .failed)
        #expect(shown.data.hasSuffix("ONE;\nROLLBACK;\n-- access node\nTHREE;\n"), "\(shown)")
    }

    // MARK: Statements

    private struct Sent: Equatable {
        let text: String
        let values: [String?]

        init(_ statement: CannedServers.Statement) { (text, values) = (statement.text, statement.values) }
        init(_ sql: SQL) { (text, values) = (sql.text, sql.values) }
    }

    /// The statements that carry out a plan.
    private static func sent(_ plan: Plan) -> [Sent] {
        plan.steps.flatMap { step in
            switch step {
            case .statement(let sql): [Sent(sql)]
            case .transaction(let statements):
                [Sent("BEGIN")] + statements.map { Sent($0) } + [Sent(TransactionOutcome.number), Sent("COMMIT")]
            }
        }
    }

    /// A field of CSV.
    private static func field(_ text: String) -> String {
        guard text.contains(where: { ",\"\n".contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
