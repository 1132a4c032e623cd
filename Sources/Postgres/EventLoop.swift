internal import Glibc

/// One thread that waits in poll(2), and runs the jobs of the actors and tasks that live on it.
///
/// A statement's whole way, from the call to its result, stays on this thread when the caller lives here too (an actor
/// with `EventLoop.shared` as its executor, or `Task(executorPreference: EventLoop.shared)`): changing threads costs
/// more than everything else. Nothing that blocks may run here.
package final class EventLoop: SerialExecutor, TaskExecutor {
    package typealias Instant = ContinuousClock.Instant

    package static let shared = EventLoop()

    /// What a descriptor is waited for.
    package struct Interest: OptionSet, Sendable {
        package let rawValue: Int16

        package init(rawValue: Int16) {
            self.rawValue = rawValue
        }

        package static let readable = Interest(rawValue: Int16(POLLIN))
        package static let writable = Interest(rawValue: Int16(POLLOUT))
    }

    /// How a wait ended.
    package enum WaitOutcome: Sendable {
        /// The descriptor is ready, or in error, which reading or writing will tell.
        case ready
        case deadlinePassed
        /// The waiting task was cancelled.
        case cancelled
        /// `wake` was called.
        case woken
    }

    /// Names one wait, so that another party can end it.
    struct WaitID: Hashable, Sendable {
        fileprivate let number: UInt64
    }

    private struct Wait: Sendable {
        /// -1, which poll(2) passes over, when no descriptor is waited for.
        var descriptor: Int32
        var interest: Interest
        var deadline: Instant?
        var continuation: CheckedContinuation<WaitOutcome, Never>
    }

    private struct State: Sendable {
        var jobs: [UnownedJob] = []
        var waits: [WaitID: Wait] = [:]
        var lastID: UInt64 = 0
        /// Whether the thread is in poll(2), or about to be, and does not see what changes here.
        var isPolling = false

        /// Notes that something changed; true when the thread has to be woken to see it.
        mutating func endPolling() -> Bool {
            defer { isPolling = false }
            return isPolling
        }
    }

    private let state = Lock(State())
    private let wakePipe: WakePipe

    private init() {
        guard let wakePipe = WakePipe() else {
            Self.giveUp(errno)
        }
        self.wakePipe = wakePipe
        if let failure = DetachedThread.start({ self.run() }) {
            Self.giveUp(failure)
        }
    }

    /// Without the loop no task of it would ever run: an end that says why is better than a process that hangs.
    private static func giveUp(_ failure: Int32) -> Never {
        let text = "tscl: cannot start the event loop: \(SystemError.text(failure))\n"
        _ = text.withCString { write(STDERR_FILENO, $0, strlen($0)) }
        exit(71)  // EX_OSERR of sysexits.h
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let mustWake = state.withLock { state in
            state.jobs.append(job)
            return state.endPolling()
        }
        if mustWake { wakePipe.signal() }
    }
}

// MARK: - Waiting

extension EventLoop {
    /// Waits until `descriptor` is ready, the deadline passes, or, unless `cancellable` is false, the task is cancelled.
    ///
    /// The descriptor must stay open until this returns.
    package nonisolated(nonsending) func wait(
        for interest: Interest, on descriptor: Int32, until deadline: Instant? = nil, cancellable: Bool = true
    ) async -> WaitOutcome {
        await wait(reserveID(), for: interest, on: descriptor, until: deadline, cancellable: cancellable)
    }

    /// Waits until the deadline.
    ///
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    package nonisolated(nonsending) func sleep(until deadline: Instant) async throws(CancellationError) {
        let outcome = await wait(reserveID(), for: [], on: -1, until: deadline, cancellable: true)
        if case .cancelled = outcome { throw CancellationError() }
    }

    /// Waits until `wake(id)`, the deadline or the cancellation of the task.
    nonisolated(nonsending) func waitToBeWoken(_ id: WaitID, until deadline: Instant?) async -> WaitOutcome {
        await wait(id, for: [], on: -1, until: deadline, cancellable: true)
    }

    func reserveID() -> WaitID {
        state.withLock { state in
            state.lastID += 1
            return WaitID(number: state.lastID)
        }
    }

    /// Ends a wait; false when it has ended by itself, or not begun.
    func wake(_ id: WaitID) -> Bool {
        end(id, .woken)
    }

    private nonisolated(nonsending) func wait(
        _ id: WaitID, for interest: Interest, on descriptor: Int32, until deadline: Instant?, cancellable: Bool
    ) async -> WaitOutcome {
        guard cancellable else {
            return await withCheckedContinuation { continuation in
                begin(
                    id, Wait(descriptor: descriptor, interest: interest, deadline: deadline, continuation: continuation)
                )
            }
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                begin(
                    id, Wait(descriptor: descriptor, interest: interest, deadline: deadline, continuation: continuation)
                )
                // A cancellation before this line found nothing to end.
                if Task.isCancelled { _ = end(id, .cancelled) }
            }
        } onCancel: {
            _ = end(id, .cancelled)
        }
    }

    private func begin(_ id: WaitID, _ wait: Wait) {
        let mustWake = state.withLock { state in
            state.waits[id] = wait
            return state.endPolling()
        }
        if mustWake { wakePipe.signal() }
    }

    /// The one who removes the wait resumes it, so it is resumed once.
    private func end(_ id: WaitID, _ outcome: WaitOutcome) -> Bool {
        let (wait, mustWake) = state.withLock { state in
            let wait = state.waits.removeValue(forKey: id)
            // The thread may be polling a descriptor that its owner closes next: it has to let go of it.
            return (wait, wait != nil && state.endPolling())
        }
        if mustWake { wakePipe.signal() }
        wait?.continuation.resume(returning: outcome)
        return wait != nil
    }
}

// MARK: - The thread

extension EventLoop {
    private func run() {
        // An endless chain of jobs must not keep the descriptors waiting: they are looked at after this many turns.
        let turnsBetweenPolls = 16
        var turns = 0
        while true {
            let jobs = state.withLock { state in
                let jobs = state.jobs
                state.jobs = []
                return jobs
            }
            for job in jobs {
                job.runSynchronously(
                    isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
            }
            turns += 1
            if jobs.isEmpty || turns == turnsBetweenPolls {
                turns = 0
                poll()
            }
        }
    }

    /// Waits for what is waited for, unless there are jobs to run; then it only looks.
    private func poll() {
        var polled = [pollfd(fd: wakePipe.readingEnd, events: Int16(POLLIN), revents: 0)]
        let (descriptors, deadlines, hasJobs) = state.withLock { state in
            var descriptors: [(id: WaitID, descriptor: Int32, interest: Interest)] = []
            var deadlines: [(id: WaitID, deadline: Instant)] = []
            for (id, wait) in state.waits {
                if wait.descriptor >= 0 { descriptors.append((id, wait.descriptor, wait.interest)) }
                if let deadline = wait.deadline { deadlines.append((id, deadline)) }
            }
            state.isPolling = state.jobs.isEmpty
            return (descriptors, deadlines, !state.jobs.isEmpty)
        }
        for (_, descriptor, interest) in descriptors {
            polled.append(pollfd(fd: descriptor, events: interest.rawValue, revents: 0))
        }
        let timeout = hasJobs ? 0 : PollTimeout.milliseconds(until: deadlines.map(\.deadline).min())
        // An interrupted poll leaves nothing to look at, and the next turn begins again.
        let ready = Glibc.poll(&polled, nfds_t(polled.count), timeout)
        state.withLock { $0.isPolling = false }
        if ready > 0 {
            if polled[0].revents != 0 { wakePipe.drain() }
            for (index, wait) in descriptors.enumerated() where polled[index + 1].revents != 0 {
                _ = end(wait.id, .ready)
            }
        }
        guard !deadlines.isEmpty else { return }
        let now = ContinuousClock.now
        for (id, deadline) in deadlines where deadline <= now {
            _ = end(id, .deadlinePassed)
        }
    }
}
