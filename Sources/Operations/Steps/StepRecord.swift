/// A step and what became of it.
package struct StepRecord<Work: Step>: Sendable {
    package let step: Work
    package let outcome: StepOutcome<Work.Result>
    /// How long the step took, including the questions before and after it.
    package let milliseconds: Double

    package init(step: Work, outcome: StepOutcome<Work.Result>, milliseconds: Double) {
        self.step = step
        self.outcome = outcome
        self.milliseconds = milliseconds
    }
}
