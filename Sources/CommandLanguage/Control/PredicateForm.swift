/// One way in which a predicate is written; the forms are in `Predicate.forms`.
package final class PredicateForm: Sendable {
    package enum Part: Sendable, ExpressibleByStringLiteral {
        case word(String)
        /// A word that the predicate asks about.
        case subject(OperandSyntax)

        package init(stringLiteral text: String) { self = .word(text) }

        static let node = Part.subject(OperandSyntax("N", .node))
        static let role = Part.subject(OperandSyntax("R", .role))
        static let table = Part.subject(OperandSyntax("T", .hypertable))
        static let left = Part.subject(OperandSyntax("A", .text))
        static let right = Part.subject(OperandSyntax("B", .text))
        static let size = Part.subject(OperandSyntax("A", .quantity))
        static let otherSize = Part.subject(OperandSyntax("B", .quantity))
        static let query = Part.subject(OperandSyntax("$$SQL$$", .query))

        var word: String? { if case .word(let text) = self { text } else { nil } }

        /// How the part is shown.
        fileprivate var usage: String {
            switch self {
            case .word(let text): text
            case .subject(let operand): operand.name
            }
        }
    }

    package let parts: [Part]
    /// Makes the predicate of the words at the places of its subjects.
    let predicate: @Sendable ([Word]) -> Predicate

    init(_ parts: Part..., predicate: @escaping @Sendable ([Word]) -> Predicate) {
        self.parts = parts
        self.predicate = predicate
    }

    var subjects: [OperandSyntax] {
        parts.compactMap { if case .subject(let operand) = $0 { operand } else { nil } }
    }

    /// The sign between its sides, where it compares two words.
    var sign: String? {
        guard parts.count == 3, case .subject = parts[0] else { return nil }
        return parts[1].word
    }
}

extension [PredicateForm] {
    /// Each form as the help shows it; forms that begin alike are one: `hypertable T exists|replicated`.
    var usages: [String] {
        var groups: [[PredicateForm]] = []
        for form in self {
            if let word = form.parts.first?.word, groups.last?.first?.parts.first?.word == word {
                groups[groups.count - 1].append(form)
            } else {
                groups.append([form])
            }
        }
        return groups.map(\.usage)
    }

    /// What is common to all forms, and then the rest of each.
    private var usage: String {
        let shown = map { $0.parts.map(\.usage) }
        var common = 0
        while let word = shown[0].dropFirst(common).first, shown.allSatisfy({ $0.dropFirst(common).first == word }) {
            common += 1
        }
        let beginning = shown[0][..<common].joined(separator: " ")
        let rests = shown.map { $0[common...].joined(separator: " ") }
        let choices = rests.filter { !$0.isEmpty }.joined(separator: "|")
        if choices.isEmpty { return beginning }
        return beginning + " " + (rests.contains("") ? "[\(choices)]" : choices)
    }
}
