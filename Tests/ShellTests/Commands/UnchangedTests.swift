import CannedServers
import ClusterAccess
import MultiNode
import Postgres
import Shell
import Testing

/// What a command says where everything is so already: that it is unchanged, and `"changed":false`.
@Suite(.timeLimit(.minutes(1))) struct UnchangedTests {
    private let canned = CannedCluster()

    private static let capabilities = CannedCluster.capabilities

    /// A statement that would change something has no answer here, so that it fails.
    private func run(_ command: String) async throws -> ShellTrial.Answer {
        try await ShellTrial(canned) { $0.assumeYes = true }.run(command)
    }

    private static let commands: [(command: String, told: String)] = [
        ("node add dn1 --host dn1 --if-not-exists", "node dn1 exists"),
        ("node add dn{1,2} --host dn{1,2} --port 5432 --database dist --if-not-exists", "node dn2 exists"),
        ("node alter dn1 --host dn1", "node dn1 is at dn1:5432/dist"),
        ("node alter dn1 --port 5432 --database dist", "node dn1 is at dn1:5432/dist"),
        ("node enable dn1", "node dn1 is enabled"),
        ("node attach dn1 --to metrics --if-not-attached", "node dn1 is attached to metrics"),
        ("node attach dn1 dn2 --to metrics public.metrics --if-not-attached", "node dn2 is attached to metrics"),
        ("node allow dn1", "node dn1 takes new chunks"),
        ("node allow dn1 --for metrics", "node dn1 takes new chunks of metrics"),
        ("node delete dn9 --if-exists", "there is no node dn9"),
        ("role create app --if-not-exists", "role app exists"),
        ("role create app --login --everywhere --grant-nodes all --if-not-exists", "role app exists"),
        ("role alter app --login --no-superuser", "role app already matches on the access node"),
        ("role alter app --everywhere --connection-limit -1", "role app already matches on the access node and dn1"),
        ("role alter app --on dn1 --no-createdb --not-in-role x", "role app already matches on dn1"),
        ("role alter app --valid-until infinity", "role app already matches on the access node"),
        ("role alter app --grant-nodes all", "role app already matches on the access node"),
        ("role drop nobody --if-exists", "there is no role nobody"),
        ("role drop nobody none --everywhere --if-exists", "there is no role none"),
        ("role grant app --nodes all", "app may use dn1, dn2, dn3"),
        ("role grant app postgres --nodes dn1", "postgres may use dn1"),
        ("role revoke public --nodes all", "public has no grant of its own of dn1, dn2, dn3"),
        ("role sync app", "role app agrees"),
        ("hypertable create metrics time --if-not-exists", "metrics is a distributed hypertable"),
        ("hypertable create metrics time --replication-factor 1 --on all --if-not-exists", "metrics is a distributed"),
        ("hypertable replicate metrics 1", "metrics keeps new chunks on 1 node"),
        ("heal schedule", "healing is scheduled every 5 minutes"),
        ("job resume 1001", "job 1001 is scheduled"),
        ("job delete 7 --if-exists", "there is no job 7"),
    ]

    @Test(arguments: commands.indices) func whatIsSoAlreadyIsUnchanged(_ index: Int) async throws {
        let (command, told) = Self.commands[index]
        let answer = try await run(command)
        #expect(answer.status == .done && answer.messages.isEmpty, "\(answer)")
        #expect(answer.data.contains("unchanged: \(told)"), "\(answer)")
        let json = try await run("\(command) --format json")
        #expect(json.data.contains(#""changed":false"#) && json.data.contains("unchanged: \(told)"), "\(json)")
        let preview = try await run("\(command) --dry-run")
        #expect(preview.data.contains("-- unchanged: \(told)"), "\(preview)")
        #expect(preview.data.contains("-- nothing to do"), "\(preview)")
    }

    private static let prepared: [(command: String, told: String)] = [
        ("node disable dn1", "node dn1 is disabled"), ("node block dn1", "node dn1 takes no new chunks"),
        ("node block dn1 --for metrics", "node dn1 takes no new chunks of metrics"),
        ("role revoke app --nodes all", "app has no grant of its own of dn1, dn2, dn3; public may use dn1"),
        ("heal unschedule", "there is no healing job"), ("job pause 1002", "job 1002 is paused"),
    ]

    @Test(arguments: prepared.indices) func soIsTheContrary(_ index: Int) async throws {
        canned["an1"].answer(
            DataNode.list,
            .rows(canned.nodes.map { CannedCluster.row(node: $0, isAvailable: false) }))
        canned["an1"].answer(
            BlockedNodes.list,
            .rows(canned.nodes.map { ["node": $0, "schema": "public", "name": "metrics", "blocked": "t"] }))
        canned["an1"].answer(NodeGrants.list, .rows([["node": "dn1", "grantee": nil]]))
        canned["an1"].answer(
            Job.list(Self.capabilities), .rows([CannedCluster.row(job: 1002, procedure: "other", isScheduled: false)]))
        let (command, told) = Self.prepared[index]
        let answer = try await run("\(command) --format json")
        #expect(answer.status == .done, "\(answer)")
        #expect(answer.data.contains(#""changed":false"#) && answer.data.contains("unchanged: \(told)"), "\(answer)")
    }

    /// Where the number of what was changed is known only when it is done.
    @Test(arguments: [
        ("node detach dn1 --if-attached", "unchanged: node dn1 is attached to no hypertable"),
        ("node detach dn1 --from metrics --if-attached", "unchanged: node dn1 is not attached to metrics"),
        ("node block dn1", "unchanged: node dn1 is attached to no hypertable"),
    ])
    func theNumberOfWhatWasChangedCounts(_ command: String, _ told: String) async throws {
        canned["an1"].otherwise = .value("0")
        canned["an1"].answer(BlockedNodes.list, .none)
        let none = try await run("\(command) --format json")
        #expect(none.data.contains(told) && none.data.contains(#""changed":false"#), "\(none)")
        canned["an1"].otherwise = .value("1")
        let one = try await run("\(command) --format json")
        #expect(!one.data.contains("unchanged") && one.data.contains(#""changed":true"#), "\(one)")
    }

    @Test func aDetachedTableIsToldApart() async throws {
        let plan = try Nodes.detach(
            "dn1", from: [TableName("a"), TableName("b")], ifAttached: true, Self.capabilities)
        canned["an1"].answer(plan.statements[0], .value("0"), .value("1"))
        canned["an1"].otherwise = .done("DONE")
        let answer = try await run("node detach dn1 --from a b --if-attached")
        #expect(answer.data == "unchanged: node dn1 is not attached to a\nnode dn1 detached from b\n", "\(answer)")
    }

    @Test func onlyWhatIsNotSoIsDone() async throws {
        canned["an1"].otherwise = .done("DONE")
        canned["an1"].answer(
            NodeGrants.list,
            .rows([
                ["node": "dn1", "grantee": "app"], ["node": "dn1", "grantee": "ro"], ["node": "dn2", "grantee": "app"],
            ]))
        let granted = try await run("role grant app ro --nodes all --dry-run")
        #expect(
            granted.data == """
                -- unchanged: app may use dn1, dn2
                -- unchanged: ro may use dn1
                -- access node
                GRANT USAGE ON FOREIGN SERVER "dn2" TO "ro";
                -- access node
                GRANT USAGE ON FOREIGN SERVER "dn3" TO "app", "ro";

                """, "\(granted)")
        canned["dn2"].answer(DatabaseRole.list, .rows([CannedCluster.row(role: "old")]))
        let dropped = try await run("role drop old --everywhere --if-exists")
        #expect(dropped.data == "role old dropped on dn2\n", "\(dropped)")
        // Where a node does not tell, the command asks it all the same.
        canned["dn3"].openings = [.down("dn3")]
        let doubtful = try await run("role drop nobody --everywhere --if-exists --dry-run")
        #expect(doubtful.data.contains("DROP ROLE IF EXISTS") && doubtful.data.contains("dn3"), "\(doubtful)")
        let altered = try await run("role alter app --everywhere --login --dry-run")
        #expect(altered.data.contains("ALTER ROLE"), "\(altered)")
    }

    /// What it did on a node is seen by no other session, so that nothing is told of it from there.
    @Test(arguments: [("transaction {", "}"), ("sql BEGIN", "sql COMMIT")])
    func inATransactionTheNodesAreNotBelieved(_ begin: String, _ end: String) async throws {
        canned["an1"].otherwise = .done("DONE")
        let own = CannedCluster.roles + [CannedCluster.row(role: "new")]
        canned["an1"].answer(DatabaseRole.list, .rows(own))
        func run(_ command: String) async throws -> String {
            canned.servers.forgetWhatWasSent()
            let answer = try await self.run("\(begin)\n\(command)\n\(end)")
            return answer.data + answer.messages + canned.servers.sent.flatMap(\.values).compactMap { $0 }.joined()
        }
        let isOpen = begin == "sql BEGIN"
        if !isOpen {
            #expect(try await run("role drop new --everywhere --if-exists").contains("DROP ROLE IF EXISTS"))
            #expect(
                try await run("role create new --everywhere --if-not-exists").contains("unchanged: role new exists"))
        }
        #expect(try await run("role alter app --on dn1 --no-createdb").contains("ALTER ROLE \"app\""))
        #expect(try await run("role alter app --no-createdb").contains("unchanged: role app"))
    }

    @Test func aPasswordIsAlwaysSet() async throws {
        canned["an1"].otherwise = .done("DONE")
        let file = try TemporaryFile("secret\n")
        let answer = try await run("role alter app --password-file \(file.path) --format json")
        #expect(answer.data.contains(#""changed":true"#), "\(answer)")
    }

    @Test func ofARoleThatIsNotThereTheServerTells() async throws {
        canned["an1"].otherwise = .refused("role \"nobody\" does not exist", sqlstate: "42704")
        #expect(try await run("role revoke nobody --nodes all").status == .failed)
        #expect(try await run("role grant nobody --nodes all").status == .failed)
        #expect(try await run("role alter nobody --login").status == .failed)
    }

    @Test(arguments: [("UPDATE 0", false), ("INSERT 0 0", false), ("INSERT 0 10", true), ("DELETE 10", true)])
    func theTagTellsWhetherARowWasChanged(_ tag: String, _ changed: Bool) async throws {
        canned["an1"].answer("DO IT", .done(tag))
        let answer = try await run("sql --format json DO IT")
        #expect(answer.data.contains("\"changed\":\(changed)"), "\(answer)")
    }

    // MARK: What is there and differs

    @Test func aNodeElsewhereIsSaid() async throws {
        let answer = try await run("node add dn1 --host db1 --port 6000 --database dist --if-not-exists")
        #expect(answer.status == .done, "\(answer)")
        #expect(
            answer.data == "unchanged: node dn1 exists; its address differs: host dn1, not db1; port 5432, not 6000\n")
        #expect(
            answer.messages == """
                warning: node dn1 differs from what is asked for, and is left as it is
                  help: where the same database is reached there now, 'node alter dn1 --host db1 --port 6000'

                """)
    }

    @Test func aRoleThatDiffersIsSaid() async throws {
        canned["dn2"].answer(
            DatabaseRole.list, .rows([CannedCluster.row(role: "app", createdb: true, memberOf: ["readers"])]))
        let answer = try await run(
            "role create app --everywhere --createdb --in-role readers --grant-nodes all --if-not-exists")
        let told = """
            role app exists; it differs: not CREATEDB, no member of readers on the access node, dn1, dn3
            """
        #expect(answer.status == .done && answer.data == "unchanged: \(told)\n", "\(answer)")
        #expect(
            answer.messages == """
                warning: role app differs from what is asked for, and is left as it is
                  help: 'role alter app --everywhere --createdb --in-role readers --grant-nodes all' makes it so

                """)
    }

    @Test func aHypertableThatDiffersIsSaid() async throws {
        canned["an1"].answer(ChunkInterval.time("1 day").isSame(as: "7 days"), .value("f"))
        let answer = try await run(
            "hypertable create metrics ts --replication-factor 2 --chunk-interval '1 day' --if-not-exists")
        let told = """
            metrics is a distributed hypertable; it differs: time column time, not ts; \
            replication factor 1, not 2; chunk interval 7 days, not 1 day
            """
        #expect(answer.data == "unchanged: \(told)\n", "\(answer)")
        #expect(
            answer.messages
                == "warning: metrics differs from what is asked for, and is left as it is\n  help: for new chunks: 'hypertable replicate metrics 2'\n",
            "\(answer)")
    }

    @Test func aHypertableOfTheAccessNodeAloneIsNone() async throws {
        canned["an1"].otherwise = .rows([["hypertable_id": "1", "created": "f"]])
        let local = try await run("hypertable create local time --if-not-exists --format json")
        #expect(local.status == .failed && local.data.contains(#""changed":false"#), "\(local)")
        #expect(local.messages.contains("error: local is a hypertable already, and not a distributed one"), "\(local)")
        canned["an1"].otherwise = .rows([["hypertable_id": "1", "created": "t"]])
        let made = try await run("hypertable create plain time --if-not-exists --format json")
        #expect(made.status == .done && made.data.contains(#""changed":true"#), "\(made)")
    }

    /// Each node tells in one session which server it is on and what roles are there.
    @Test(arguments: ["role create app --everywhere --if-not-exists", "role drop app --everywhere --if-exists"])
    func eachNodeIsConnectedToOnce(_ command: String) async throws {
        canned["an1"].otherwise = .done("DONE")
        _ = try await run(command)
        #expect(canned.servers.attempts.map(\.place.description).sorted() == ["an1", "dn1", "dn2", "dn3"])
    }
}
