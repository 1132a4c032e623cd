import Platform
import Testing
import Conditions

@Suite(.timeLimit(.minutes(1))) struct AlarmTests {
    /// What has rung, which can be waited for.
    private let rung = Lock<[String]>([])

    private func set(_ alarm: Alarm, _ name: String, in time: Duration) {
        alarm.set(at: .now.advanced(by: time)) { [rung] in rung.withLock { $0.append(name) } }
    }

    private func waits(for names: [String]) -> Bool {
        rung.wait { $0.count >= names.count ? $0 == names : nil }
    }

    @Test func theLastThatWasSetRings() {
        let alarm = Alarm()
        set(alarm, "late", in: .seconds(3600))
        set(alarm, "soon", in: .milliseconds(1))
        #expect(waits(for: ["soon"]))
    }

    @Test func whatIsClearedDoesNotRing() {
        let alarm = Alarm()
        set(alarm, "cleared", in: .milliseconds(5))
        alarm.clear()
        set(alarm, "later", in: .milliseconds(20))
        #expect(waits(for: ["later"]))
    }
}
