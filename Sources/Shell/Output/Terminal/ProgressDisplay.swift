import Glibc
import Platform
import Rendering

/// Lines on a terminal that show how far a running command is.
///
/// They appear after half a second, stay below all other messages, and disappear when the command ends.
final class ProgressDisplay: Sendable {
    /// Makes the lines for so many columns and rows, with colour or without.
    typealias Rendering = @Sendable (_ width: Int, _ height: Int, _ color: Bool) -> [String]

    private struct State {
        /// How many lines are on the terminal.
        var shown = 0
        var isVisible = false
        var hasEnded = false
        var timer: Task<Void, Never>?
    }

    private let state: Lock<State>
    private let terminal: Terminal
    private let usesColor: Bool
    private let render: Rendering
    private let write: @Sendable (String) -> Void

    init(
        on terminal: Terminal, usesColor: Bool, _ render: @escaping Rendering,
        write: @escaping @Sendable (String) -> Void
    ) {
        state = Lock(State())
        (self.terminal, self.usesColor, self.render, self.write) = (terminal, usesColor, render, write)
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

    /// Draws the lines as they are now.
    func draw() { state.withLock { draw(&$0) } }

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
        let lines = render(terminal.columns, terminal.rows, usesColor)
        write(redraw(lines, over: state.shown))
        state.shown = lines.count
    }
}
