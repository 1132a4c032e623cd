/// A step with what became of it.
package struct StepRecord<Work: Step>: Sendable {
    package let step: Work
    package let outcome: StepOutcome<Work.Result>
    /// How long it took, with the questions before and after it.
    package let milliseconds: Double
}
