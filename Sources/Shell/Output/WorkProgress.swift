import ClusterAccess
import Rendering

/// Shows the progress of several items on the terminal.
struct WorkProgress: WorkListener {
    private let display: ProgressDisplay
    private let output: Output

    /// Nil if there is no terminal to show it on, or only one item.
    init?(_ names: [String], _ output: Output) {
        guard let display = output.progress(of: names) else { return nil }
        self.display = display
        self.output = output
    }

    func began(_ name: String) { display.update(name, .running) }

    func ended(_ name: String, _ error: ClusterError?) {
        display.update(name, error.map { .failed(output.hiding($0.summary)) } ?? .done(""))
    }

    func allEnded() { output.end(display) }
}
