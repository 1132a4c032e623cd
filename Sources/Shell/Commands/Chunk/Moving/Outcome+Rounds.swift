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
}
