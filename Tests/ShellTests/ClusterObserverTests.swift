import CannedServers
import ClusterAccess
import Conditions
import MultiNode
import Platform
@testable import Shell
import Testing

/// What the prompt and Tab know of the cluster, and when it is looked at.
@Suite struct ClusterObserverTests {
    private let canned = CannedCluster()
    private let observer = ClusterObserver()

    /// Looks until the names are known.
    private func look(_ trial: ShellTrial, until isDone: (CompletionNames) -> Bool) async throws {
        await observer.look(at: trial.session.interpreter)
        #expect(await eventually { isDone(observer.names) })
        await observer.rest()
    }

    @Test func aCommandThatAsksNobodyMakesNobodyBeAsked() async throws {
        let trial = try ShellTrial(canned)
        _ = try await trial.run("node list")
        try await look(trial) { $0.jobs.count == 1 }
        let (statements, attempts) = (canned.toAccessNode.count, canned.servers.attempts.count)
        _ = try await trial.run("echo x")
        await observer.look(at: trial.session.interpreter)
        await observer.rest()
        #expect(canned.toAccessNode.count == statements && canned.servers.attempts.count == attempts)
        // After a change all is read again.
        _ = try await trial.run("node disable dn1")
        await observer.look(at: trial.session.interpreter)
        await observer.rest()
        #expect(canned.toAccessNode.count { $0 == DatabaseRole.list.text } == 2)
    }

    /// As behind a restart of the access node, which ends each session.
    @Test func whereItsSessionHasEndedItOpensAnother() async throws {
        canned["an1"].answer(DatabaseRole.list, .lost, .none)
        canned["an1"].answer("ONE", .done("DONE"))
        let trial = try ShellTrial(canned)
        await trial.session.interpreter.becomeInteractive { [] }
        _ = try await trial.run("node list")
        await observer.look(at: trial.session.interpreter)
        await observer.rest()
        await trial.session.interpreter.connection.link?.close()
        #expect(try await trial.run("sql ONE").status == .done)
        try await look(trial) { $0.jobs.count == 1 }
        await observer.rest()
        #expect(observer.names.nodes.map(\.name) == ["dn1", "dn2", "dn3"])
    }

    @Test func oneListThatFailsDoesNotTakeTheOthers() async throws {
        canned["an1"].answer(DatabaseRole.list, .refused("permission denied", sqlstate: "42501"))
        let trial = try ShellTrial(canned)
        _ = try await trial.run("node list")
        try await look(trial) { $0.jobs.count == 1 }
        #expect(observer.names.nodes.map(\.name) == ["dn1", "dn2", "dn3"])
        #expect(observer.names.roles.isEmpty && observer.names.hypertables == ["metrics"])
    }

    /// The first prompt waits for no more than this.
    @Test func aGreetingComesInOneRoundTripWithTheNodesThatThePromptCounts() async throws {
        let trial = try ShellTrial(canned)
        let (summary, nodes) = try await trial.session.interpreter.greeting()
        #expect(summary.engine == "TimescaleDB 2.13.1 on PostgreSQL 15.18" && nodes?.count == 3)
        #expect(canned.servers.trips.map(\.trips) == [1])
        let isHeld = Gate()
        canned["an1"].answer(NameQueries.blockedNodes, .held(isHeld, .none))
        await observer.look(at: trial.session.interpreter, knowing: nodes)
        await isHeld.isHolding(1)
        // They are no servers that a ping would find.
        #expect(observer.nodes == NodeCount(answering: 0, all: 3))
        #expect(canned.toAccessNode.count { $0 == DataNode.list.text } == 1)
        isHeld.open()
        await observer.rest()
        #expect(observer.names.nodes.map(\.name) == ["dn1", "dn2", "dn3"])
    }

    @Test func aCountThatIsLateHoldsUpNoPromptAndComesLater() async throws {
        let trial = try ShellTrial(canned)
        _ = try await trial.run("node list")
        let isHeld = Gate()
        canned["an1"].answer(
            DataNode.list, .held(isHeld, .rows(["dn1", "dn2"].map { CannedCluster.row(node: $0) })))
        await observer.look(at: trial.session.interpreter)
        #expect(observer.nodes == nil)
        let observer = observer
        let count = Task { await observer.count() }
        let unwanted = Task { await observer.count() }
        await isHeld.isHolding(1)
        unwanted.cancel()
        #expect(await unwanted.value == nil)
        isHeld.open()
        #expect(await count.value == NodeCount(answering: 0, all: 2))
        #expect(await observer.count() == NodeCount(answering: 0, all: 2))
        await observer.rest()
    }

    /// The prompt is drawn right behind `connect`.
    @Test func ofTheClusterBeforeNothingIsShown() async throws {
        canned["an2"] = canned["an1"]
        let isHeld = Gate()
        canned["an2"].answer(DataNode.list, .held(isHeld, .rows([CannedCluster.row(node: "dn9")])))
        let trial = try ShellTrial(canned)
        _ = try await trial.run("node list")
        try await look(trial) { $0.jobs.count == 1 }
        #expect(observer.nodes?.all == 3)
        _ = try await trial.run("connect host=an2 dbname=dist")
        await observer.look(at: trial.session.interpreter)
        #expect(observer.nodes == nil && observer.names.nodes.isEmpty)
        await isHeld.isHolding(1)
        isHeld.open()
        await observer.rest()
        #expect(observer.nodes == NodeCount(answering: 0, all: 1))
    }

    /// A look that is under way when the session goes to another cluster.
    @Test func whatIsSeenLateOfTheClusterBeforeIsNotKept() async throws {
        canned["an2"] = canned["an1"]
        canned["an2"].answer(DataNode.list, .rows([CannedCluster.row(node: "dn9")]))
        let trial = try ShellTrial(canned)
        _ = try await trial.run("node list")
        let isHeld = Gate()
        canned["an1"].answer(DataNode.list, .held(isHeld, .rows([CannedCluster.row(node: "dn1")])))
        await observer.look(at: trial.session.interpreter)
        await isHeld.isHolding(1)
        _ = try await trial.run("connect host=an2 dbname=dist")
        await observer.look(at: trial.session.interpreter)
        #expect(observer.nodes == nil)
        let observer = observer
        let count = Task { await observer.count() }
        isHeld.open()
        #expect(await count.value == NodeCount(answering: 0, all: 1))
        await observer.rest()
        #expect(observer.names.nodes.map(\.name) == ["dn9"])
    }

    @Test func aGreetingNeedsNoNodes() async throws {
        canned["an1"].answer(DataNode.list, .refused("permission denied", sqlstate: "42501"))
        let (summary, nodes) = try await ShellTrial(canned).session.interpreter.greeting()
        #expect(summary.refusal == nil && nodes == nil)
    }

    /// A shell's Tab waits for a second at most.
    @Test func aListThatIsSlowLeavesTimeForTheOthers() async throws {
        canned["an1"].answer(DataNode.list, .silence)
        let trial = try ShellTrial(canned)
        _ = await trial.session.completion(of: ["role", "show", ""])
        let lists = canned.servers.sent.filter { [DataNode.list.text, DatabaseRole.list.text].contains($0.text) }
        #expect(lists.allSatisfy { $0.timeout.map { $0 <= .milliseconds(250) } == true } && !lists.isEmpty)
    }
}
