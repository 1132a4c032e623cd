import CannedServers
import ClusterAccess
import MultiNode
import Postgres
import Rendering
@testable import Shell
import Testing

/// What `status` shows on a terminal of 24 lines by 80 columns.
@Suite struct StatusScreenTests {
    /// The lines, with each latency as 0.5.
    private func screen(
        _ canned: CannedCluster, width: Int? = 80, height: Int? = 23, sandboxNodes: Set<String> = [],
        color: Bool = false
    ) async throws -> [String] {
        let cluster = canned.cluster()
        let report = try await ClusterReport(of: cluster, measures: true)
        let summary = try await ConnectionSummary(of: cluster)
        let steps = StatusSteps(report, sandboxNodes: sandboxNodes)
        return StatusScreen(report, summary, steps).lines(width: width, height: height, color: color).map { line in
            line.replacing(#/ +[0-9]+\.[0-9](?= +[0-9]+ MB)/#) { "0.5".padding(from: $0.output.count) }
        }
    }

    @Test func threeNodesThatAreWell() async throws {
        let lines = try await screen(CannedCluster())
        #expect(
            lines.joined(separator: "\n") == """
                an1:5432, dist as postgres, TimescaleDB 2.13.1 on PostgreSQL 15.18
                3 of 3 nodes up, 1 hypertable, 12 chunks, 1800 MB

                node  state            ms       size               chunks
                dn1   up              0.5     300 MB ####               4
                dn2   up              0.5     600 MB ########           4
                dn3   up              0.5     900 MB ############       4

                in doubt            none
                short of replicas   none
                under way           nothing
                healing job         Success, job 1001 every 00:05:00, 7 runs, 0 failed

                healthy
                """)
    }

    /// On a screen that is too low the verdict is the last to go, and what is well the first.
    @Test(arguments: [1, 3, 6, 9, 12]) func onALowScreenTheVerdictStays(_ height: Int) async throws {
        let well = try await screen(CannedCluster(), height: height)
        #expect(well.count <= height && well.last == "healthy", "\(well)")
        let canned = CannedCluster()
        canned["dn2"].openings = [.down("dn2")]
        let lines = try await screen(canned, height: height)
        #expect(lines.count <= height && lines.contains { $0.hasPrefix("not healthy; what to do:") }, "\(lines)")
        if height >= 3 { #expect(lines.contains { $0.hasPrefix("first ") }, "\(lines)") }
    }

    /// Without a terminal a bar would only take room.
    @Test func inAPipeThereAreNoBars() async throws {
        let lines = try await screen(CannedCluster(), width: nil, height: nil)
        #expect(
            lines[3...6].joined(separator: "\n") == """
                node  state            ms       size  chunks
                dn1   up              0.5     300 MB       4
                dn2   up              0.5     600 MB       4
                dn3   up              0.5     900 MB       4
                """)
    }

    /// What a tscl that was killed has not put back, and what does it.
    @Test func aSettingThatWasLeftLoweredIsTold() async throws {
        let canned = CannedCluster()
        canned["dn2"].answer(RetryInterval.left, .rows([["database": "dist"]]))
        let lines = try await screen(canned)
        #expect(
            lines.contains("under way           'chunk cleanup' puts back the retry interval on dn2"),
            "\(lines)")
    }

    /// What seemed to be so is looked at again: a job may be at work on it.
    @Test(arguments: [true, false]) func copiesThatAreNotCompressedAlikeAreTold(_ stay: Bool) async throws {
        let canned = CannedCluster()
        var counts = CannedCluster.counts(chunks: ["dn1": 4, "dn2": 4, "dn3": 4])
        counts["chunk_sums"] = "{\"1 10 7\",0,0}"
        canned["an1"].answer(ClusterCounts.query(CannedCluster.capabilities), .rows([counts]))
        let part: [String: String?] = [
            "node": "dn1", "schema": "public", "name": "metrics", "chunks": "{10,20}", "compressed": "{10}",
            "knows": "t",
        ]
        canned["an1"].answer(ChunkInventory.list, .rows([part]))
        canned["dn1"].answer(CompressedChunks.all, .rows([["chunks": "{}"]]), .rows([["chunks": stay ? "{}" : "{10}"]]))
        let lines = try await screen(canned)
        #expect(lines.contains("compressed unlike   1 copy: 'hypertable repair public.metrics'") == stay, "\(lines)")
        // It is no more than a warning.
        #expect(lines.last == "healthy" && lines.count <= 23)
        #expect(canned.servers.sent.count { $0.text == CompressedChunks.all.text } == 2)
        #expect(canned.servers.statements(to: "dn2").allSatisfy { $0 != CompressedChunks.all.text })
        let json = try await canned.run("status") { $0.format = .json }
        #expect(json.data.contains(#""compressed_unlike":\#(stay ? 1 : 0)"#), "\(json)")
    }

    @Test func eightNodesWithTwoDown() async throws {
        let canned = CannedCluster(nodes: 8)
        canned["dn1"].answer(NodeState.anyQuery, .rows([CannedCluster.state(of: "dn1", inDoubt: 2)]))
        canned["dn2"].openings = [.down("dn2")]
        canned["dn7"].openings = [.down("dn7")]
        canned["an1"].answer(
            ClusterCounts.query(CannedCluster.capabilities),
            .rows([
                CannedCluster.counts(
                    chunks: ["dn1": 40, "dn2": 41], underReplicated: 14, lostNodes: ["dn9"], copies: 1,
                    isMigrating: true)
            ]))
        let lines = try await screen(canned)
        #expect(
            lines.joined(separator: "\n") == """
                an1:5432, dist as postgres, TimescaleDB 2.13.1 on PostgreSQL 15.18
                6 of 8 nodes up, 1 hypertable, 81 chunks, 8100 MB on 6 of them
                node  state            ms       size               chunks
                dn1   up              0.5     300 MB #                 40
                dn2   down         Connection refused                  41
                dn3   up              0.5     900 MB ####               0
                dn4   up              0.5    1200 MB ######             0
                dn5   up              0.5    1500 MB #######            0
                dn6   up              0.5    1800 MB #########          0
                dn7   down         Connection refused                   0
                dn8   up              0.5    2400 MB ############       0

                lost nodes          dn9
                in doubt            2 transactions on dn1; unknown on 2 nodes
                short of replicas   14 chunks
                under way           1 copy of chunks on record, a migration: 'migrate status'
                healing job         Success, job 1001 every 00:05:00, 7 runs, 0 failed

                not healthy; what to do:
                first   check                 # hypertables are on nodes that are no more
                second  node disable dn2 dn7  # down: until the server runs, others serve its...
                third   heal all              # 2 in doubt
                then    check
                """)
        // The prompt takes the last.
        #expect(lines.count <= 23)
    }

    @Test func ofSixtyFourNodesTheWorstAreShown() async throws {
        let canned = CannedCluster(nodes: 64)
        canned["dn60"].openings = [.down("dn60")]
        canned["dn7"].answer(NodeState.anyQuery, .rows([CannedCluster.state(of: "dn7", inDoubt: 1)]))
        let lines = try await screen(canned)
        #expect(lines[1].hasPrefix("63 of 64 nodes up, 1 hypertable, 256 chunks, "))
        #expect(lines[4].hasPrefix("dn60  down "), "\(lines)")
        #expect(lines[5].hasPrefix("dn7   up "))
        #expect(lines[6...10].map { $0.prefix(5) } == ["dn1  ", "dn2  ", "dn3  ", "dn4  ", "dn5  "])
        #expect(lines[11] == "and 57 others: up")
        #expect(lines.count <= 23)
    }

    /// What is to be typed, and why a node refuses, are seen in full or at their beginnings on a line of 80 columns.
    @Test func aFailedJobAndARefusalAreToldInTheirLines() async throws {
        let canned = CannedCluster()
        var refusal = PostgresError(
            .connectionFailed, "FATAL:  database \"dist\" is not currently accepting connections")
        refusal.isAnswered = true
        canned["dn2"].openings = [.refused(refusal)]
        canned["an1"].answer(
            Job.list(CannedCluster.capabilities),
            .rows([
                CannedCluster.row(job: 1001, procedure: "tscl_heal_data_nodes", error: ("XX000", "lost"))
            ]))
        let lines = try await screen(canned)
        #expect(lines.contains { $0.hasPrefix("dn2   refused      database \"dist\" is not curr...") }, "\(lines)")
        #expect(
            lines.contains("healing job         Failed, job 1001, 7 of 7 runs failed: 'check' tells why"), "\(lines)")
    }

    /// Long names and messages are cut; each line stays one.
    @Test(arguments: [20, 40, 79, 80, 200]) func noLineIsWiderThanTheScreen(_ width: Int) async throws {
        let canned = CannedCluster()
        let long = String(repeating: "no route to host; ", count: 20)
        canned["dn2"].openings = [.down(Place(stringLiteral: long))]
        canned["dn3"].openings = [.refused(PostgresError(.connectionFailed, long))]
        for line in try await screen(canned, width: width) {
            #expect(displayWidth(of: line) <= width && !line.contains("\n"), "\(line)")
        }
    }

    /// Of a lower screen the nodes give way, and not what to do.
    @Test(arguments: [12, 16, 18, 22, 23, 50]) func whatToDoIsSeenOnALowScreen(_ height: Int) async throws {
        let canned = CannedCluster(nodes: 8)
        canned["dn5"].openings = [.down("dn5")]
        let lines = try await screen(canned, height: height)
        #expect(lines.count <= max(height, 13))
        #expect(lines.contains { $0.hasPrefix("dn5   down ") })
        #expect(lines.last?.hasPrefix("first   node disable dn5  # ") == true)
    }

    @Test func onlyATerminalHasColour() async throws {
        #expect(try await screen(CannedCluster(), color: true).contains { $0.contains("\u{1B}[32mup\u{1B}[0m") })
        #expect(try await !screen(CannedCluster()).joined().contains("\u{1B}"))
    }

    @Test func ofASandboxTheServersAreStarted() async throws {
        let canned = CannedCluster()
        canned["dn2"].openings = [.down("dn2")]
        #expect(
            try await screen(canned, sandboxNodes: ["dn1", "dn2", "dn3"]).contains(
                "first   sandbox start dn2  # dn2 is down"))
    }

    /// Each step is a command as it stands.
    @Test func theStepsAreCommands() async throws {
        let canned = CannedCluster(nodes: 4)
        canned["dn1"].openings = [.down("dn1")]
        canned["dn2"].openings = [.down("dn2")]
        canned["dn3"].answer(NodeState.anyQuery, .rows([CannedCluster.state(of: "dn3", inDoubt: 2)]))
        canned["an1"].answer(
            DataNode.list,
            .rows([
                CannedCluster.row(node: "dn1"), CannedCluster.row(node: "dn2", isAvailable: false),
                CannedCluster.row(node: "dn3", isAvailable: false), CannedCluster.row(node: "dn4"),
            ]))
        canned["an1"].answer(
            ClusterCounts.query(CannedCluster.capabilities), .rows([CannedCluster.counts(underReplicated: 3)]))
        let report = try await ClusterReport(of: canned.cluster())
        let steps = StatusSteps(report, sandboxNodes: []).all
        #expect(
            steps.map(\.command)
                == ["node disable dn1", "node ping dn2", "node enable dn3", "heal all", "hypertable repair"])
        for step in steps { #expect(try invocations("\(step.command)  # \(step.reason)").count == 1) }
    }

    /// They are where there is room for them; where there is none, `check` tells what makes some.
    @Test(arguments: [(3, 1, "hypertable repair"), (3, 3, "check")])
    func chunksShortOfReplicas(_ short: Int, _ unplaceable: Int, _ command: String) async throws {
        let canned = CannedCluster()
        canned["an1"].answer(
            ClusterCounts.query(CannedCluster.capabilities),
            .rows([CannedCluster.counts(underReplicated: short, unplaceable: unplaceable)]))
        let steps = StatusSteps(try await ClusterReport(of: canned.cluster()), sandboxNodes: []).all
        #expect(steps.map(\.command) == [command] && steps[0].reason.hasPrefix("3 chunks short of replicas"))
    }

    /// The sum is not the cluster's, and a program can tell.
    @Test func nodesWithoutASizeAreCounted() async throws {
        let canned = CannedCluster(nodes: 2)
        canned["dn2"].openings = [.down("dn2")]
        let answer = try await ShellTrial(canned).run("status --format json")
        #expect(answer.data.contains(#""bytes":314572800,"bytes_unknown_on":1,"#), "\(answer)")
    }

    @Test func inJSONEveryNumberHasAField() async throws {
        let answer = try await ShellTrial(CannedCluster(nodes: 2)).run("status --format json")
        let cluster = try #require(answer.json.firstRange(of: #","cluster":"#).map { answer.json[$0.upperBound...] })
        #expect(
            cluster == """
                {"healthy":true,"access_node":{"place":"an1:5432","database":"dist","user":"postgres",\
                "timescaledb":"2.13.1","postgresql":"15.18","emulated":false,"in_recovery":false,"read_only":false},\
                "nodes":[\
                {"node":"dn1","state":"up","available":true,"ms":0,"bytes":314572800,"chunks":4,"in_doubt":0,\
                "in_recovery":false,"timescaledb":"2.13.1","postgresql":null,"message":null},\
                {"node":"dn2","state":"up","available":true,"ms":0,"bytes":629145600,"chunks":4,"in_doubt":0,\
                "in_recovery":false,"timescaledb":"2.13.1","postgresql":null,"message":null}],\
                "in_doubt":0,"in_doubt_unknown_on":0,"lost_nodes":[],"hypertables":1,"chunks":8,"bytes":943718400,\
                "bytes_unknown_on":0,"under_replicated":0,"compressed_unlike":0,"transaction_log":0,"copies":0,"copies_left":0,"retry_interval_left_on":[],\
                "migrating":false,\
                "healing_job":{"job":1001,"schedule":"00:05:00","scheduled":true,"last_status":"Success","runs":7,\
                "failures":0},"steps":[]}}

                """)
    }
}
