import ClusterAccess
@testable import Operations
import Platform
import Testing

/// How long those that write are kept waiting.
@Suite struct WritersWaitTests {
    private static let began = ContinuousClock.now

    /// - Parameter waited: how long they have waited, of ten seconds.
    private static func wait(_ waited: Duration) -> WritersWait {
        WritersWait(since: began, limit: .seconds(10), remedy: "what helps", now: { began + waited })
    }

    /// A statement is cut off in its middle, and the time is told that they have waited.
    @Test func whatLastsTooLongIsStopped() async {
        let error = await #expect(throws: ClusterError.self) {
            try await Self.wait(.seconds(17)).within { () async throws(ClusterError) -> Int in
                do throws(CancellationError) {
                    try await EventLoop.shared.sleep(until: .now + .seconds(600))
                } catch {
                    throw .interrupted
                }
                return 1
            }
        }
        #expect(error?.message.contains("have waited 17.0 s, longer than --max-pause allows (10.0 s)") == true)
        #expect(error?.remedy == "what helps")
    }

    @Test func whatIsDoneInTimeIsAnswered() async throws {
        let answer = try await Self.wait(.seconds(9)).within { () async throws(ClusterError) in 1 }
        #expect(answer == 1)
        try Self.wait(.seconds(9)).check()
        #expect(throws: ClusterError.self) { try Self.wait(.seconds(11)).check() }
    }

    @Test func whatFailsByItselfIsToldAsItIs() async {
        let error = await #expect(throws: ClusterError.self) {
            try await Self.wait(.seconds(9)).within { () async throws(ClusterError) -> Int in
                throw ClusterError("refused")
            }
        }
        #expect(error?.message == "refused")
    }
}
