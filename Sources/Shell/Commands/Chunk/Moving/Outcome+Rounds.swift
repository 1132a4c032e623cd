import CommandLanguage
import Rendering

extension Outcome {
    /// What two parts of a command have done, whose tables have the same columns.
    func followed(by next: Outcome) -> Outcome {
        var outcome = next
        outcome.table = next.table.map { table?.followed(by: $0) ?? $0 } ?? table
        outcome.showLines(isStuck: !(failures + next.failures).isEmpty)
        outcome.notes = notes + next.notes.filter { !notes.contains($0) }
        outcome.remarks = remarks + next.remarks
        outcome.rest = next.rest ?? rest
        outcome.failures = failures + next.failures
        outcome.changed = changed || next.changed
        if outcome.status == .done { outcome.status = status }
        return outcome
    }

    /// What was done before something failed that was to follow; it is told all the same.
    func ended(by error: any Error, _ arguments: Arguments) -> Outcome {
        let failure = Failure(thrown: error).leavingNoDoubt(", before a further step was begun")
        var outcome = self
        outcome.rest = arguments.repeated
        outcome.status = failure.status == .interrupted ? .interrupted : .partial
        if failure.status != .interrupted { outcome.failures.append(failure) }
        return outcome
    }
}
