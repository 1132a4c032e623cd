import ClusterAccess
import MultiNode
import Operations
import Platform
import Testing

/// The order of a cut-over, and what is left of it wherever it ends.
@Suite struct CutoverTests {
    private static let limits = CutoverLimits(maxPause: .seconds(10), lockTimeout: .seconds(5))

    private func run(_ model: CutoverModel) async throws(ClusterError) -> CutoverResult {
        try await Cutover(at: model, Self.limits, now: model.now).run()
    }

    @Test(arguments: [true, false]) func everyAcknowledgedRowIsInTheNewTable(isInPlace: Bool) async throws {
        let model = CutoverModel(isInPlace: isInPlace)
        let result = try await run(model)
        let state = model.state.withLock { $0 }
        #expect(state.isRecorded && state.settled == 1 && result.pause != nil)
        #expect(state.acknowledged.isSubset(of: state.new))
        #expect(
            state.calls.filter { !["standing", "complete"].contains($0) }.suffix(10) == [
                "hold", "prepared", "writers", "hold nodes", "copy", "copy", "readers", "waiting", "exchange", "commit",
            ])
    }

    /// Killed before and behind each call, the next run ends it; at no moment do two tables take rows, or is a job lost.
    @Test(arguments: [true, false]) func killedAnywhereItIsFinishedByTheNextRun(isInPlace: Bool) async throws {
        for isDone in [false, true] {
            for call in 1...40 {
                let model = CutoverModel(isInPlace: isInPlace)
                model.state.withLock { $0.kill = (call, isDone) }
                _ = try? await run(model)
                guard model.state.withLock({ $0.isDead }) else { break }
                let left = model.state.withLock { $0 }
                let place = "call \(call), \(isDone ? "done" : "not done"): \(left.calls)"
                #expect(left.jobsAreOn || left.jobsAreRecorded, "\(place)")
                #expect(!left.isRecorded || left.isRenamed, "\(place)")
                model.revive()
                _ = try await run(model)
                let state = model.state.withLock { $0 }
                #expect(state.isRecorded && state.acknowledged.isSubset(of: state.new), "\(place)")
            }
        }
    }

    @Test(arguments: [true, false]) func whereTheAnswerOfCommitIsLostTheTruthCounts(isInPlace: Bool) async throws {
        for isDone in [false, true] {
            let model = CutoverModel(isInPlace: isInPlace)
            let lost = ClusterError("the connection was lost", kind: .connectionLost)
            model.state.withLock { $0.failure = ("commit", lost, isDone) }
            var failed = false
            do throws(ClusterError) { _ = try await run(model) } catch { failed = true }
            let state = model.state.withLock { $0 }
            #expect(state.isRecorded == isDone && failed != isDone)
            #expect(isDone || state.jobsAreOn)
        }
    }

    @Test func aPauseThatIsTooLongLeavesAllAsItWas() async throws {
        let model = CutoverModel(isInPlace: true)
        model.state.withLock { $0.step = .seconds(4) }
        await #expect(throws: ClusterError.self) { try await run(model) }
        let state = model.state.withLock { $0 }
        #expect(!state.isRenamed && !state.isHeld && state.jobsAreOn && !state.jobsAreRecorded)
        #expect(!state.calls.contains("commit"))
    }

    /// The rows of continuous aggregates may take longer than anybody knows.
    @Test func anExchangeThatTakesTooLongIsStopped() async throws {
        let model = CutoverModel(isInPlace: true)
        model.state.withLock { ($0.hangs, $0.step) = (true, .zero) }
        let limits = CutoverLimits(maxPause: .milliseconds(100), lockTimeout: .milliseconds(100))
        let error = await #expect(throws: ClusterError.self) {
            try await Cutover(at: model, limits, now: model.now).run()
        }
        #expect(error?.message.contains("--max-pause") == true)
        #expect(model.state.withLock { !$0.isRenamed && !$0.isHeld && $0.jobsAreOn })
    }

    @Test func whatIsPreparedIsWaitedForBeforeTheLastChanges() async throws {
        let model = CutoverModel(isInPlace: true)
        model.state.withLock { $0.prepared = 3 }
        _ = try await run(model)
        let state = model.state.withLock { $0 }
        #expect(state.acknowledged.isSubset(of: state.new))
    }

    /// Who had the lock has ended what is prepared, or it was there at the first look behind it.
    @Test func whatIsPreparedForOtherTablesIsNotWaitedFor() async throws {
        let model = CutoverModel(isInPlace: true)
        model.state.withLock { ($0.othersPrepare, $0.prepared) = (true, 3) }
        _ = try await run(model)
        let state = model.state.withLock { $0 }
        #expect(state.isRecorded && state.prepared == 0 && state.acknowledged.isSubset(of: state.new))
        #expect(state.calls.filter { $0 == "hold" }.count == 1)
    }

    @Test func whatStaysPreparedLeavesAllAsItWas() async throws {
        let model = CutoverModel(isInPlace: true)
        model.state.withLock { ($0.prepared, $0.step) = (1_000_000, .milliseconds(500)) }
        let error = await #expect(throws: ClusterError.self) { try await run(model) }
        #expect(error?.remedy?.contains("heal all") == true)
        #expect(model.state.withLock { !$0.isRenamed && $0.jobsAreOn })
    }

    /// Somebody connects to a node himself, or uses distributed_exec: his rows are there when the last changes are copied, or all
    /// stays as it is.
    @Test func whoWritesOnANodeIsWaitedForBeforeTheLastChanges() async throws {
        let model = CutoverModel(isInPlace: true)
        model.state.withLock { $0.writers = 3 }
        _ = try await run(model)
        #expect(model.state.withLock { $0.writers == 0 && $0.isRecorded })

        let stuck = CutoverModel(isInPlace: true)
        stuck.state.withLock { ($0.writers, $0.step) = (1_000_000, .milliseconds(500)) }
        let error = await #expect(throws: ClusterError.self) { try await run(stuck) }
        #expect(
            error?.message.contains("process 7 (idle in transaction) on dn1") == true, "\(String(describing: error))")
        #expect(stuck.state.withLock { !$0.isRenamed && !$0.isHeld && $0.jobsAreOn && !$0.calls.contains("exchange") })
    }

    /// For as long as nobody waits, and under the lock for those that have begun meanwhile.
    @Test func whoReadsAsBeforeIsWaitedFor() async throws {
        let model = CutoverModel(isInPlace: false)
        model.state.withLock { $0.readers = 3 }
        _ = try await run(model)
        let calls = model.state.withLock { $0.calls }
        #expect(calls.firstIndex(of: "hold").map { calls[..<$0].count { $0 == "readers" } } == 4, "\(calls)")

        let stuck = CutoverModel(isInPlace: true)
        stuck.state.withLock { ($0.readers, $0.step) = (1_000_000, .milliseconds(500)) }
        let error = await #expect(throws: ClusterError.self) { try await run(stuck) }
        #expect(error?.message.contains("process 8") == true)
        #expect(stuck.state.withLock { !$0.isRenamed && $0.jobsAreOn && !$0.calls.contains("hold") })
    }

    /// They are let go, and what they wait for is copied before they come again; but not for ever.
    @Test(arguments: [2, 1_000_000]) func whoWaitsAndMayReadAsBeforeIsLetGo(times: Int) async throws {
        let model = CutoverModel(isInPlace: true)
        model.state.withLock { $0.waiting = times }
        _ = try await run(model)
        let (calls, isRenamed) = model.state.withLock { ($0.calls, $0.isRenamed) }
        let holds = calls.indices.filter { calls[$0] == "hold" }
        #expect(isRenamed && holds.count == min(times, 3) + 1, "\(calls)")
        for (one, next) in zip(holds, holds.dropFirst()) {
            #expect(calls[one..<next].suffix(3).contains("copy") && !calls[one..<next].contains("exchange"), "\(calls)")
        }
    }

    /// What takes reading is done once more before others wait again.
    @Test func betweenTwoAttemptsWhatHasChangedIsCopied() async throws {
        let model = CutoverModel(isInPlace: true)
        var busy = ClusterError("dn1 was started anew")
        busy.sqlstate = "55P03"
        let once = busy
        model.state.withLock { $0.failure = ("hold nodes", once, false) }
        _ = try await run(model)
        let calls = model.state.withLock { $0.calls }
        let holds = calls.indices.filter { calls[$0] == "hold" }
        #expect(holds.count == 2 && calls[holds[0]..<holds[1]].contains("copy"), "\(calls)")
    }

    /// A transaction that has read the table and then writes to it waits for the lock, and the exchange for it.
    @Test func aDeadlockIsTriedAgainAndAtLastReadersWaitToo() async throws {
        let model = CutoverModel(isInPlace: true)
        var deadlock = ClusterError("deadlock detected")
        deadlock.sqlstate = "40P01"
        let once = deadlock
        model.state.withLock { $0.failure = ("exchange", once, false) }
        _ = try await run(model)
        let state = model.state.withLock { $0 }
        #expect(state.isRecorded && state.modes == [.againstWriters, .againstAll])
    }

    /// Between the two commits nobody can write anywhere.
    @Test func anInterruptBehindTheCommitWaitsForTheOtherServer() async throws {
        let model = CutoverModel(isInPlace: false)
        model.state.withLock { $0.interruptsAtCommit = true }
        let result = try await Task { [self] in try await run(model) }.value
        #expect(result.pause != nil && model.state.withLock { $0.isRecorded && $0.settled == 1 })
    }

    @Test func whatIsCutOverIsOnlySettledAgain() async throws {
        let model = CutoverModel(isInPlace: true)
        _ = try await run(model)
        let again = try await run(model)
        #expect(again.pause == nil && model.state.withLock { $0.settled } == 2)
    }
}
