import ClusterAccess
import CommandLanguage
package import MultiNode
package import Postgres
import Rendering

/// What a command would do, in parts that each succeed or fail as a whole.
package struct Proposal: Sendable {
    package struct Item: Sendable {
        package enum Work: Sendable {
            /// Statements on the access node, and a closure that turns their results into an outcome.
            case plan(Plan, answer: @Sendable ([QueryResult]) throws -> Outcome)
            /// Work on this machine; the text completes the "would be …" of `--dry-run`.
            case action(String, @Sendable () async throws -> Outcome)
        }

        /// The name that the part is about, if the command took several; the command for the rest lists these names.
        package let name: String?
        package let work: Work
        /// What is done before the plan is carried out on the access node; it tells what came of it, in lines behind the outcome.
        var before: (@Sendable () async throws -> [String])?
        /// How long the plan may take on the access node; nil for as long as the command.
        var limit: Duration?
        /// The database that the plan is carried out on, as one transaction; nil for the access node.
        var target: MigrationTarget?
        /// Where the plan would run, if that is another server.
        var shownPlace: String?

        package init(name: String? = nil, _ work: Work) {
            self.name = name
            self.work = work
        }

        /// - Parameter done: the message after success.
        package init(name: String? = nil, _ plan: Plan, done: String) {
            self.init(name: name, .plan(plan) { _ in Outcome(text: [done], changed: true) })
        }

        package var plan: Plan {
            switch work {
            case .plan(let plan, _): plan
            case .action: Plan()
            }
        }

        /// What would be done that is no statement.
        fileprivate var remark: String? {
            if case .action(let text, _) = work { "would be \(text)" } else { nil }
        }

        fileprivate var place: String { shownPlace ?? target?.node ?? Finding.accessNode }

        /// What `--dry-run` shows: the exact SQL and where it would run, or the text of the action.
        fileprivate func shown(_ plan: Plan, sideBySide: Bool, _ output: Output) -> String {
            switch work {
            case .plan: plan.shown(at: place, sideBySide: sideBySide, output.hiding)
            case .action(let text, _): output.hidingInOwn("-- would be \(printable(text))")
            }
        }
    }

    package var items: [Item]
    /// Items already in the wanted state.
    package var unchanged: [String] = []
    /// Whether the names of the parts are those of data nodes.
    package var concernsNodes: Bool
    /// The failures of nodes that could not be asked; the command changes the others all the same.
    package var failures: [Failure] = []
    /// The data nodes on which it changes something: what the access node reaches as these must be these.
    package var changedNodes: [DataNode] = []
    /// Whether nothing is to be done where one of these nodes is not reached.
    package var needsAllNodes = false
    /// Advice shown after an interrupt or timeout.
    package var whenInterrupted: String?
    /// Whether the parts are done side by side, each over a connection of its own, so that none waits for another.
    package var isSideBySide = false
    /// Looks closer at why a part was refused, before it is told; its name is given where it has one.
    package var whenRefused: (@Sendable (Failure, _ name: String?) async -> Failure)?
    /// What is lost by it, which is told before a person is asked, and with what `--dry-run` shows.
    package var warnings: [String] = []
    /// The names that a person must type again before anything is done.
    package var confirm: [String] = []

    package init(
        _ items: [Item], unchanged: [String] = [], concernsNodes: Bool = true, confirm: [String] = []
    ) {
        self.items = items
        self.concernsNodes = concernsNodes
        self.unchanged = unchanged
        self.confirm = confirm
    }

    /// What `--dry-run` shows.
    ///
    /// - Parameter isPart: whether it would be a part of a transaction that is open then.
    func preview(isPart: Bool = false, _ output: Output) -> Outcome {
        var outcome = Outcome()
        outcome.hidesSecrets = true
        outcome.keepsLineEnds = true
        let plans = items.map { isPart ? $0.plan.inOpenTransaction : $0.plan }
        let shown = zip(items, plans).map { $0.shown($1, sideBySide: isSideBySide, output) }.filter { !$0.isEmpty }
        outcome.text =
            unchanged.map { output.hidingInOwn("-- unchanged: \(printable($0))") }
            + (shown.isEmpty ? ["-- nothing to do"] : shown)
        let statements = zip(items, plans).flatMap { item, plan in plan.sent.map { (item.place, $0) } }
        if !statements.isEmpty || shown.isEmpty {
            outcome.table = .plan(statements, output.hiding)
        }
        if outcome.table != nil {
            outcome.remarks = unchanged.map { "unchanged: \($0)" } + items.compactMap(\.remark)
        }
        if !failures.isEmpty {
            outcome.status = .partial
            outcome.nodes = failures.compactMap { failure in failure.node.map { NodeOutcome($0, failure) } }
        }
        return outcome
    }
}
