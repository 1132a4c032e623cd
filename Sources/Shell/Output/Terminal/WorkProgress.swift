import ClusterAccess
import Platform
import Rendering

/// Shows the progress of several items on the terminal.
struct WorkProgress: WorkListener {
    fileprivate struct State {
        var lines: ProgressLines
        /// When the items were begun that are worked on.
        var started: [String: ContinuousClock.Instant] = [:]
    }

    private let state: Lock<State>
    private let clock: Task<Void, Never>
    private let display: ProgressDisplay
    private let output: Output

    /// Nil if there is no terminal to show it on, or only one item.
    init?(_ names: [String], _ output: Output) {
        guard names.count > 1 else { return nil }
        let state = Lock(State(lines: ProgressLines(nodes: names)))
        let display = output.progress { width, height, color in
            state.withLock { $0.current }.render(width: width, height: height, color: color)
        }
        guard let display else { return nil }
        self.state = state
        clock = Task(executorPreference: EventLoop.shared) {
            while (try? await EventLoop.shared.sleep(until: .now + .seconds(1))) != nil { display.draw() }
        }
        self.display = display
        self.output = output
    }

    func began(_ name: String) { update(name, .running) }

    func ended(_ name: String, _ error: ClusterError?) {
        update(name, error.map { .failed(output.hiding($0.summary)) } ?? .done(""))
    }

    func allEnded() {
        clock.cancel()
        output.end(display)
    }

    private func update(_ name: String, _ state: ProgressLines.State) {
        self.state.withLock { all in
            all.lines.update(node: name, state: state)
            all.started[name] = state == .running ? .now : nil
        }
        display.draw()
    }
}

extension WorkProgress.State {
    /// The lines as they are now: of what lasts, for how many seconds.
    fileprivate var current: ProgressLines {
        var lines = lines
        let now = ContinuousClock.now
        for (name, start) in started where start + .seconds(2) <= now {
            lines.note(node: name, "\(start.duration(to: now).components.seconds) s")
        }
        return lines
    }
}
