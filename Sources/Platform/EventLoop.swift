import Glibc
import SystemPackage

/// One thread that waits in poll(2), and runs the jobs of the actors and tasks that live on it.
///
/// A statement's whole way, from the call to its result, stays on this thread when the caller lives here too
/// (``LoopActor``, or `Task(executorPreference: EventLoop.shared)`): changing threads costs more than everything else.
/// Nothing that blocks may run here.
package final class EventLoop: SerialExecutor, TaskExecutor {
    package typealias Instant = ContinuousClock.Instant

    package static let shared = EventLoop()

    /// What a descriptor is waited for.
    package struct Interest: OptionSet, Sendable {
        package let rawValue: Int16

        package init(rawValue: Int16) {
            self.rawValue = rawValue
        }

        package static let read = Interest(rawValue: Int16(POLLIN))
        package static let write = Interest(rawValue: Int16(POLLOUT))
    }

    /// How a wait ended.
    package enum Readiness: Sendable {
        /// The descriptor is ready, or in error, which reading or writing will tell.
        case ready
        /// The deadline passed.
        case timedOut
        /// The waiting task was cancelled.
        case cancelled
    }

    /// Names one wait, so that another party can end it.
    package struct WaitID: Hashable, Sendable {
        fileprivate let number: UInt64
    }

    private struct Wait: Sendable {
        /// Nil when only the deadline, or `wake`, is waited for.
        let descriptor: Int32?
        let interest: Interest
        let deadline: Instant?
    }

    private struct State: Sendable {
        var jobs: [UnownedJob] = []
        /// How many jobs the thread has taken and not begun.
        var jobsInHand = 0
        var waits: [WaitID: (wait: Wait, continuation: CheckedContinuation<Readiness, Never>)] = [:]
        /// How many of them are for a descriptor.
        var descriptorWaits = 0
        var lastID: UInt64 = 0
        /// Waits that may be woken and have not begun: whether they were woken already.
        var reserved: [WaitID: Bool] = [:]
        /// Whether the thread is in poll(2), or about to be, and does not see what changes here.
        var isPolling = false
        var thread: pthread_t?
        /// Until when the job that runs may keep the thread while it waits.
        var turnEnd = Instant.now

        /// Notes that something changed; true when the thread has to be woken to see it.
        mutating func endPolling() -> Bool {
            defer { isPolling = false }
            return isPolling
        }
    }

    private let state = Lock(State())
    private let wakePipe: WakePipe

    private init() {
        do {
            wakePipe = try WakePipe()
        } catch {
            Self.giveUp("no file descriptor is left")
        }
        guard Thread.detach({ self.run() }) else {
            Self.giveUp("no thread is left")
        }
    }

    /// Without the loop no task of it would ever run: an end that says why is better than a process that hangs.
    private static func giveUp(_ reason: String) -> Never {
        try? FileDescriptor.standardError.writeWhole("tscl: cannot start the event loop: \(reason)\n".utf8)
        endProcess(71)  // EX_OSERR of sysexits.h
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let mustWake = state.withLock { state in
            state.jobs.append(job)
            return state.endPolling()
        }
        if mustWake { wakePipe.signal() }
    }

    package func isIsolatingCurrentContext() -> Bool? {
        state.withLock { state in
            state.thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false
        }
    }
}

// MARK: - Waiting

extension EventLoop {
    /// Waits until a descriptor is ready, the deadline passes, or the task is cancelled.
    ///
    /// The descriptor must stay open until this returns.
    ///
    /// - Parameters:
    ///   - heedsCancellation: False where an answer has to be read to its end whatever happens.
    ///   - isSoonTried: whether it was found not to be ready soon (``isReadySoon(_:_:)``).
    package nonisolated(nonsending) func wait(
        for descriptor: Int32, _ interest: Interest, until deadline: Instant? = nil, heedsCancellation: Bool = true,
        isSoonTried: Bool = false
    ) async -> Readiness {
        if !isSoonTried, !(heedsCancellation && Task.isCancelled), isReadySoon(descriptor, interest) { return .ready }
        return await wait(
            reserveID(), Wait(descriptor: descriptor, interest: interest, deadline: deadline),
            heedsCancellation: heedsCancellation)
    }

    /// Waits until the deadline.
    ///
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    package nonisolated(nonsending) func sleep(until deadline: Instant) async throws(CancellationError) {
        let wait = Wait(descriptor: nil, interest: [], deadline: deadline)
        guard await self.wait(reserveID(), wait, heedsCancellation: true) != .cancelled else {
            throw CancellationError()
        }
    }

    /// Names a wait that somebody is going to wake, perhaps before it has begun: between the two lies a suspension.
    package func reserveWake() -> WaitID {
        state.withLock { state in
            state.lastID += 1
            let id = WaitID(number: state.lastID)
            state.reserved[id] = false
            return id
        }
    }

    /// Waits until `wake(id)`, which makes it `.ready`, the deadline or the cancellation of the task.
    package nonisolated(nonsending) func waitToBeWoken(_ id: WaitID, until deadline: Instant?) async -> Readiness {
        await wait(id, Wait(descriptor: nil, interest: [], deadline: deadline), heedsCancellation: true)
    }

    private func reserveID() -> WaitID {
        state.withLock { state in
            state.lastID += 1
            return WaitID(number: state.lastID)
        }
    }

    /// Ends a wait that was reserved to be woken; false when it has ended by itself.
    package func wake(_ id: WaitID) -> Bool {
        let isEarly = state.withLock { state in
            guard state.reserved[id] != nil else { return false }
            state.reserved[id] = true
            return true
        }
        return isEarly || end(id, .ready)
    }

    private nonisolated(nonsending) func wait(
        _ id: WaitID, _ wait: Wait, heedsCancellation: Bool
    ) async -> Readiness {
        guard heedsCancellation else { return await withCheckedContinuation { begin(id, wait, $0) } }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                begin(id, wait, continuation)
                // A cancellation before this line found nothing to end.
                if Task.isCancelled { _ = end(id, .cancelled) }
            }
        } onCancel: {
            _ = end(id, .cancelled)
        }
    }

    /// How long a job that waits for one answer behind the other keeps the thread before others have their turn.
    private static let longestTurn: Duration = .milliseconds(10)
    /// How long a descriptor is waited for on the spot, in milliseconds.
    private static let soon: CInt = 1

    /// Waits for a descriptor on the spot, for a moment, where this is the loop's thread and nothing else is to be done: a
    /// statement of a script is the only work there is, and giving up the thread to take it again would be half its cost.
    ///
    /// It takes a millisecond at most. What comes meanwhile, as a deadline or a cancellation, is noticed that much later.
    package func isReadySoon(_ descriptor: Int32, _ interest: Interest) -> Bool {
        let isAlone = state.withLock { state in
            guard state.jobs.isEmpty, state.jobsInHand == 0, let thread = state.thread,
                pthread_equal(thread, pthread_self()) != 0, state.turnEnd > .now
            else { return false }
            return state.descriptorWaits == 0
        }
        guard isAlone else { return false }
        var polled = pollfd(fd: descriptor, events: interest.rawValue, revents: 0)
        return Glibc.poll(&polled, 1, Self.soon) > 0
    }

    private func begin(_ id: WaitID, _ wait: Wait, _ continuation: CheckedContinuation<Readiness, Never>) {
        let (wasWoken, mustWake) = state.withLock { state in
            if state.reserved.removeValue(forKey: id) == true { return (true, false) }
            state.waits[id] = (wait, continuation)
            if wait.descriptor != nil { state.descriptorWaits += 1 }
            return (false, state.endPolling())
        }
        if wasWoken { continuation.resume(returning: .ready) }
        if mustWake { wakePipe.signal() }
    }

    /// The one who removes the wait resumes it, so it is resumed once.
    private func end(_ id: WaitID, _ readiness: Readiness) -> Bool {
        let (continuation, mustWake) = state.withLock { state in
            let ended = state.waits.removeValue(forKey: id)
            if ended?.wait.descriptor != nil { state.descriptorWaits -= 1 }
            // The thread may be polling a descriptor that its owner closes next: it has to let go of it.
            return (ended?.continuation, state.endPolling())
        }
        if mustWake { wakePipe.signal() }
        continuation?.resume(returning: readiness)
        return continuation != nil
    }
}

// MARK: - The thread

extension EventLoop {
    private func run() {
        state.withLock { $0.thread = pthread_self() }
        // An endless chain of jobs must not keep the descriptors waiting: they are looked at after this many turns.
        let turnsBetweenPolls = 16
        var turns = 0
        while true {
            let jobs = state.withLock { state in
                let jobs = state.jobs
                state.jobs = []
                state.jobsInHand = jobs.count
                return jobs
            }
            for job in jobs {
                state.withLock { state in
                    state.jobsInHand -= 1
                    state.turnEnd = .now + Self.longestTurn
                }
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

    /// Waits for what is waited for, unless there are jobs to run; then it only looks, if there is anything to look at.
    private func poll() {
        var polled = [pollfd(fd: wakePipe.readingEnd, events: Int16(POLLIN), revents: 0)]
        let (descriptors, deadlines, hasJobs) = state.withLock { state in
            var descriptors: [(id: WaitID, descriptor: Int32, interest: Interest)] = []
            var deadlines: [(id: WaitID, deadline: Instant)] = []
            for (id, (wait, _)) in state.waits {
                if let descriptor = wait.descriptor { descriptors.append((id, descriptor, wait.interest)) }
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
        let ready = hasJobs && descriptors.isEmpty ? 0 : Glibc.poll(&polled, nfds_t(polled.count), timeout)
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
            _ = end(id, .timedOut)
        }
    }
}
