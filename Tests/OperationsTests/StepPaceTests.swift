import Testing

@testable import Operations

/// How much begins in a second at most, on average.
@Suite struct StepPaceTests {
    private let start = ContinuousClock.now

    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    @Test func theNextBeginsWhenTheRateAllowsIt() {
        var pace = StepPace(10)
        #expect(pace.isDue(at: at(0)))
        pace.take(50, at: at(0))
        #expect(!pace.isDue(at: at(4.9)) && pace.isDue(at: at(5)))
        // What was not begun in time gives no credit.
        pace.take(10, at: at(100))
        #expect(!pace.isDue(at: at(100.9)) && pace.isDue(at: at(101)))
    }

    @Test func withoutARateAllBeginsAtOnce() {
        var pace = StepPace(nil)
        pace.take(1 << 40, at: at(0))
        #expect(pace.isDue(at: at(0)))
    }

    @Test(arguments: [0, -5] as [Int64]) func aRateOfNothingIsTheLeast(rate: Int64) {
        var pace = StepPace(rate)
        pace.take(3, at: at(0))
        #expect(!pace.isDue(at: at(2.9)) && pace.isDue(at: at(3)))
    }
}
