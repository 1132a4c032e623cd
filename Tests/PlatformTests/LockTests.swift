import Platform
import Testing

@Suite struct LockTests {
    @Test func aChangeWakesWhoWaitsForIt() async throws {
        let numbers = Lock<[Int]>([])
        let sums = Lock<[Int]>([])
        let threads = try (0..<4).map { _ in
            try Thread {
                let sum = numbers.wait { $0.count == 100 ? $0.reduce(0, +) : nil }
                sums.withLock { $0.append(sum) }
            }
        }
        for number in 0..<100 { numbers.withLock { $0.append(number) } }
        for thread in threads { thread.join() }
        #expect(sums.withLock { $0 } == [4950, 4950, 4950, 4950])
    }
}
