import ClusterAccess
import Platform
import Rendering

/// Shows the progress of several items on the terminal.
struct WorkProgress: WorkListener {
    private let lines: Lock<ProgressLines>
    private let display: ProgressDisplay
    private let output: Output

    /// Nil if there is no terminal to show it on, or only one item.
    init?(_ names: [String], _ output: Output) {
        guard names.count > 1 else { return nil }
        let lines = Lock(ProgressLines(nodes: names))
        let display = output.progress { width, height, color in
            lines.withLock { $0.render(width: width, height: height, color: color) }
        }
        guard let display else { return nil }
        self.lines = lines
        self.display = display
        self.output = output
    }

    func began(_ name: String) { update(name, .running) }

    func ended(_ name: String, _ error: ClusterError?) {
        update(name, error.map { .failed(output.hiding($0.summary)) } ?? .done(""))
    }

    func allEnded() { output.end(display) }

    private func update(_ name: String, _ state: ProgressLines.State) {
        lines.withLock { $0.update(node: name, state: state) }
        display.draw()
    }
}
