package import Rendering

/// What a command answers, before anything is decided about how it is shown.
package struct Outcome: Sendable {
    /// The rows it returns.
    package var table: Table?
    /// What is shown to people in place of the table, or besides it where `table` is nil.
    package var text: [String] = []
    /// One for each node it spoke to.
    package var nodes: [NodeOutcome] = []
    package var changed = false
    package var status = ExitStatus.done
    /// The commands that would make what is listed, for `--format script`; nil where there are none.
    package var script: [String]?
    /// What failed on some nodes while others answered, said on standard error besides the answer.
    package var failures: [Failure] = []
    /// False where all has been shown already.
    package var isShown = true
    /// What explains the table to people, said on standard error beside it.
    package var notes: [String] = []
    /// What it changes of the session; applied before the answer is shown.
    var effects: [Effect] = []
    /// What went wrong, in one line on standard error, where the table that says so may be thrown away.
    package var complaint: String?

    package init(
        table: Table? = nil, text: [String] = [], nodes: [NodeOutcome] = [], changed: Bool = false,
        status: ExitStatus = .done
    ) {
        self.table = table
        self.text = text
        self.nodes = nodes
        self.changed = changed
        self.status = status
    }

    /// - Parameter effects: all that it answers.
    init(effects: [Effect]) { self.effects = effects }

    package static let nothing = Outcome()
}
