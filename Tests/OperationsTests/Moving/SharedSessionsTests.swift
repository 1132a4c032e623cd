import ClusterAccess
import Conditions
import Platform
import Testing

@testable import Operations

/// The sessions of the access node that moves of chunks take.
@Suite(.timeLimit(.minutes(1))) struct SharedSessionsTests {
    @Test(arguments: 1...64) func thereAreNoMoreInAll(most: Int) {
        let sessions = MovingSessions(most)
        #expect(sessions.chunks >= 1)
        #expect(MovingSessions.besides + sessions.chunks + MovingSessions.shared == max(6, most))
    }

    @Test func atTheUsualNumberThreeChunksAreInHand() {
        #expect(MovingSessions(8).chunks == 3)
    }

    @Test(arguments: 1...4) func noMoreAreTakenThanThereAre(most: Int) async throws {
        struct Count {
            var now = 0
            var most = 0
        }
        let (shared, count) = (SharedSessions(most), Lock(Count()))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...30 {
                group.addTask(executorPreference: EventLoop.shared) {
                    let use = [SharedSessions.Use.look, .hold, .cleanup][number % 3]
                    let done: Void? = try await shared.with(use) { () throws(ClusterError) in
                        count.withLock {
                            $0.now += 1
                            $0.most = max($0.most, $0.now)
                        }
                        try? await EventLoop.shared.sleep(until: .now + .milliseconds(1))
                        count.withLock { $0.now -= 1 }
                    }
                    #expect(done != nil)
                }
            }
            try await group.waitForAll()
        }
        #expect(count.withLock { $0.now == 0 && $0.most <= most })
    }

    private func waited(for flag: Lock<Bool>) async {
        #expect(await eventually { flag.withLock { $0 } })
    }

    /// Runs work as long as a cleanup is at work and another waits, which neither end nor begin before it has ended.
    private func besideCleanups(
        _ shared: SharedSessions, _ work: @escaping @Sendable () async throws -> Void
    ) async throws {
        let second = Lock<Task<Void, any Error>?>(nil)
        try await shared.with(.cleanup) { () throws(ClusterError) in
            let (isWaiting, isWorking) = (Lock(false), Lock(true))
            let waiting = Task(executorPreference: EventLoop.shared) {
                let isEarly = try await shared.with(.cleanup, waits: { isWaiting.withLock { $0 = true } }) {
                    () throws(ClusterError) in isWorking.withLock { $0 }
                }
                #expect(isEarly == false)
            }
            second.withLock { $0 = waiting }
            await waited(for: isWaiting)
            do { try await work() } catch { Issue.record(error) }
            isWorking.withLock { $0 = false }
        }
        try await second.withLock { $0 }?.value
    }

    /// A cleanup may take minutes, in which copies that are not proved yet would be read.
    @Test func noCleanupKeepsOthersFromHoldingAndLooking() async throws {
        let shared = SharedSessions(MovingSessions.shared)
        try await besideCleanups(shared) {
            for use in [SharedSessions.Use.hold, .look, .hold] {
                let answer = try await shared.with(use, until: .now) { () throws(ClusterError) in 1 }
                #expect(answer == 1)
            }
        }
    }

    /// Else holds that come one behind the other would keep the copies that cleanups remove, which are read as well.
    @Test func aCleanupHasItsTurnAmongHolds() async throws {
        let shared = SharedSessions(MovingSessions.shared)
        let (isWaiting, isDone) = (Lock(false), Lock(false))
        let cleaning = Lock<Task<Void, any Error>?>(nil)
        try await shared.with(.hold) { () throws(ClusterError) in
            try await shared.with(.hold) { () throws(ClusterError) in
                let task = Task(executorPreference: EventLoop.shared) {
                    _ = try await shared.with(.cleanup, waits: { isWaiting.withLock { $0 = true } }) {
                        () throws(ClusterError) in isDone.withLock { $0 = true }
                    }
                }
                cleaning.withLock { $0 = task }
                await waited(for: isWaiting)
            }
            // The cleanup had its turn, with one hold at work.
            await waited(for: isDone)
        }
        try await cleaning.withLock { $0 }?.value
    }

    /// Copies are looked at, that one that never ends is ended, also where long comparisons follow one another.
    @Test func aLookNeedNotWaitForHolds() async throws {
        let shared = SharedSessions(MovingSessions.shared)
        _ = try await shared.with(.hold) { () throws(ClusterError) in
            try await shared.with(.hold) { () throws(ClusterError) in
                let third = try await shared.with(.hold, until: .now) { () throws(ClusterError) in 1 }
                let look = try await shared.with(.look, until: .now) { () throws(ClusterError) in 1 }
                #expect(third == nil && look == 1)
            }
        }
    }

    /// A hold that never ends by itself is found by a look.
    @Test func aLookNeedNotWaitForAHoldBesideACleanup() async throws {
        let shared = SharedSessions(MovingSessions.shared)
        _ = try await shared.with(.cleanup) { () throws(ClusterError) in
            try await shared.with(.hold) { () throws(ClusterError) in
                let look = try await shared.with(.look, until: .now) { () throws(ClusterError) in 1 }
                #expect(look == 1)
            }
        }
    }

    /// Where there is one in all, each has it in turn.
    @Test func whereThereIsOneItIsSharedAllTheSame() async throws {
        let shared = SharedSessions(1)
        let inner = try await shared.with(.cleanup) { () throws(ClusterError) in
            try await shared.with(.look, until: .now) { () throws(ClusterError) in 1 } == nil
        }
        #expect(inner == true)
        #expect(try await shared.with(.hold) { () throws(ClusterError) in 1 } == 1)
    }

    @Test func whoIsCancelledTakesNone() async throws {
        let (shared, hasBegun) = (SharedSessions(1), Lock(false))
        try await shared.with(.hold) { () throws(ClusterError) in
            let waiting = Task(executorPreference: EventLoop.shared) {
                try await shared.with(.hold) { () throws(ClusterError) in hasBegun.withLock { $0 = true } }
            }
            waiting.cancel()
            guard case .failure(let error as ClusterError) = await waiting.result else {
                Issue.record("it was not interrupted")
                return
            }
            #expect(error.kind == .interrupted)
        }
        #expect(!hasBegun.withLock { $0 })
        #expect(try await shared.with(.hold) { () throws(ClusterError) in 1 } == 1)
    }
}
