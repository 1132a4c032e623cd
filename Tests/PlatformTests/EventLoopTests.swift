import Glibc
@testable import Platform
import Testing
import Conditions

@Suite struct EventLoopTests {
    @Test func waitsForADescriptor() async throws {
        let pipe = try Pipe(isBlocking: false)
        defer { close(pipe.reading) }
        async let readiness = EventLoop.shared.wait(for: pipe.reading, .read)
        #expect(await EventLoop.shared.wait(for: pipe.writing, .write) == .ready)
        close(pipe.writing)
        #expect(await readiness == .ready)
    }

    /// Elsewhere a look on the spot would hold up a thread that others need.
    @Test func onlyItsThreadLooksOnTheSpot() async throws {
        let pipe = try Pipe(isBlocking: false)
        defer { pipe.close() }
        #expect(!EventLoop.shared.isReadySoon(pipe.writing, .write))
        let (reading, writing) = (pipe.reading, pipe.writing)
        // What other tests do on the loop comes first.
        #expect(await eventually { await Task { @LoopActor in EventLoop.shared.isReadySoon(writing, .write) }.value })
        #expect(await !Task { @LoopActor in EventLoop.shared.isReadySoon(reading, .read) }.value)
        #expect(await EventLoop.shared.wait(for: writing, .write, isSoonTried: true) == .ready)
    }

    @Test func keepsToDeadlines() async throws {
        let pipe = try Pipe(isBlocking: false)
        defer { pipe.close() }
        let deadline = ContinuousClock.now + .milliseconds(20)
        #expect(await EventLoop.shared.wait(for: pipe.reading, .read, until: deadline) == .timedOut)
        #expect(ContinuousClock.now >= deadline)
    }

    @Test func endsCancelledWaits() async throws {
        let pipe = try Pipe(isBlocking: false)
        defer { pipe.close() }
        for round in 0..<100 {
            let task = Task { await EventLoop.shared.wait(for: pipe.reading, .read) }
            // Cancelled before, while and after it begins to wait.
            if round.isMultiple(of: 2) { await Task.yield() }
            task.cancel()
            #expect(await task.value == .cancelled)
        }
    }

    @Test func ignoresCancellationWhereItMust() async throws {
        let deadline = ContinuousClock.now + .milliseconds(20)
        let pipe = try Pipe(isBlocking: false)
        defer { pipe.close() }
        let task = Task {
            await EventLoop.shared.wait(for: pipe.reading, .read, until: deadline, heedsCancellation: false)
        }
        task.cancel()
        #expect(await task.value == .timedOut)
    }

    @Test func sleepEndsWhenCancelled() async {
        let task = Task { try await EventLoop.shared.sleep(until: .now + .seconds(600)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func runsTasksInTheirOrder() async {
        let order = Lock<[Int]>([])
        let tasks = (0..<100).map { number in
            Task(executorPreference: EventLoop.shared) { order.withLock { $0.append(number) } }
        }
        for task in tasks { await task.value }
        #expect(order.withLock { $0 } == Array(0..<100))
    }

    /// An endless chain of jobs must not keep those from their turn who wait for a descriptor.
    @Test func isFairToDescriptors() async throws {
        let pipe = try Pipe(isBlocking: false)
        close(pipe.writing)
        defer { close(pipe.reading) }
        let busy = Task(executorPreference: EventLoop.shared) {
            while !Task.isCancelled { await Task.yield() }
        }
        #expect(await EventLoop.shared.wait(for: pipe.reading, .read, until: .now + soon) == .ready)
        busy.cancel()
    }

    @Test func knowsItsOwnThread() async {
        #expect(EventLoop.shared.isIsolatingCurrentContext() == false)
        let task = Task(executorPreference: EventLoop.shared) { EventLoop.shared.isIsolatingCurrentContext() }
        #expect(await task.value == true)
    }

    /// A task of the loop's own waits without giving up the thread, and all that may happen meanwhile must still happen.
    @Test func waitsOnItsOwnThreadEndWhenCancelled() async throws {
        let pipe = try Pipe(isBlocking: false)
        defer { pipe.close() }
        for round in 0..<200 {
            let hasBegun = Lock(false)
            let task = Task(executorPreference: EventLoop.shared) {
                hasBegun.withLock { $0 = true }
                return await EventLoop.shared.wait(for: pipe.reading, .read, until: .now + soon)
            }
            // Cancelled before, while and after it begins to wait.
            if round.isMultiple(of: 2) { #expect(await eventually { hasBegun.withLock { $0 } }) }
            task.cancel()
            #expect(await task.value == .cancelled)
        }
    }

    @Test func waitsOnItsOwnThreadHoldUpNoOtherTask() async throws {
        let pipe = try Pipe(isBlocking: false)
        defer { close(pipe.reading) }
        let task = Task(executorPreference: EventLoop.shared) {
            await EventLoop.shared.wait(for: pipe.reading, .read, until: .now + soon)
        }
        for _ in 0..<100 { await Task(executorPreference: EventLoop.shared) {}.value }
        close(pipe.writing)
        #expect(await task.value == .ready)
    }

    @Test func waitsOnItsOwnThreadKeepToDeadlines() async throws {
        let pipe = try Pipe(isBlocking: false)
        defer { pipe.close() }
        let deadline = ContinuousClock.now + .milliseconds(20)
        let task = Task(executorPreference: EventLoop.shared) {
            await EventLoop.shared.wait(for: pipe.reading, .read, until: deadline)
        }
        #expect(await task.value == .timedOut)
        #expect(ContinuousClock.now >= deadline)
    }

    /// Of two who wait on the loop's thread, one for a time, neither holds up the other.
    @Test func waitsOnItsOwnThreadHoldUpNoDeadlineOfAnother() async throws {
        let pipe = try Pipe(isBlocking: false)
        defer { close(pipe.reading) }
        let sleeper = Task(executorPreference: EventLoop.shared) {
            try? await EventLoop.shared.sleep(until: .now + .milliseconds(20))
            close(pipe.writing)
        }
        let task = Task(executorPreference: EventLoop.shared) {
            await EventLoop.shared.wait(for: pipe.reading, .read, until: .now + soon)
        }
        #expect(await task.value == .ready)
        await sleeper.value
    }

    /// Who finds ready each time what is waited for gives up the thread all the same, now and then.
    @Test func whatIsAlwaysReadyHoldsUpNobody() async throws {
        let pipe = try Pipe(isBlocking: false)
        close(pipe.writing)
        defer { close(pipe.reading) }
        let busy = Task(executorPreference: EventLoop.shared) {
            while await EventLoop.shared.wait(for: pipe.reading, .read) == .ready {}
        }
        try await EventLoop.shared.sleep(until: .now + .milliseconds(20))
        await Task(executorPreference: EventLoop.shared) {}.value
        busy.cancel()
        await busy.value
    }

    @Test func isFairToDeadlines() async throws {
        let busy = Task(executorPreference: EventLoop.shared) {
            while !Task.isCancelled { await Task.yield() }
        }
        try await EventLoop.shared.sleep(until: .now + .milliseconds(20))
        busy.cancel()
    }

    @Test func blockingCallsHaveAThreadOfTheirOwn() async throws {
        let pipe = try Pipe(isBlocking: true)
        defer { close(pipe.reading) }
        let task = Task(executorPreference: EventLoop.shared) {
            await Thread.value {
                var byte: UInt8 = 0
                return read(pipe.reading, &byte, 1)
            }
        }
        // The loop goes on meanwhile.
        await Task(executorPreference: EventLoop.shared) { _ = close(pipe.writing) }.value
        #expect(await task.value == 0)
    }
}
