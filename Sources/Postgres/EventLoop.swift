import Glibc

/// One thread that polls descriptors and runs jobs: the executor of every connection.
///
/// Because the thread that learns that a socket is readable is the one that its connection runs on, no answer changes
/// threads on its way.
package final class EventLoop: SerialExecutor, TaskExecutor {
    package static let shared = EventLoop()

    package enum Readiness: Sendable { case ready, timedOut, cancelled }

    package enum Interest: Sendable { case read, write, readOrWrite }

    fileprivate struct Waiter {
        let descriptor: Int32
        let interest: Interest
        let deadline: ContinuousClock.Instant?
        let continuation: CheckedContinuation<Readiness, Never>
    }

    fileprivate struct State {
        var jobs: [UnownedJob] = []
        var waiters: [UInt64: Waiter] = [:]
        var nextIdentifier: UInt64 = 0
        var isWoken = false
        var thread: pthread_t?
    }

    private let state = Lock(State())
    private let waking = Pipe(isBlocking: false)

    private init() {
        let this = Unmanaged.passUnretained(self)
        // The loop lives as long as the process; `shared` keeps it.
        let address = UInt(bitPattern: this.toOpaque())
        DetachedThread.start {
            guard let pointer = UnsafeRawPointer(bitPattern: address) else { return }
            Unmanaged<EventLoop>.fromOpaque(pointer).takeUnretainedValue().run()
        }
    }

    // MARK: Executor

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let mustWake = state.withLock { state in
            state.jobs.append(job)
            return state.mustWake
        }
        if mustWake { wake() }
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
    package func asUnownedTaskExecutor() -> UnownedTaskExecutor { UnownedTaskExecutor(ordinary: self) }

    package func checkIsolated() {
        precondition(isCurrent, "not on the event loop")
    }

    private var isCurrent: Bool {
        state.withLock { state in state.thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false }
    }

    // MARK: Waiting

    /// Waits until a descriptor is ready, a deadline has passed, or the task is cancelled.
    ///
    /// - Parameter heedsCancellation: false where an answer must be read to its end whatever happens.
    package func wait(
        for descriptor: Int32, _ interest: Interest, until deadline: ContinuousClock.Instant? = nil,
        heedsCancellation: Bool = true
    ) async -> Readiness {
        let identifier = state.withLock { state in
            state.nextIdentifier += 1
            return state.nextIdentifier
        }
        guard heedsCancellation else {
            return await register(identifier, descriptor, interest, deadline, heedsCancellation: false)
        }
        return await withTaskCancellationHandler {
            await register(identifier, descriptor, interest, deadline, heedsCancellation: true)
        } onCancel: {
            finish(identifier, .cancelled)
        }
    }

    /// Waits for a time; ends early when the task is cancelled.
    package func sleep(until deadline: ContinuousClock.Instant) async -> Readiness {
        await wait(for: -1, .read, until: deadline)
    }

    private func register(
        _ identifier: UInt64, _ descriptor: Int32, _ interest: Interest, _ deadline: ContinuousClock.Instant?,
        heedsCancellation: Bool
    ) async -> Readiness {
        await withCheckedContinuation { continuation in
            let waiter = Waiter(
                descriptor: descriptor, interest: interest, deadline: deadline, continuation: continuation)
            let mustWake = state.withLock { state in
                state.waiters[identifier] = waiter
                return state.mustWake
            }
            if mustWake { wake() }
            // The task may have been cancelled before there was anything to finish.
            if heedsCancellation, Task.isCancelled { finish(identifier, .cancelled) }
        }
    }

    private func finish(_ identifier: UInt64, _ readiness: Readiness) {
        state.withLock { $0.waiters.removeValue(forKey: identifier) }?.continuation.resume(returning: readiness)
    }

    // MARK: The thread

    private func wake() {
        var byte: UInt8 = 1
        _ = write(waking.writing, &byte, 1)
    }

    private func run() {
        state.withLock { $0.thread = pthread_self() }
        var descriptors: [pollfd] = []
        var identifiers: [UInt64] = []
        var wakes = [UInt8](repeating: 0, count: 64)
        while true {
            let jobs = state.withLock { state in
                state.isWoken = false
                defer { state.jobs.removeAll(keepingCapacity: true) }
                return state.jobs
            }
            for job in jobs {
                job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
            }
            descriptors.removeAll(keepingCapacity: true)
            identifiers.removeAll(keepingCapacity: true)
            descriptors.append(pollfd(fd: waking.reading, events: Int16(POLLIN), revents: 0))
            var nearest: ContinuousClock.Instant?
            let hasJobs = state.withLock { state in
                for (identifier, waiter) in state.waiters {
                    if let deadline = waiter.deadline { nearest = min(nearest ?? deadline, deadline) }
                    identifiers.append(identifier)
                    descriptors.append(pollfd(fd: waiter.descriptor, events: waiter.interest.events, revents: 0))
                }
                return !state.jobs.isEmpty
            }
            let count = poll(&descriptors, nfds_t(descriptors.count), hasJobs ? 0 : Self.milliseconds(until: nearest))
            guard count >= 0 || errno == EINTR else { continue }
            if descriptors[0].revents != 0 {
                _ = read(waking.reading, &wakes, wakes.count)
            }
            finishReady(descriptors, identifiers, hasEvents: count > 0, deadlines: nearest != nil)
        }
    }

    private func finishReady(_ descriptors: [pollfd], _ identifiers: [UInt64], hasEvents: Bool, deadlines: Bool) {
        if hasEvents {
            for (index, identifier) in identifiers.enumerated() where descriptors[index + 1].revents != 0 {
                finish(identifier, .ready)
            }
        }
        guard deadlines else { return }
        let now = ContinuousClock.now
        let expired = state.withLock { state in
            state.waiters.filter { $0.value.deadline.map { $0 <= now } ?? false }.map(\.key)
        }
        for identifier in expired { finish(identifier, .timedOut) }
    }

    /// What poll(2) waits, rounded up so that a deadline has passed when it returns.
    private static func milliseconds(until deadline: ContinuousClock.Instant?) -> Int32 {
        guard let deadline else { return -1 }
        let left = ContinuousClock.now.duration(to: deadline)
        guard left > .zero else { return 0 }
        let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1
        return Int32(clamping: milliseconds)
    }
}

extension EventLoop.State {
    /// Whether the thread, when it is not the caller's own, has still to be told.
    fileprivate var mustWake: Bool {
        mutating get {
            if isWoken { return false }
            if let thread, pthread_equal(thread, pthread_self()) != 0 { return false }
            isWoken = true
            return true
        }
    }
}

extension EventLoop.Interest {
    fileprivate var events: Int16 {
        switch self {
        case .read: Int16(POLLIN)
        case .write: Int16(POLLOUT)
        case .readOrWrite: Int16(POLLIN | POLLOUT)
        }
    }
}
