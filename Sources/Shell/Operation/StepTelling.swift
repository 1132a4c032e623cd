import ClusterAccess
package import Operations
import Rendering

/// What programs are told of a step when it has ended: its rows, as the answer of the command has them at the end.
package struct StepTelling<Work: Step>: Sendable {
    let columns: [Table.Column]
    /// Whether nothing of the step is left to do, which is not told where only errors are.
    let isComplete: @Sendable (StepRecord<Work>) -> Bool
    let rows: @Sendable (StepRecord<Work>) -> [[Value]]

    init(
        columns: [Table.Column],
        isComplete: @escaping @Sendable (StepRecord<Work>) -> Bool = { $0.outcome.isComplete },
        rows: @escaping @Sendable (StepRecord<Work>) -> [[Value]]
    ) {
        self.columns = columns
        self.isComplete = isComplete
        self.rows = rows
    }

    /// Of steps that are each about one node.
    ///
    /// - Parameter done: the state of a node of which the step is done.
    static func ofNodes(done: String) -> StepTelling {
        StepTelling(columns: NodeSteps.columns) { record in
            let state =
                switch record.outcome {
                case .done: done
                case .unneeded: "unneeded"
                case .failed: "failed"
                case .unknown: "unknown"
                case .passedOver, .notBegun: "not_begun"
                }
            let message = record.outcome.error.map { Value.text($0.summary) } ?? .null
            return [
                [.text(record.step.name), .text(state), .number(JSON.rounded(record.milliseconds)), message]
            ]
        }
    }
}

/// The fields of a step that is about one node.
enum NodeSteps {
    static let columns: [Table.Column] = ["node", .state("state"), .number("ms"), "message"]
}
