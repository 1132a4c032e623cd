import Platform

/// Runs tasks on the test's thread, one job at a time, in a random order that depends on the seed alone. Time passes only
/// when no job is left, so that nothing really waits, and a seed repeats a run exactly.
final class VirtualTime: TaskExecutor, Sendable {
    private struct Timer {
        let time: Duration
        let body: @Sendable () -> Void
    }

    private struct State: Sendable {
        var jobs: [UnownedJob] = []
        /// The next ones last.
        var timers: [Timer] = []
        var now = Duration.zero
        var random: SplitMix64
    }

    private enum Event: Sendable {
        case job(UnownedJob)
        case timer(@Sendable () -> Void)
    }

    private let state: Lock<State>
    private let origin = ContinuousClock.now

    init(seed: UInt64) { state = Lock(State(random: SplitMix64(seed: seed))) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
    }

    /// Since the beginning.
    var elapsed: Duration { state.withLock { $0.now } }

    var now: ContinuousClock.Instant { origin + elapsed }

    func random<Value: Sendable>(_ draw: (inout SplitMix64) -> Value) -> Value {
        state.withLock { draw(&$0.random) }
    }

    func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) {
        state.withLock { state in
            let timer = Timer(time: state.now + delay, body: body)
            var (low, high) = (0, state.timers.count)
            while low < high {
                let middle = (low + high) / 2
                if state.timers[middle].time > timer.time { low = middle + 1 } else { high = middle }
            }
            state.timers.insert(timer, at: low)
        }
    }

    /// Runs one job or one timer that is due. If there is none, time passes to the next timer.
    ///
    /// - Returns: false if no job and no timer is left.
    func advance() -> Bool {
        guard let event = state.withLock({ Self.nextEvent(&$0) }) else { return false }
        switch event {
        case .job(let job): job.runSynchronously(on: asUnownedTaskExecutor())
        case .timer(let body): body()
        }
        return true
    }

    /// Runs all jobs and timers.
    func run() {
        while advance() {}
    }

    private static func nextEvent(_ state: inout State) -> Event? {
        if state.jobs.isEmpty {
            guard let next = state.timers.last else { return nil }
            state.now = max(state.now, next.time)
        }
        var due = 0
        while due < state.timers.count, state.timers[state.timers.count - 1 - due].time <= state.now { due += 1 }
        let choice = Int.random(in: 0..<state.jobs.count + due, using: &state.random)
        if choice < state.jobs.count {
            state.jobs.swapAt(choice, state.jobs.count - 1)
            return .job(state.jobs.removeLast())
        }
        return .timer(state.timers.remove(at: state.timers.count - 1 - (choice - state.jobs.count)).body)
    }
}
