import Platform
import Testing

@testable import Shell

@Suite struct CancellableWorkTests {
    @Test func whatIsCancelledBeforeItBeginsBeginsCancelled() async {
        let work = CancellableWork()
        work.cancel()
        let isCancelled = Lock(false)
        await work.run { isCancelled.withLock { $0 = Task.isCancelled } }
        #expect(isCancelled.withLock { $0 })
    }

    @Test func whatRunsIsCancelled() async {
        let work = CancellableWork()
        let isCancelled = Lock(false)
        await work.run {
            work.cancel()
            let end = ContinuousClock.now.advanced(by: .seconds(3600))
            let wasCancelled = (try? await EventLoop.shared.sleep(until: end)) == nil
            isCancelled.withLock { $0 = wasCancelled }
        }
        #expect(isCancelled.withLock { $0 })
    }
}
