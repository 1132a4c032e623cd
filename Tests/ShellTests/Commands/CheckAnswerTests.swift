import CannedServers
import MultiNode
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
        #expect(csv.hasPrefix("severity,where,finding,remedy\r\nwarning,access node,\"there is no healing job:"))
    }

    @Test func aNodeThatIsNotReachedIsAnError() async throws {
        canned["dn2"].openings = [.down("dn2")]
        canned["dn3"].openings = [.silence]
        let sole = ["node": "dn2", "schema": "public", "name": "metrics", "chunks": "4"] as [String: String?]
        canned["an1"].answer(SoleReplicas.list(on: []), .rows([sole]))
        canned["an1"].answer(Job.list(CannedCluster.capabilities), .none)
        let answer = try await check()
        #expect(answer.status == .notHealthy)
        #expect(answer.messages == "error: 3 errors found: dn2, dn3, public.metrics\n")
        // Errors come before warnings.
        #expect(
            findings(answer).map { $0.prefix(36) } == [
                "error: dn2: it can't be reached: Con", "error: dn3: it does not answer: no c",
                "error: public.metrics: 4 chunks of i", "warning: access node: there is no he",
            ])
        #expect(canned.servers.sent.first { $0.text == SoleReplicas.list(on: []).text }?.values == ["{dn2,dn3}"])
    }

    @Test func aStrangerIsAskedNothingElse() async throws {
        var row = CannedCluster.capabilities(of: "dn2")
        row["metadata"] = "dist_uuid=c2 uuid=dn2"
        row["max_prepared_transactions"] = "0"
        canned["dn2"].answer(Capabilities.query, .rows([row]))
        let answer = try await check()
        #expect(answer.status == .notHealthy)
        #expect(answer.messages == "error: 1 error found: dn2\n")
        #expect(
            findings(answer) == [
                "error: dn2: what answers at dn2:5432, database dist is not this node: it belongs to the cluster c2"
            ])
        #expect(!canned.servers.statements(to: "dn2").contains(DatabaseRole.list.text))
    }

    @Test func rolesThatANodeDoesNotTellAreAFinding() async throws {
        canned["dn2"].answer(DatabaseRole.list, .refused("permission denied for view pg_roles", sqlstate: "42501"))
        let answer = try await check()
        #expect(answer.status == .notHealthy)
        #expect(answer.messages == "error: 1 error found: dn2\n")
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
        ("statement_timeout", "30s", "warning: dn2: statement_timeout is 30s in new sessions: it ends what the access"),
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

    @Test(arguments: ["default_transaction_read_only", "timescaledb.restoring"])
    func theAccessNodesOwnSettings(_ name: String) async throws {
        canned["an1"].answer(NodeFacts.query, .rows([CannedCluster.facts([name: "on"])]))
        let lines = findings(try await check())
        #expect(lines.count == 1 && lines[0].hasPrefix("error: access node: \(name) is on"), "\(lines)")
    }

    @Test(arguments: [
        ("sync", "heal dn1 'd n'; then sql CALL timescaledb_experimental.cleanup_copy_chunk_operation('op')"),
        (
            "attach_compressed_chunk",
            #"heal dn1 'd n'; then sql SELECT "_timescaledb_functions".chunk_drop_replica('s."it''s"', 'd n'); "#
                + "then sql DELETE FROM _timescaledb_catalog.chunk_copy_operation WHERE operation_id = 'op'"
        ),
        (
            "delete_chunk",
            "sql DELETE FROM _timescaledb_catalog.chunk_copy_operation WHERE operation_id = 'op'; never clean it up: "
                + "that would drop the only copy"
        ),
    ])
    func whatABrokenChunkCopyNeeds(_ stage: String, _ remedy: String) async throws {
        let row =
            [
                "operation": "op", "stage": stage, "source": "dn1", "destination": "d n", "chunk": #"s."it's""#,
            ] as [String: String?]
        canned["an1"].answer(FailedChunkCopy.list, .rows([row]))
        let answer = try await check()
        #expect(answer.data.contains("  help: \(remedy)\n"), "\(answer)")
        #expect(answer.status == (stage == "delete_chunk" ? .done : .notHealthy))
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
            DataNode.list(CannedCluster.capabilities), .rows([CannedCluster.row(node: "it's", host: "dn2")]))
        canned["an1"].answer(DatabaseRole.list, .rows([CannedCluster.row(role: "a b")]))
        canned["an1"].answer(NodeGrants.list, .rows([["node": "it's", "grantee": "a b"]]))
        canned["dn2"].answer(DatabaseRole.list, .none)
        #expect(try await check().data.contains("  help: role sync 'a b'\n"))
        canned["dn2"].openings = [.down("dn2")]
        #expect(try await check().data.contains("node disable 'it''s' lets reads"))
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
        #expect(answer.data.contains("timescaledb.passfile (mode 0600) dn2:5432:dist:app:PASSWORD"))
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
            #expect(statements.count == 4, "\(statements)")
            #expect(Set(statements).count == 4)
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

    @Test func rolesThatDifferAreFound() async throws {
        canned["dn3"].answer(DatabaseRole.list, .rows([CannedCluster.roles[1]]))
        let answer = try await check()
        #expect(answer.status == .notHealthy)
        #expect(findings(answer) == ["error: dn3: the role app is missing: what it does fails there"])
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
        #expect(canned.toAccessNode.count == 1)
    }
}
