import ClusterAccess
import Postgres

/// How a statement is run that somebody wrote.
struct WrittenStatement {
    /// What goes over besides its answer.
    let transfer: StatementTransfer
    /// What is told where it was ended because nobody takes what it gives; nil where it failed by itself.
    let whenUntaken: (() -> Result<Outcome, Failure>?)?
    /// What is shown of its result.
    let answer: (QueryResult) throws -> Outcome

    init(
        _ transfer: StatementTransfer = .none, whenUntaken: (() -> Result<Outcome, Failure>?)? = nil,
        answer: @escaping (QueryResult) throws -> Outcome
    ) {
        (self.transfer, self.whenUntaken, self.answer) = (transfer, whenUntaken, answer)
    }
}
