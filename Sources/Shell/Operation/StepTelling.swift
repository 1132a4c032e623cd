package import Operations
import Rendering

/// What programs are told of a step when it has ended: its rows, as the answer of the command has them at the end.
package struct StepTelling<Work: Step>: Sendable {
    let columns: [Table.Column]
    let rows: @Sendable (StepRecord<Work>) -> [[Value]]
}
