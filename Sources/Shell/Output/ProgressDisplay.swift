import Glibc
import Platform
import Rendering

/// The lines on a terminal that show what each node of a running command is doing.
///
/// They appear after half a second, stay below all other messages, and disappear when the command ends.
final class ProgressDisplay: Sendable {
    private struct State {
        var lines: ProgressLines
        /// How many lines are on the terminal.
        var shown = 0
        var isVisible = false
        var hasEnded = false
        var timer: Task<Void, Never>?
    }

    private let state: Lock<State>
    private let terminal: Terminal
    private let usesColor: Bool
    private let write: @Sendable (String) -> Void

    init(
        names: [String], terminal: Terminal, usesColor: Bool, write: @escaping @Sendable (String) -> Void
    ) {
        state = Lock(State(lines: ProgressLines(nodes: names)))
        (self.terminal, self.usesColor, self.write) = (terminal, usesColor, write)
        let timer = Task(executorPreference: EventLoop.shared) { [weak self] in
            do throws(CancellationError) {
                try await EventLoop.shared.sleep(until: .now.advanced(by: .milliseconds(500)))
            } catch {
                return
            }
            self?.appear()
        }
        state.withLock { $0.timer = timer }
    }

    func update(_ name: String, _ change: ProgressLines.State) {
        state.withLock { state in
            state.lines.update(node: name, state: change)
            draw(&state)
        }
    }

    /// Lets `body` write something else, above the lines.
    func stepAside(_ body: () -> Void) {
        state.withLock { state in
            if state.shown > 0 { write(redraw([], over: state.shown)) }
            state.shown = 0
            body()
            draw(&state)
        }
    }

    func end() {
        state.withLock { state in
            state.timer?.cancel()
            if state.shown > 0 { write(redraw([], over: state.shown)) }
            (state.shown, state.hasEnded) = (0, true)
        }
    }

    private func appear() {
        state.withLock { state in
            state.isVisible = true
            draw(&state)
        }
    }

    private func draw(_ state: inout State) {
        guard state.isVisible, !state.hasEnded else { return }
        let lines = state.lines.render(width: terminal.columns, height: terminal.rows, color: usesColor)
        write(redraw(lines, over: state.shown))
        state.shown = lines.count
    }
}
