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

    /// The first words of a statement that the session keeps something of behind its transaction (PostgreSQL manual,
    /// "DISCARD"); empty for one that gives all of that up, nil for any other.
    var leavingWords: String? {
        // Most statements begin with another word, and this is asked for each.
        guard ["SET", "LISTEN", "PREPARE", "CREATE", "DISCARD", "RESET"].contains(firstWord) else { return nil }
        let words = text.split(whereSeparator: \.isWhitespace).prefix(3).map { $0.uppercased() }
        guard let verb = words.first, let object = words.dropFirst().first else { return nil }
        let shown = words.prefix(2).joined(separator: " ")
        switch verb {
        case "SET" where !["LOCAL", "TRANSACTION", "CONSTRAINTS"].contains(object): return shown
        case "LISTEN": return shown
        case "PREPARE" where object != "TRANSACTION": return shown
        case "CREATE" where ["TEMP", "TEMPORARY"].contains(object): return shown
        case "DISCARD" where object.hasPrefix("ALL"), "RESET" where object.hasPrefix("ALL"): return ""
        default: return nil
        }
    }

    /// Whether it may commit more than once: a procedure or a block of code.
    var mayCommitInBetween: Bool { ["CALL", "DO"].contains(firstWord) }
}
