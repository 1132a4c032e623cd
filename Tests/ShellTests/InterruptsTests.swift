import Foundation
import Testing

@testable import Shell

/// Signals as events; each in a process of its own, since what catches them stays.
@Suite struct InterruptsTests {
    @Test func whatArrivesBeforeSomebodyListensWaits() async {
        await #expect(processExitsWith: .exitCode(3)) {
            Interrupts.shared.install()
            raise(SIGTERM)
            Interrupts.shared.listen { if $0 == .terminate { exit(3) } }
            while true { pause() }
        }
    }

    @Test func whoListensLastHears() async {
        await #expect(processExitsWith: .exitCode(3)) {
            Interrupts.shared.install()
            Interrupts.shared.listen { _ in exit(4) }
            Interrupts.shared.listen { if $0 == .interrupt { exit(3) } }
            raise(SIGINT)
            while true { pause() }
        }
    }
}
