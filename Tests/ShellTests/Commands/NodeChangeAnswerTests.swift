import CannedServers
import MultiNode
import Shell
import Testing

/// What is advised where a node can't be attached, detached or deleted.
@Suite struct NodeChangeAnswerTests {
    private let canned = CannedCluster()
    private let metrics = TableName(schema: "public", name: "metrics")

    init() { canned["an1"].otherwise = .done("DONE") }

    private func run(_ command: String) async throws -> ShellTrial.Answer {
        try await ShellTrial(canned) { $0.assumeYes = true }.run(command)
    }

    private func attach(present: String = "t", rows: Reply = .value("t")) async throws -> ShellTrial.Answer {
        let plan = try Nodes.attach("dn2", to: [try TableName("metrics")], CannedCluster.capabilities)
        canned["an1"].answer(
            plan.statements[0], .refused(#"[dn2]: relation "metrics" already exists"#, sqlstate: "42P07"))
        canned["dn2"].answer(
            TableInTheWay.query(metrics), .rows([["present": present, "aside": "metrics_detached_2"]]))
        canned["dn2"].answer(TableInTheWay.rows(metrics), rows)
        return try await run("node attach dn2 --to metrics")
    }

    /// The lines of an answer that can be typed.
    private func typed(_ answer: ShellTrial.Answer) -> [String] {
        answer.messages.split(separator: "\n").map { String($0.drop { $0 == " " }) }
            .filter { $0.hasPrefix("exec --on") || $0.hasPrefix("node attach dn2 --to public") }
    }

    private let drop = [#"exec --on dn2 DROP TABLE "public"."metrics""#, "node attach dn2 --to public.metrics"]

    @Test func rowsOfBeforeAreKeptAside() async throws {
        let aside = [
            #"exec --on dn2 DO 'BEGIN CREATE TABLE "public"."metrics_detached_2" AS TABLE "public"."metrics"; "#
                + #"DROP TABLE "public"."metrics"; END'"#, "node attach dn2 --to public.metrics",
        ]
        let answer = try await attach()
        #expect(answer.status == .failed)
        #expect(answer.messages.contains("already, with rows") && typed(answer) == aside, "\(answer)")
        // Whether there are rows is not known.
        #expect(typed(try await attach(rows: .refused("permission denied", sqlstate: "42501"))) == aside)
    }

    @Test func whereTheNodeCantBeAskedRowsAreSupposed() async throws {
        canned["dn2"].openings = [.down("dn2")]
        let answer = try await attach()
        #expect(answer.messages.contains(#"CREATE TABLE "public"."metrics_detached" AS TABLE "public"."metrics""#))
    }

    @Test func anEmptyTableIsDropped() async throws {
        let answer = try await attach(rows: .value("f"))
        #expect(answer.messages.contains("already, without rows") && typed(answer) == drop, "\(answer)")
    }

    @Test func somethingElseOfTheName() async throws {
        #expect(try await attach(present: "f").messages.contains("a table or an index of that name already"))
    }

    // MARK: User mappings of a node that is deleted

    private static let mapping: [String: String?] = [
        "node": "dn2", "role": "app", "visible": "t", "remote": "app", "holds_password": "t",
    ]
    private static let ofPublic: [String: String?] = [
        "node": "dn2", "role": nil, "visible": "f", "remote": nil, "holds_password": "f",
    ]

    private var changes: [String] {
        canned.toAccessNode.filter { text in
            ["BEGIN", "DROP ", "COMMIT", #"SELECT "public".delete_data_node"#].contains(where: text.hasPrefix)
        }
    }

    private func deletion(dropDatabase: Bool = false) throws -> SQL {
        try Nodes.delete("dn2", dropDatabase: dropDatabase, CannedCluster.capabilities).statements[0]
    }

    @Test func theMappingsOfANodeGoWithIt() async throws {
        canned["an1"].answer(
            UserMappings.list, .rows([Self.mapping, Self.ofPublic, Self.mapping.merging(["node": "dn1"]) { $1 }]))
        let answer = try await run("node delete dn2")
        #expect(answer.status == .done, "\(answer)")
        #expect(
            answer.data == "node dn2 deleted, with the user mappings of app on dn2, of public on dn2\n", "\(answer)")
        #expect(
            changes == [
                "BEGIN", #"DROP USER MAPPING FOR "app" SERVER "dn2""#, #"DROP USER MAPPING FOR PUBLIC SERVER "dn2""#,
                try deletion().text, "COMMIT",
            ])
        let dry = try await ShellTrial(canned).run("node delete dn2 --dry-run")
        #expect(dry.data.contains(#"DROP USER MAPPING FOR "app" SERVER "dn2""#), "\(dry)")
    }

    @Test func beforeADatabaseTheMappingsGoByThemselves() async throws {
        canned["an1"].answer(UserMappings.list, .rows([Self.mapping]), .rows([]))
        canned["an1"].answer(try deletion(dropDatabase: true), .refused("no", sqlstate: "55006"))
        let answer = try await run("node delete dn2 --drop-database")
        // The nodes are proved in a transaction.
        let own = changes.filter { !$0.hasPrefix("BEGIN") && $0 != "COMMIT" }
        #expect(own == [#"DROP USER MAPPING FOR "app" SERVER "dn2""#, try deletion(dropDatabase: true).text], "\(own)")
        #expect(answer.status == .partial, "\(answer)")
        #expect(answer.messages.contains("removed: the user mapping of app on dn2"), "\(answer)")
    }

    /// What the access node says without the mapping by which it goes to dn2, which it lets go of to be asked.
    private func withoutMapping(of role: String?, to remote: String, _ refusal: String?) async throws
        -> ShellTrial.Answer
    {
        canned["an1"].answer(
            UserMappings.list, .rows([Self.mapping.merging(["role": role, "remote": remote]) { $1 }]))
        if let refusal {
            canned["an1"].answer(
                NodeReach.ping([], limit: 1, CannedCluster.capabilities) ?? "",
                .rows([["node": "dn2", "reached": "f", "ms": "1"]]))
            canned["an1"].answer(
                NodeReach.visit("dn2", CannedCluster.capabilities), .refused(refusal, sqlstate: "08001"))
        }
        return try await run("node delete dn2 --drop-database")
    }

    @Test(arguments: ["postgres", nil] as [String?])
    func theMappingThatIsNeededForTheDatabaseIsNotTakenAway(_ role: String?) async throws {
        let answer = try await withoutMapping(of: role, to: "postgres", "fe_sendauth: no password supplied")
        #expect(answer.status == .failed, "\(answer)")
        #expect(!changes.contains("COMMIT") && !changes.contains { $0.contains("delete_data_node") }, "\(changes)")
        #expect(answer.messages.contains("without it postgres does not get in: fe_sendauth: no password"), "\(answer)")
        let commands = "'role unmap \(role ?? "public") --on dn2' and then 'role passfile postgres --write"
        #expect(answer.messages.contains(commands), "\(answer)")
    }

    @Test func theMappingThatIsNotNeededGoesBeforeTheDatabase() async throws {
        let answer = try await withoutMapping(of: "postgres", to: "postgres", nil)
        #expect(answer.status == .done, "\(answer)")
        #expect(
            answer.data == "node dn2 deleted, with its database dist and the user mapping of postgres on dn2\n",
            "\(answer)"
        )
        let drop = #"DROP USER MAPPING FOR "postgres" SERVER "dn2""#
        // The first time it is rolled back.
        #expect(changes.count { $0 == drop } == 2 && !changes.contains("COMMIT"), "\(changes)")
        #expect(changes.suffix(2) == [drop, try deletion(dropDatabase: true).text], "\(changes)")
    }

    @Test func whereTheRoleIsAnotherWithoutItsMappingTheDatabaseStays() async throws {
        let answer = try await withoutMapping(of: "postgres", to: "owner", nil)
        #expect(answer.status == .failed && changes.isEmpty, "\(answer)")
        #expect(answer.messages.contains("without it postgres is not owner there"), "\(answer)")
        #expect(answer.messages.contains("help: 'node delete dn2', and then drop the database"), "\(answer)")
    }

    @Test(arguments: [
        ("node delete dn2 --drop-database", "leave out --drop-database: the node is deleted all the same"),
        ("node detach dn2 --from metrics --drop-remote-data", "leave out --drop-remote-data: the node is detached"),
        ("node delete dn2", "'node disable dn2'"), ("node detach dn2 --from metrics", "'node disable dn2'"),
    ])
    func aNodeThatIsDownIsTakenOutWithoutDropping(_ command: String, _ advice: String) async throws {
        canned["an1"].otherwise = .refused(#"could not connect to "dn2""#, sqlstate: "08001")
        canned["dn2"].openings = [.down("dn2")]
        let answer = try await run(command)
        #expect(answer.status == .failed)
        #expect(answer.messages.contains(advice), "\(answer)")
    }

    /// The order to drop the database may have gone out before.
    @Test func aNodeThatBreaksOffMayStillDropItsDatabase() async throws {
        canned["an1"].otherwise = .refused(#"connection to data node "dn2" was lost"#, sqlstate: "08006")
        canned["dn2"].openings = [.down("dn2")]
        let answer = try await run("node delete dn2 --drop-database")
        #expect(answer.status == .partial)
        #expect(answer.messages.contains("is dropped is not known"), "\(answer)")
        #expect(answer.messages.contains("'node delete dn2'; else run it again"), "\(answer)")
    }

    /// TimescaleDB counts one that takes no new chunks as missing twice, when it goes.
    @Test(arguments: ["node delete dn2", "node detach dn2", "node detach dn2 --from metrics"])
    func anEmptyNodeThatTakesNoChunksIsForcedWhereOthersDo(_ command: String) async throws {
        for (factor, advice) in [
            (2, "--force' loses nothing"), (3, "help: 'node attach NAME --to public.metrics' first"),
        ] {
            canned.has(placed: [1: ["dn1", "dn3"]], factor: factor, blocked: ["dn2"])
            canned["an1"].otherwise = .refused("insufficient number of data nodes", sqlstate: "TS170")
            let answer = try await run(command)
            #expect(answer.status == .failed && answer.messages.contains(advice), "\(answer)")
            #expect(answer.messages.contains("'\(command) "), "\(answer)")
        }
        canned["an1"].answer(ChunkPlacement.copies(on: []), .value("1"))
        let answer = try await run(command)
        #expect(answer.messages.contains("attach another node first; --force goes below"), "\(answer)")
    }

    @Test(arguments: [
        (
            "node delete dn2", "42704", #"server "dn2" does not exist"#,
            "'node list' shows the nodes; --if-exists passes"
        ),
        ("node alter dn2 --host h", "42704", #"server "dn2" does not exist"#, "'node list' shows the nodes\n"),
        ("node attach dn2 --to metrics", "TS172", "already attached", "it is attached already; --if-not-attached"),
        ("hypertable replicate metrics 2", "TS172", "already attached", "it is attached already\n"),
        ("hypertable replicate metrics 2", "TS170", "insufficient number", "attach another node first\n"),
        ("node detach dn2", "TS170", "insufficient number", "attach another node first; --force goes below"),
        ("exec SELECT 1", "25001", "[dn1]: VACUUM cannot", "exec runs it outside a transaction with --no-transaction"),
        ("node alter dn2 --host h", "0A000", "cannot PREPARE a transaction", "use exec --no-transaction"),
        ("node delete dn2", "42501", "permission denied for foreign server dn2", "'role grant ROLE --nodes all'"),
    ])
    func anOptionIsAdvisedWhereThereIsOne(
        _ command: String, _ sqlstate: String, _ message: String, _ advice: String
    ) async throws {
        canned["an1"].otherwise = .refused(message, sqlstate: sqlstate)
        let answer = try await run(command)
        #expect(answer.messages.contains("help: \(advice)") || answer.messages.contains(advice), "\(answer)")
    }
}
