import Operations
import Platform

/// A run of an operation in virtual time, with its events.
struct Trial<Work: Step> {
    private final class Listener: OperationListener {
        private let state = Lock<[String]>([])
        private let clock: VirtualTime

        init(_ clock: VirtualTime) { self.clock = clock }

        var events: [String] { state.withLock { $0 } }

        func received(_ event: OperationEvent<Work.Result>) {
            let time = Int(clock.elapsed / .milliseconds(1))
            let text =
                switch event {
                case .stepBegan(let index): "\(index) began"
                case .stepProgressed(let index, let fraction): "\(index) at \(fraction)"
                case .stepWaits(let index, let reason): "\(index) waits for \(reason)"
                case .stepEnded(let index, let outcome, let milliseconds):
                    "\(index) \(outcome.word) in \(Int(milliseconds))"
                case .allEnded: "all ended"
                }
            state.withLock { $0.append("\(time): \(text)") }
        }
    }

    let records: [StepRecord<Work>]
    /// The events, each with its time in milliseconds.
    let events: [String]

    var outcomes: [String] { records.map(\.outcome.word) }

    /// - Parameter interventions: what happens to the run, and when.
    init(
        _ operation: Operation<Work>, stop: Stop = Stop(), _ clock: VirtualTime,
        _ interventions: [(Duration, @Sendable (Task<Void, Never>) -> Void)] = []
    ) {
        let (listener, result) = (Listener(clock), Lock<[StepRecord<Work>]>([]))
        let task = Task(executorPreference: clock) {
            let records = await operation.run(listener, stop: stop, now: { clock.now }, on: clock)
            result.withLock { $0 = records }
        }
        for (time, action) in interventions { clock.schedule(after: time) { action(task) } }
        clock.run()
        records = result.withLock { $0 }
        events = listener.events
    }
}

extension StepOutcome {
    /// The case, without what goes with it.
    var word: String {
        switch self {
        case .done: "done"
        case .unneeded: "unneeded"
        case .failed: "failed"
        case .unknown: "unknown"
        case .passedOver: "passed over"
        case .notBegun: "not begun"
        }
    }
}
