import ClusterAccess
import Platform
import Testing

@testable import Operations

/// The sessions of the access node that moves of chunks take.
@Suite(.timeLimit(.minutes(1))) struct SharedSessionsTests {
    @Test(arguments: 1...64) func thereAreNoMoreInAll(most: Int) {
        let sessions = MovingSessions(most)
        #expect(sessions.chunks >= 1)
        #expect(MovingSessions.besides + sessions.chunks + MovingSessions.shared == max(5, most))
    }

    @Test func atTheUsualNumberFourChunksAreInHand() {
        #expect(MovingSessions(8).chunks == 4)
    }

    @Test func noMoreAreTakenThanThereAre() async throws {
        struct Count {
            var now = 0
            var most = 0
        }
        let (shared, count) = (SharedSessions(2), Lock(Count()))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...20 {
                group.addTask(executorPreference: EventLoop.shared) {
                    let wanted = 1 + number % 2
                    _ = try await shared.with(wanted) { () throws(ClusterError) in
                        count.withLock {
                            $0.now += wanted
                            $0.most = max($0.most, $0.now)
                        }
                        try? await EventLoop.shared.sleep(until: .now + .milliseconds(1))
                        count.withLock { $0.now -= wanted }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(count.withLock { $0.now == 0 && $0.most == 2 })
    }

    /// Where there are fewer in all, whoever wants more is content with those.
    @Test func whoWantsMoreThanThereAreGetsAll() async throws {
        let shared = SharedSessions(1)
        let inner = try await shared.with(2) { () throws(ClusterError) in
            try await shared.with(until: .now) { () throws(ClusterError) in 1 } == nil
        }
        #expect(inner == true)
        #expect(try await shared.with { () throws(ClusterError) in 1 } == 1)
    }

    @Test func whoIsCancelledTakesNone() async throws {
        let (shared, hasBegun) = (SharedSessions(1), Lock(false))
        try await shared.with { () throws(ClusterError) in
            let waiting = Task(executorPreference: EventLoop.shared) {
                try await shared.with { () throws(ClusterError) in hasBegun.withLock { $0 = true } }
            }
            waiting.cancel()
            guard case .failure(let error as ClusterError) = await waiting.result else {
                Issue.record("it was not interrupted")
                return
            }
            #expect(error.kind == .interrupted)
        }
        #expect(!hasBegun.withLock { $0 })
        #expect(try await shared.with { () throws(ClusterError) in 1 } == 1)
    }
}
