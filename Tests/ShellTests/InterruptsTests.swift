import Glibc
import Testing

@testable import Shell

/// Signals as events, from their handler on.
@Suite struct InterruptsTests {
    @Test func whatArrivesBeforeSomebodyListensWaits() async {
        let interrupts = Interrupts()
        interrupts.write(signal: SIGTERM)
        let (events, continuation) = AsyncStream.makeStream(of: Interrupts.Event.self)
        interrupts.listen { continuation.yield($0) }
        #expect(await events.first { _ in true } == .terminate)
    }

    @Test func whoListensLastHears() async {
        let interrupts = Interrupts()
        let (events, continuation) = AsyncStream.makeStream(of: Interrupts.Event.self)
        interrupts.listen { _ in continuation.yield(.terminate) }
        interrupts.listen { continuation.yield($0) }
        interrupts.write(signal: SIGINT)
        #expect(await events.first { _ in true } == .interrupt)
    }
}
