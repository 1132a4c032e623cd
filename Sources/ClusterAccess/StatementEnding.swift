package import MultiNode

/// What a statement does to the transaction that it is in, as far as that decides how its answer is awaited.
enum StatementEnding: Sendable {
    /// It only asks, or it is a part of an open transaction.
    case none
    /// It changes something, and commits by itself at its end.
    case implicit
    /// It commits the open transaction.
    ///
    /// - Parameter number: the transaction's id; nil if it has none.
    case commit(number: String?)
}

extension SQL {
    /// Whether it changes nothing, as far as its first word tells. Of a function that it calls nobody knows.
    package var onlyReads: Bool { isWritten && ["SELECT", "TABLE", "VALUES", "SHOW", "EXPLAIN"].contains(firstWord) }

    /// Whether it may commit more than once: a procedure or a block of code.
    var mayCommitInBetween: Bool { ["CALL", "DO"].contains(firstWord) }
}
