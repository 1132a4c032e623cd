@testable import Platform
import Testing

@Suite struct PollTimeoutTests {
    @Test(arguments: [
        (Duration.zero, Int32(0)),
        (.seconds(-5), 0),
        (.nanoseconds(1), 1),
        (.milliseconds(1), 1),
        (.microseconds(1001), 2),
        (.seconds(2), 2000),
        (.seconds(1 << 40), Int32.max),
        (.seconds(Int64.max), Int32.max),
    ])
    func roundsUp(_ duration: Duration, _ milliseconds: Int32) {
        #expect(PollTimeout.milliseconds(in: duration) == milliseconds)
    }

    @Test func waitsForEverWithoutADeadline() {
        #expect(PollTimeout.milliseconds(until: nil) == -1)
    }
}
