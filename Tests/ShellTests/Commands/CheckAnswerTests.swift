import CannedServers
import MultiNode
import Postgres
import Shell
import Testing

/// What `check` finds in the answers of the servers.
@Suite struct CheckAnswerTests {
    private let canned = CannedCluster()

    private func check() async throws -> ShellTrial.Answer { try await ShellTrial(canned).run("check") }

    /// What was found, without what helps.
    private func findings(_ answer: ShellTrial.Answer) -> [Substring] {
        answer.data.split(separator: "\n").filter { !$0.hasPrefix("  help: ") }
    }

    @Test func aHealthyClusterHasNoFinding() async throws {
        let answer = try await check()
        #expect(answer.status == .done && answer.messages.isEmpty)
        #expect(answer.data == "nothing found on the access node and 3 data nodes\n")
    }

    @Test func warningsAloneAreNoFailure() async throws {
        canned["an1"].answer(Job.list(CannedCluster.capabilities), .none)
        let answer = try await check()
        #expect(answer.status == .done && answer.messages.isEmpty)
        #expect(
            answer.data == """
                warning: access node: there is no healing job: transactions stay in doubt, and the transaction log grows
                  help: heal schedule

                """)
        let csv = try await ShellTrial(canned).run("check --format csv").data
        #expect(csv.hasPrefix("severity,where,finding,remedy\nwarning,access node,\"there is no healing job:"))
    }

    @Test func withoutDataNodesNothingIsToBeHealed() async throws {
        canned["an1"].answer(Job.list(CannedCluster.capabilities), .none)
        canned["an1"].answer(DataNode.list, .none)
        #expect(try await !check().data.contains("healing job"))
    }

    @Test func aNodeThatIsNotReachedIsAnError() async throws {
        canned["dn2"].openings = [.down("dn2")]
        canned["dn3"].openings = [.silence]
        let sole = ["node": "dn2", "schema": "public", "name": "metrics", "chunks": "4"] as [String: String?]
        canned["an1"].answer(SoleReplicas.list(on: []), .rows([sole]))
        canned["an1"].answer(Job.list(CannedCluster.capabilities), .none)
        let answer = try await check()
        #expect(answer.status == .notHealthy)
        #expect(answer.messages == "t:1:1: error: 3 errors found: dn2, dn3, public.metrics\n")
        // Errors come before warnings.
        #expect(
            findings(answer).map { $0.prefix(36) } == [
                "error: dn2: it can't be reached: Con", "error: dn3: it does not answer: no c",
                "error: public.metrics: 4 chunks of i", "warning: access node: there is no he",
            ])
        #expect(canned.servers.sent.first { $0.text == SoleReplicas.list(on: []).text }?.values == ["{dn2,dn3}"])
    }

    /// Enabling it while it is down fails, and it is disabled already.
    @Test func aNodeThatIsDisabledAndDownIsStartedFirst() async throws {
        canned["dn2"].openings = [.down("dn2")]
        canned["an1"].answer(
            DataNode.list,
            .rows(["dn1", "dn2", "dn3"].map { CannedCluster.row(node: $0, isAvailable: $0 != "dn2") }))
        let answer = try await check()
        #expect(answer.data.contains("help: node enable dn2, once it answers\n"), "\(answer)")
        #expect(answer.data.contains("help: start its server\n"), "\(answer)")
    }

    /// What it told before is told, and not that this role may not read the rest.
    @Test func aNodeThatFallsSilentInTheMidstIsOneFinding() async throws {
        canned["dn2"].answer(DatabaseRole.list, .silence)
        let answer = try await check()
        #expect(answer.status == .notHealthy && answer.messages == "t:1:1: error: 1 error found: dn2\n")
        #expect(findings(answer).map { $0.prefix(31) } == ["error: dn2: it does not answer:"], "\(answer)")
    }

    @Test func whatWasFoundIsToldWhereTheAccessNodeFallsSilent() async throws {
        canned["dn3"].openings = [.down("dn3")]
        canned["an1"].answer(InDoubtTransaction.committed(among: []), .frozen)
        let answer = try await ShellTrial(canned).run("check --timeout 1m")
        #expect(answer.status == .notHealthy)
        #expect(
            findings(answer).map { $0.prefix(36) } == [
                "error: dn3: it can't be reached: Con", "error: access node: it did not answe",
            ], "\(answer)")
    }

    private func refuses(_ sqlstate: String, _ message: String) -> Opening {
        .refused(PostgresError(.connectionFailed, ServerMessage(sqlstate: sqlstate, message: message)))
    }

    /// In whatever language a server refuses, and for whatever reason.
    @Test func eachRefusalHasItsOwnAdvice() async throws {
        canned["dn1"].openings = [refuses("57P03", "ВАЖНО:  система баз данных запускается")]
        canned["dn2"].openings = [refuses("53300", "致命错误:  对不起, 已经有太多的客户")]
        canned["dn3"].openings = [.password("sesame")]
        let answer = try await check()
        #expect(answer.status == .notHealthy)
        #expect(
            findings(answer).prefix(3) == [
                "error: dn1: it refuses the connection: ВАЖНО:  система баз данных запускается",
                "error: dn2: it refuses the connection: 致命错误:  对不起, 已经有太多的客户",
                "note: dn3: it can't be looked at from here: fe_sendauth: no password supplied",
            ])
        #expect(answer.data.contains("help: wait until node dn1 up"))
        #expect(answer.data.contains("who holds the connections"))
        #expect(!answer.data.contains("pg_hba"))
    }

    @Test func aDatabaseThatWasRenamedIsLookedFor() async throws {
        // Its database is missing; then the others of its server are asked.
        canned["dn2"].openings = [refuses("3D000", #"FATAL:  database "dist" does not exist"#), .accepted]
        canned["dn2"].answer(ServerDatabases.query, .table(["datname"], [["metrics"]]))
        canned["an1"].answer(
            NodeReach.ping([], limit: 1, CannedCluster.capabilities) ?? "",
            .rows(["dn1", "dn2", "dn3"].map { ["node": $0, "reached": $0 == "dn2" ? "f" : "t", "ms": "1"] }))
        let answer = try await check()
        #expect(answer.data.contains("help: node alter dn2 --database metrics, which is of this cluster"), "\(answer)")
        #expect(canned.servers.sent.filter { $0.place == "dn2" }.map(\.database) == ["postgres", "metrics"])
    }

    @Test func whereItCannotBeLookedForItIsSaidWhatToDo() async throws {
        canned["dn2"].openings = [refuses("3D000", #"FATAL:  database "dist" does not exist"#)]
        let answer = try await check()
        #expect(answer.data.contains("help: see which databases its server has"), "\(answer)")
    }

    @Test func aStrangerIsAskedNothingElse() async throws {
        canned["dn2"].answer(NodeState.anyQuery, .rows([CannedCluster.state(of: "dn2", cluster: "c2")]))
        let answer = try await check()
        #expect(answer.status == .notHealthy)
        #expect(answer.messages == "t:1:1: error: 1 error found: dn2\n")
        #expect(
            findings(answer) == [
                "error: dn2: what answers at dn2:5432, database dist is not the data node dn2: it belongs to the "
                    + "cluster c2; what is read and written there is wrong"
            ])
        #expect(canned.servers.statements(to: "dn2") == [NodeState.anyQuery.text])
    }

    /// It has let tscl in, and so it is there for others.
    @Test func aNodeThatRefusesAQuestionIsNotLost() async throws {
        canned["dn2"].answer(Capabilities.query, .refused("canceling statement", sqlstate: "57014"))
        let answer = try await check()
        #expect(answer.status == .notHealthy)
        #expect(!canned.toAccessNode.contains(SoleReplicas.list(on: []).text))
    }

    @Test func whatANodeHasBesidesThatIsNotToldIsAFinding() async throws {
        canned["dn2"].answer(
            StrayParts.query(besides: [], of: []), .refused("permission denied for table chunk", sqlstate: "42501"))
        #expect(try await check().data.contains("dn2: whether it has chunks that the access node does not know"))
    }

    @Test func rolesThatANodeDoesNotTellAreAFinding() async throws {
        canned["dn2"].answer(DatabaseRole.list, .refused("permission denied for view pg_roles", sqlstate: "42501"))
        let answer = try await check()
        #expect(answer.status == .notHealthy)
        #expect(answer.messages == "t:1:1: error: 1 error found: dn2\n")
        #expect(
            findings(answer) == [
                "error: dn2: its roles can't be compared with the access node's: permission denied for view pg_roles"
            ])
    }

    @Test(arguments: [
        (
            "idle_session_timeout", "2s",
            "error: dn2: idle_session_timeout is 2s in new sessions: it ends sessions of the"
        ),
        (
            "idle_in_transaction_session_timeout", "1min",
            "error: dn2: idle_in_transaction_session_timeout is 1min in new"
        ),
        ("tcp_user_timeout", "10s", "warning: dn2: tcp_user_timeout is 10s in new sessions: it ends sessions of the"),
        (
            "statement_timeout", "30s",
            "warning: dn2: statement_timeout is 30s in new sessions: the access node sets it aside for its own statements"
        ),
        (
            "default_transaction_read_only", "on",
            "error: dn2: default_transaction_read_only is on in new sessions: they"
        ),
        ("timescaledb.restoring", "on", "error: dn2: timescaledb.restoring is on, as after a restore that was not"),
    ])
    func settingsThatStandInTheAccessNodesWay(_ name: String, _ value: String, _ finding: String) async throws {
        canned["dn2"].answer(NodeFacts.query, .rows([CannedCluster.facts([name: value])]))
        let lines = findings(try await check())
        #expect(lines.count == 1 && lines[0].hasPrefix(finding), "\(lines)")
        // As PostgreSQL writes what is off.
        canned["dn2"].answer(
            NodeFacts.query, .rows([CannedCluster.facts([name: ["on": "off"][value] ?? "0"])]))
        #expect(findings(try await check()) == ["nothing found on the access node and 3 data nodes"])
    }

    /// The second is what later versions have instead.
    @Test(arguments: ["timescaledb.enable_transparent_decompression", "timescaledb.enable_columnarscan"])
    func rowsThatNobodyReadsAreToldOf(_ name: String) async throws {
        canned["dn2"].answer(NodeFacts.query, .rows([CannedCluster.facts([name: "off"])]))
        let lines = findings(try await check())
        #expect(
            lines == ["error: dn2: \(name) is off in new sessions: they find no rows that are compressed"], "\(lines)")
        canned["dn2"].answer(NodeFacts.query, .rows([CannedCluster.facts([name: "on"])]))
        #expect(findings(try await check()) == ["nothing found on the access node and 3 data nodes"])
    }

    @Test(arguments: ["default_transaction_read_only", "timescaledb.restoring"])
    func theAccessNodesOwnSettings(_ name: String) async throws {
        canned["an1"].answer(NodeFacts.query, .rows([CannedCluster.facts([name: "on"])]))
        let lines = findings(try await check())
        #expect(lines.count == 1 && lines[0].hasPrefix("error: access node: \(name) is on"), "\(lines)")
    }

    @Test func chunksThatANodeHasLost() async throws {
        func rows(_ chunks: String) -> Reply {
            .rows(
                ["dn1", "dn2"].map { node in
                    ["node": node, "schema": "public", "name": "metrics", "chunks": chunks] as [String: String?]
                } + [["node": "dn2", "schema": "public", "name": "other", "chunks": "{8,9}"]])
        }
        let question = ChunkInventory.missing(among: [])
        canned["an1"].answer(ChunkInventory.list, rows("{1,2,3}"), rows("{1,2}"))
        canned["dn1"].answer(question, .none)
        // One of them is dropped while check asks: that is no fault.
        canned["dn2"].answer(question, .table(["chunk"], [["2"], ["3"], ["8"], ["9"]]))
        let answer = try await check()
        #expect(answer.status == .notHealthy)
        #expect(
            findings(answer) == [
                "error: dn2: 1 of its 2 chunks of public.metrics is not there, though the access node's catalog has "
                    + "them: reads fail",
                "error: dn2: none of its 2 chunks of public.other is there, though the access node's catalog has them: "
                    + "reads fail",
            ])
        let asked = canned.servers.sent.filter { $0.text == question.text }
        #expect(Set(asked.map(\.description)).count == 2)
        #expect(asked.first { $0.place == "dn2" }?.values == ["{1,2,3,8,9}"])
        canned["an1"].answer(ChunkInventory.list, rows("{1,2}"))
        canned["dn2"].answer(question, .refused("permission denied", sqlstate: "42501"))
        #expect(
            findings(try await check()) == [
                "error: dn2: whether its chunks are all there is not known: permission denied"
            ])
    }

    @Test func remediesCanBeTyped() async throws {
        canned["an1"].answer(
            DataNode.list, .rows([CannedCluster.row(node: "it's", host: "dn2")]))
        canned["an1"].answer(DatabaseRole.list, .rows([CannedCluster.row(role: "a b")]))
        canned["an1"].answer(NodeGrants.list, .rows([["node": "it's", "grantee": "a b"]]))
        canned["dn2"].answer(DatabaseRole.list, .none)
        #expect(try await check().data.contains("  help: role sync 'a b'\n"))
        canned["dn2"].openings = [.down("dn2")]
        #expect(try await check().data.contains("'node disable 'it''s'' lets reads"))
    }

    private func accessNode(reaches nodes: [String: String]) {
        let ping = NodeReach.ping([], limit: 1, CannedCluster.capabilities) ?? ""
        canned["an1"].answer(ping, .rows(nodes.map { ["node": $0, "reached": $1, "ms": "1"] }))
    }

    @Test func whatOnlyTheAccessNodeDoesNotReachIsAnError() async throws {
        accessNode(reaches: ["dn1": "t", "dn2": "f", "dn3": "t"])
        canned["an1"].answer(
            NodeReach.visit("dn2", CannedCluster.capabilities),
            .refused("could not connect to \"dn2\": no password supplied", sqlstate: "08001"))
        canned["an1"].answer(
            UserMappings.list, .rows([["node": "dn2", "role": "postgres", "visible": "t", "remote": "app"]]))
        let answer = try await check()
        #expect(answer.status == .notHealthy)
        #expect(
            answer.data.contains(
                """
                error: dn2: the access node can't reach it as postgres, there app by its user mapping: could not connect \
                to "dn2": no password supplied

                """))
        #expect(answer.data.contains("'role passfile postgres' shows the line that the access node's passfile needs"))
        #expect(answer.data.contains("'role map postgres --on dn2 --as app --password-prompt'"))
        #expect(!answer.data.contains("node disable"))
    }

    @Test func whatOnlyTsclDoesNotReachIsANote() async throws {
        canned["dn2"].openings = [.down("dn2")]
        canned["dn3"].openings = [.silence]
        accessNode(reaches: ["dn1": "t", "dn2": "t", "dn3": "t"])
        let answer = try await check()
        #expect(answer.status == .done && answer.messages.isEmpty)
        #expect(
            findings(answer) == [
                "note: dn2: it can't be looked at from here: Connection refused",
                "note: dn3: it can't be looked at from here: no connection within the time limit",
            ])
        #expect(!answer.data.contains("start its server") && !answer.data.contains("node disable"))
    }

    @Test func aMappingToARoleThatIsNotThereNamesIt() async throws {
        canned["an1"].answer(
            UserMappings.list, .rows([["node": "dn2", "role": "app", "visible": "t", "remote": "bar"]]))
        let answer = try await check()
        #expect(answer.status == .notHealthy)
        #expect(
            findings(answer) == ["error: dn2: the user mapping of app leads to the role bar, which is missing there"])
    }

    @Test func eachNodeIsAskedOverOneConnection() async throws {
        _ = try await check()
        for node in canned.nodes {
            let statements = canned.servers.statements(to: Place(stringLiteral: node))
            #expect(statements.count == 7, "\(statements)")
            #expect(Set(statements).count == 7)
        }
        // One more to the access node asks whether that reaches them.
        #expect(canned.servers.opened == 2 + canned.nodes.count)
        // The limit is for all of them together.
        let limits = canned.servers.sent.filter { $0.place == "dn1" }.map(\.timeout)
        #expect(limits.allSatisfy { $0.map { $0 < .seconds(5) } ?? false }, "\(limits)")
    }

    @Test func transactionsInDoubtAreJudgedByTheAccessNodesLog() async throws {
        let old = ["gid": "ts-1-600-16385-10", "age_seconds": "500", "owner": "postgres"] as [String: String?]
        let young = ["gid": "ts-1-601-16385-10", "age_seconds": "5", "owner": "postgres"] as [String: String?]
        let bad = ["gid": "ts-garbage", "age_seconds": "5", "owner": "postgres"] as [String: String?]
        canned["dn1"].answer(InDoubtTransaction.list, .rows([old, young]))
        canned["dn2"].answer(InDoubtTransaction.list, .rows([bad]))
        let answer = try await check()
        #expect(answer.status == .notHealthy)
        #expect(
            findings(answer) == [
                "error: dn1: 1 transaction is in doubt, for 8 min: rows are locked, and VACUUM is held back",
                "error: dn2: the prepared transaction ts-garbage has a malformed id: it blocks the healing of the node",
            ])
        #expect(
            canned.servers.sent.first { $0.text == InDoubtTransaction.committed(among: []).text }?.values
                == ["{ts-1-600-16385-10,ts-1-601-16385-10,ts-garbage}"])
    }

    /// Healing rolls back whatever the access node has not in its log.
    @Test func aTransactionOfAnotherAccessNodeIsNotHealed() async throws {
        func row(_ gid: String, age: String = "500") -> [String: String?] {
            ["gid": gid, "age_seconds": age, "owner": "postgres"]
        }
        canned["dn1"].answer(
            InDoubtTransaction.list,
            .rows([row("ts-1-600-999-10"), row("ts-1-700-16385-10"), row("ts-1-701-16385-10", age: "5")]))
        let answer = try await check()
        #expect(answer.status == .notHealthy)
        #expect(findings(answer).count == 2, "\(answer)")
        for gid in ["ts-1-600-999-10", "ts-1-700-16385-10"] {
            #expect(
                answer.data.contains("error: dn1: the prepared transaction \(gid) is none that this access node knows"))
            #expect(answer.data.contains("COMMIT PREPARED '\(gid)' or ROLLBACK PREPARED '\(gid)'"))
        }
        #expect(!answer.data.contains("rows are locked"))
    }

    @Test func aTransactionThatIsOpenForLong() async throws {
        canned["an1"].answer(TransactionSnapshot.query, .value("600:700:600"))
        canned["dn1"].answer(
            InDoubtTransaction.list,
            .rows([["gid": "ts-1-600-16385-10", "age_seconds": "7200", "owner": "postgres"]]))
        #expect(
            findings(try await check()) == [
                "warning: dn1: the transaction ts-1-600-16385-10 is open on the access node for 2 h"
            ])
    }

    @Test func rolesThatDifferAreFound() async throws {
        canned["dn3"].answer(DatabaseRole.list, .rows([CannedCluster.roles[1]]))
        let answer = try await check()
        #expect(answer.status == .notHealthy)
        #expect(findings(answer) == ["error: dn3: the role app is missing: what it does fails there"])
    }

    /// Lets the cluster have one hypertable, which a role may read on some servers.
    private func share(readableOn places: [Place]) {
        canned["an1"].answer(
            SharedTables.list,
            .rows(
                canned.nodes.map {
                    ["id": "1", "schema": "public", "name": "metrics", "node": $0, "number": "1"]
                }))
        let owner = ["kind": "table", "id": "1", "schema": "public", "name": "metrics", "owner": "postgres"]
        for place in [CannedCluster.accessNode] + canned.nodes.map({ Place(stringLiteral: $0) }) {
            let grant = places.contains(place) ? ["grantee": "app", "privilege": "SELECT"] : [:]
            canned[place].answer(ServerGrants.query(of: [1], in: ["public"]), .rows([owner.merging(grant) { $1 }]))
        }
    }

    @Test func grantsAreComparedToo() async throws {
        share(readableOn: ["an1", "dn1", "dn3"])
        let answer = try await check()
        #expect(findings(answer) == ["error: dn2: app lacks SELECT on public.metrics: what it does there fails"])
        let roles = try await ShellTrial(canned).run("role check --format csv")
        #expect(roles.status == .notHealthy)
        #expect(roles.data.contains("app,dn2,grant,SELECT on public.metrics,none\n"), "\(roles)")
        #expect(try await ShellTrial(canned).run("role check postgres").status == .done)
        canned["dn2"].answer(DatabaseRole.list, .rows([CannedCluster.roles[1]]))
        #expect(findings(try await check()) == ["error: dn2: the role app is missing: what it does fails there"])
        canned["dn2"].answer(
            ServerGrants.query(of: [1], in: ["public"]), .refused("permission denied", sqlstate: "42501"))
        #expect(
            findings(try await check()).contains(
                "error: dn2: its schemas and grants can't be compared with the access node's: permission denied"))
    }

    @Test func whatANodeHasThatTheAccessNodeDoesNotKnow() async throws {
        canned["an1"].answer(
            StrayParts.LastNumbers.query(CannedCluster.capabilities),
            .rows([["hypertable": "1", "chunk": "9", "newest_chunk": "9", "targets": "{}"]]))
        canned["dn2"].answer(
            StrayParts.query(besides: [], of: []),
            .rows([["id": "3", "schema": "public", "name": "later", "prefix": "_dist_hyper_2"]]))
        let answer = try await check()
        #expect(answer.status == .notHealthy)
        #expect(
            findings(answer) == [
                "error: dn2: public.later, without chunks, is unknown to the access node, and newer: the access node was "
                    + "restored from a backup, or another one leads to this node, too"
            ])
    }

    @Test func serversThatWereNotRestoredTogether() async throws {
        let history = "2\n1\t0/3000148\tat restore point \"x\""
        canned["an1"].answer(NodeFacts.query, .rows([CannedCluster.facts(["recovery": history])]))
        canned["dn1"].answer(NodeFacts.query, .rows([CannedCluster.facts(["recovery": history])]))
        canned["dn2"].answer(NodeFacts.query, .rows([CannedCluster.facts(["recovery": "1\n"])]))
        // dn3 does not tell.
        let answer = try await check()
        #expect(answer.status == .done)
        #expect(findings(answer).count == 1)
        #expect(
            answer.data.hasPrefix(#"warning: access node: it was restored (at restore point "x"), and dn2 was not"#),
            "\(answer)")
    }

    @Test func aStandbyRunsNoJobsAndNamesItsPrimary() async throws {
        var row = CannedCluster.capabilities(of: "an1")
        row["in_recovery"] = "t"
        canned["an1"].answer(Capabilities.query, .rows([row]))
        canned["an1"].answer(Job.list(CannedCluster.capabilities), .none)
        canned["an1"].answer(JobScheduler.query, .value("f"))
        canned["an1"].answer(ClusterCheck.primary, .value("-h 10.0.0.1 -p 5433"))
        let answer = try await check()
        #expect(
            answer.data == """
                error: access node: the server is in recovery, a standby: nothing can be changed
                  help: connect to the primary: -h 10.0.0.1 -p 5433

                """)
    }

    @Test func settingsThatOtherRolesHave() async throws {
        let settings = ArrayText.text([
            "app\n\nstatement_timeout=30s", "app\ndist\nstatement_timeout=0", "rd\n\nidle_session_timeout=2s",
            "rd\ndist\ndefault_transaction_read_only=on", "rd\n\nlock_timeout=5s", "rd\n\nwork_mem=1GB",
            "it's\n\ntcp_user_timeout=0ms",
        ])
        canned["dn1"].answer(NodeFacts.query, .rows([CannedCluster.facts(["role_settings": settings])]))
        let answer = try await check()
        #expect(
            answer.data == """
                error: dn1: idle_session_timeout is 2s in new sessions of rd: it ends sessions of the access node, which may \
                crash when it writes next
                  help: on its server, ALTER ROLE "rd" RESET idle_session_timeout
                error: dn1: default_transaction_read_only is on in new sessions of rd: they write nothing
                  help: on its server, ALTER ROLE "rd" IN DATABASE "dist" RESET default_transaction_read_only
                warning: dn1: lock_timeout is 5s in new sessions of rd: it ends what the access node runs there, where that \
                waits for a lock
                  help: on its server, ALTER ROLE "rd" RESET lock_timeout

                """)
        canned["dn1"].answer(NodeFacts.query, .rows([CannedCluster.facts()]))
        canned["an1"].answer(NodeFacts.query, .rows([CannedCluster.facts(["role_settings": settings])]))
        #expect(
            try await check().data == """
                error: access node: default_transaction_read_only is on in new sessions of rd: they write nothing
                  help: sql ALTER ROLE "rd" IN DATABASE "dist" RESET default_transaction_read_only

                """)
    }

    @Test func anotherPostgreSQL() async throws {
        var row = CannedCluster.capabilities(of: "dn1")
        row["server_version"] = "140011"
        canned["dn1"].answer(Capabilities.query, .rows([row]))
        let answer = try await check()
        #expect(answer.status == .done)
        #expect(answer.data.hasPrefix("warning: dn1: PostgreSQL is 14 there and 15 on the access node"), "\(answer)")
    }

    @Test func whatTheAccessNodeCantBeIsTheOnlyFinding() async throws {
        var row = CannedCluster.capabilities(of: "an1")
        row["extension_version"] = "2.14.0"
        row["functions"] = "{}"
        canned["an1"].answer(Capabilities.query, .rows([row]))
        let answer = try await check()
        #expect(answer.status == .notHealthy)
        #expect(
            findings(answer) == ["error: access node: TimescaleDB 2.14.0 has no multi-node; it was removed in 2.14"])
        #expect(canned.toAccessNode.count == 2)
    }
}
