extension Predicate {
    /// What may stand at a place of a predicate.
    package enum Expected: Sendable, Equatable {
        case word(String)
        case name(ValueKind)
        /// Any word: one side of a comparison.
        case any
    }

    /// What may come behind some words of a predicate, by how predicates are written.
    ///
    /// - Returns: what may come, and whether the words are a whole predicate already.
    package static func expected(behind words: [String?]) -> (next: [Expected], isWhole: Bool) {
        var words = words[...]
        let isNegated = words.first == "not"
        if isNegated { words = words.dropFirst() }
        var next: [Expected] = []
        var isWhole = false
        for form in forms where zip(form, words).allSatisfy({ $0.matches($1) }) {
            if form.count == words.count {
                isWhole = true
            } else if form.count > words.count, !next.contains(form[words.count]) {
                next.append(form[words.count])
            }
        }
        // A word that begins another predicate is not meant to be compared.
        let signs: [Expected] = [.word("=="), .word("!=")]
        if next.contains(where: { !signs.contains($0) }) { next.removeAll { signs.contains($0) } }
        if words.isEmpty, !isNegated { next.append(.word("not")) }
        return (next, isWhole)
    }

    /// Each way in which a predicate can be written, made of how the manual shows them.
    private static let forms: [[Expected]] = usages.flatMap { usage in
        let words = usage.split(separator: " ").map(String.init)
        // `exists|up|attached to T`: what follows belongs to the last.
        guard let choice = words.firstIndex(where: { $0.contains("|") }) else {
            guard let last = words.last, last.hasPrefix("[") else { return [words.map(Expected.init)] }
            let whole = words.dropLast().map(Expected.init)
            return [whole, whole + [.word(String(last.dropFirst().dropLast()))]]
        }
        let before = words[..<choice].map(Expected.init)
        let choices = words[choice].split(separator: "|").map { Expected.word(String($0)) }
        let after = words[(choice + 1)...].map(Expected.init)
        return choices.enumerated().map { before + [$1] + ($0 == choices.count - 1 ? after : []) }
    }
}

extension Predicate.Expected {
    fileprivate init(_ written: String) {
        switch written {
        case "N": self = .name(.node)
        case "R": self = .name(.role)
        case "T": self = .name(.hypertable)
        case "A", "B": self = .any
        default: self = .word(written)
        }
    }

    /// - Parameter word: nil for one that depends on a variable.
    fileprivate func matches(_ word: String?) -> Bool {
        if case .word(let text) = self { text == word } else { true }
    }
}
