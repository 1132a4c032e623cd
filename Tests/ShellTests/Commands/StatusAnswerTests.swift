import CannedServers
import MultiNode
import Shell
import Testing

/// What `status` shows, and whether it calls the cluster healthy.
@Suite struct StatusAnswerTests {
    private let canned = CannedCluster()

    private func status(_ options: String = "--format csv") async throws -> ShellTrial.Answer {
        let answer = try await ShellTrial(canned).run("status \(options)")
        return ShellTrial.Answer(
            status: answer.status, data: answer.data.replacing(#/[0-9.]+ ms/#, with: "0 ms"), messages: answer.messages)
    }

    @Test func aHealthyCluster() async throws {
        let answer = try await status()
        #expect(answer.status == .done && answer.messages.isEmpty)
        #expect(
            answer.data == """
                what,state,note
                access node,an1:5432,dist as postgres
                engine,TimescaleDB 2.13.1 on PostgreSQL 15.18,
                node dn1,up,"2.13.1, 0 ms"
                node dn2,up,"2.13.1, 0 ms"
                node dn3,up,"2.13.1, 0 ms"
                in doubt,0,
                transaction log,0,rows
                hypertables,1,distributed
                under-replicated,0,chunks
                compressed unlike,0,copies
                healing job,Success,"job 1001 every 00:05:00, 7 runs, 0 failed"

                """)
    }

    @Test func anUnhealthyOne() async throws {
        canned["dn1"].answer(NodeState.anyQuery, .rows([CannedCluster.state(of: "dn1", inDoubt: 2)]))
        canned["dn2"].openings = [.down("dn2")]
        canned["an1"].answer(
            DataNode.list,
            .rows([
                CannedCluster.row(node: "dn1"), CannedCluster.row(node: "dn2"),
                CannedCluster.row(node: "dn3", isAvailable: false),
            ]))
        canned["an1"].answer(Job.list(CannedCluster.capabilities), .none)
        let answer = try await status()
        #expect(answer.status == .notHealthy)
        #expect(answer.messages == "t:1:1: error: not healthy: dn2 (down), dn3 (unavailable), 2 in doubt\n")
        for line in [
            "node dn2,down,Connection refused\n", "node dn3,up,\"marked unavailable, 2.13.1, 0 ms\"\n",
            "in doubt,2,and unknown on 1 node\n", "healing job,none,'heal all' heals now\n",
        ] { #expect(answer.data.contains(line), "\(line)") }
        let json = try await status("--format json")
        #expect(
            json.data.hasPrefix(#"{"v":1,"command":"status","#) && json.data.contains(#","ok":false,"changed":false,"#))
    }

    @Test func aServerThatCantHaveNodes() async throws {
        var row = CannedCluster.capabilities(of: "an1")
        row["extension_version"] = .some(nil)
        row["functions"] = "{}"
        canned["an1"].answer(Capabilities.query, .rows([row]))
        let answer = try await status()
        #expect(answer.status == .notHealthy)
        #expect(answer.data.contains("multi-node,no,\"database dist has no TimescaleDB;"), "\(answer)")
    }

    @Test func withoutNodes() async throws {
        let answer = try await ShellTrial(CannedCluster(nodes: 0)).run("status --format csv")
        #expect(answer.status == .done)
        #expect(answer.data.contains("data nodes,none,'node add' adds them\n"))
    }

    @Test func anAccessNodeThatIsReadOnly() async throws {
        canned["an1"].answer(
            ClusterCounts.query(CannedCluster.capabilities),
            .rows([["transaction_log": "0", "hypertables": "1", "under_replicated": "0", "read_only": "on"]]))
        let answer = try await status()
        #expect(answer.messages == "t:1:1: error: not healthy: the access node is read only\n")
        #expect(answer.data.contains("access node,an1:5432,\"dist as postgres, read only\"\n"), "\(answer)")
        var row = CannedCluster.capabilities(of: "an1")
        row["in_recovery"] = "t"
        canned["an1"].answer(Capabilities.query, .rows([row]))
        #expect(try await status().messages == "t:1:1: error: not healthy: the access node is a standby, read only\n")
        let assertion = try await ShellTrial(canned).run("assert cluster healthy")
        #expect(assertion.status == .notHealthy)
        #expect(assertion.messages.contains("detail: the access node is a standby, read only\n"), "\(assertion)")
        #expect(try await ShellTrial(canned).run("assert not cluster healthy").status == .done)
    }

    /// As a killed move leaves them: `check` calls each an error.
    @Test func copiesThatNobodyWorksAtAreNotHealthy() async throws {
        func record(_ operation: String, running: String) -> [String: String?] {
            [
                "operation": operation, "chunk_id": "1", "chunk_name": "c", "source": "dn1", "destination": "dn2",
                "stage": "copy_chunk_data", "running": running,
            ]
        }
        canned["an1"].answer(
            ClusterCounts.query(CannedCluster.capabilities), .rows([CannedCluster.counts(copies: 2)]))
        canned["an1"].answer(ChunkCopying.list(), .rows([record("ts_copy_1_1", running: "t")]))
        #expect(try await status().status == .done)
        canned["an1"].answer(
            ChunkCopying.list(),
            .rows([record("ts_copy_1_1", running: "t"), record("ts_copy_2_1", running: "f")]))
        let answer = try await status("")
        #expect(answer.status == .notHealthy)
        #expect(answer.messages == "t:1:1: error: not healthy: 1 copy of chunks left behind\n")
        #expect(answer.data.contains("1 copy of chunks left behind, 1 copy of chunks on record"), "\(answer)")
        #expect(answer.data.contains("chunk cleanup"), "\(answer)")
        let json = try await status("--format json")
        #expect(json.data.contains(#""copies":2,"copies_left":1,"#))
    }

    @Test func versionsThatDoNotFit() async throws {
        let older = ["extension_version": "2.12.2", "server_version": "140011"] as [String: String?]
        canned["dn1"].answer(NodeState.anyQuery, .rows([CannedCluster.state(of: "dn1").merging(older) { $1 }]))
        let patch = ["extension_version": "2.13.0", "server_version": "150002"] as [String: String?]
        canned["dn2"].answer(NodeState.anyQuery, .rows([CannedCluster.state(of: "dn2").merging(patch) { $1 }]))
        let answer = try await status()
        #expect(
            answer.messages
                == "t:1:1: error: not healthy: dn1 (TimescaleDB 2.12.2 does not go with the access node's 2.13.1)\n")
        #expect(answer.data.contains("node dn1,up,\"2.12.2, which does not fit, PostgreSQL 14, 0 ms\""), "\(answer)")
        #expect(answer.data.contains("node dn2,up,\"2.13.0, 0 ms\""))
    }
}
