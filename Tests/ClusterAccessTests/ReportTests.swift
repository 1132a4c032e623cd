import CannedServers
import ClusterAccess
import MultiNode
import Testing

/// Whether a cluster is healthy, and what is wrong with it.
@Suite(.timeLimit(.minutes(1))) struct ReportTests {
    private let canned = CannedCluster()

    private func report() async throws -> ClusterReport { try await ClusterReport(of: canned.cluster()) }

    private func counts(underReplicated: String?) {
        canned["an1"].answer(
            ClusterCounts.query(CannedCluster.capabilities),
            .rows([["transaction_log": "12", "hypertables": "1", "under_replicated": underReplicated]]))
    }

    @Test func whereNothingIsWrongItIsHealthy() async throws {
        let report = try await report()
        #expect(report.isHealthy && report.faults.isEmpty)
        #expect(report.probes.map(\.state) == [.up, .up, .up])
        #expect(report.inDoubt == 0 && report.silent == 0)
        #expect(report.healingJob?.id == 1001)
        #expect(report.counts == ClusterCounts(row: CannedCluster.counts(chunks: ["dn1": 4, "dn2": 4, "dn3": 4])))
    }

    @Test func eachFaultIsNamed() async throws {
        canned["an1"].answer(
            DataNode.list,
            .rows([
                CannedCluster.row(node: "dn1"), CannedCluster.row(node: "dn2", isAvailable: false),
                CannedCluster.row(node: "dn3"),
            ]))
        canned["dn1"].answer(NodeState.anyQuery, .rows([CannedCluster.state(of: "dn1", inDoubt: 2)]))
        canned["dn3"].openings = [.silence]
        counts(underReplicated: "4")
        let report = try await report()
        #expect(report.faults == ["dn2 (unavailable)", "dn3 (hanging)", "2 in doubt", "4 under-replicated"])
        #expect(!report.isHealthy)
        #expect(report.inDoubt == 2 && report.silent == 1)
    }

    /// What the access node takes for the list is no longer there for the nodes.
    @Test func itsLimitBeginsWithItsFirstQuestion() async throws {
        let isHeld = Gate()
        canned["an1"].answer(DataNode.list, .held(isHeld, .rows([CannedCluster.row(node: "dn1")])))
        async let report = report()
        await isHeld.isHolding(1)
        let asked = ContinuousClock.now
        for _ in 0..<1000 { await Task.yield() }
        let used = asked.duration(to: .now)
        isHeld.open()
        _ = try await report
        let attempt = try #require(canned.servers.attempts.first { $0.place == "dn1" })
        #expect(attempt.timeout <= .seconds(4) - used)
    }

    @Test func whatThisVersionCantTellIsNoFault() async throws {
        counts(underReplicated: nil)
        #expect(try await report().isHealthy)
    }

    @Test func withoutAHealingJobItCanBeHealthy() async throws {
        canned["an1"].answer(
            Job.list(CannedCluster.capabilities), .rows([CannedCluster.row(job: 3, procedure: "mine")]))
        let report = try await report()
        #expect(report.healingJob == nil && report.isHealthy)
    }

    @Test func aServerThatCantHaveNodesIsNotHealthyAndAskedForNoMoreThanThem() async throws {
        var row = CannedCluster.capabilities(of: "an1")
        row["extension_version"] = .some(nil)
        canned["an1"].answer(Capabilities.query, .rows([row]))
        let report = try await report()
        #expect(!report.isHealthy && report.counts == nil && report.probes.isEmpty)
        #expect(canned.toAccessNode == [Capabilities.query.text, DataNode.list.text])
        let refused = await failure { try await canned.cluster().nodes() }
        #expect(refused?.message.contains("has no TimescaleDB") == true)
    }

    @Test func behindAnInterruptThereIsNoReport() async {
        let gate = Gate()
        canned["dn2"].answer(NodeState.anyQuery, .held(gate, .none))
        let cluster = canned.cluster()
        let task = Task { try await ClusterReport(of: cluster) }
        await gate.isHolding(1)
        task.cancel()
        #expect(await failure { try await task.value }?.kind == .interrupted)
        await cluster.connection.kept.forget()
        #expect(canned.servers.open == 1)
    }
}
