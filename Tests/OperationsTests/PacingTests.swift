import Operations
import Testing

@Suite struct PacingTests {
    private let start = ContinuousClock.now

    private func due(_ pacing: inout Pacing, _ seconds: Double) -> Bool { pacing.isDue(at: start + .seconds(seconds)) }

    @Test func aLineEveryInterval() {
        var pacing = Pacing(every: .seconds(10), from: start)
        let times = (0..<40).filter { due(&pacing, Double($0)) }
        #expect(times == [10, 20, 30])
        #expect(pacing.next == start + .seconds(40))
    }

    @Test func whatWasMissedIsNotMadeUpFor() {
        var pacing = Pacing(every: .seconds(10), from: start)
        #expect(due(&pacing, 37))
        #expect(!due(&pacing, 38))
        #expect(due(&pacing, 40))
    }

    @Test(arguments: [Duration.zero, .seconds(-1)]) func thereIsAlwaysAnInterval(interval: Duration) {
        var pacing = Pacing(every: interval, from: start)
        #expect(due(&pacing, 1))
        #expect(!due(&pacing, 1))
        #expect(due(&pacing, 1.002))
    }
}
