/// Makes a condition of the words behind `if`, `wait until` and `assert`, by the table of forms.
struct ConditionReader {
    private static let negation = "not"
    private static let conjunction = "and"
    private static let disjunction = "or"

    private let source: SourceText
    private let words: [Word]
    /// Whether the words came one by one from a command line, where none is bare.
    private let areArguments: Bool
    /// How many of the words have been read.
    private(set) var position = 0

    init(_ words: [Word], in source: SourceText, areArguments: Bool = false) {
        self.words = words
        self.source = source
        self.areArguments = areArguments
    }

    /// The condition that begins here.
    ///
    /// - Parameters:
    ///   - statement: what the condition belongs to, such as `if`.
    ///   - span: where that stands.
    mutating func condition(of statement: String, at span: Span) throws(Diagnostic) -> Condition {
        guard position < words.count else {
            throw problem(
                "\(statement) needs a predicate", span, help: "predicates: \(Predicate.usages.joined(separator: "; "))")
        }
        let first = position
        var alternatives = [[try term()]]
        while let link = keyword(among: [Self.conjunction, Self.disjunction]) {
            guard position + 1 < words.count else {
                throw problem("'\(link)' needs a predicate behind it", words[position].span)
            }
            position += 1
            if link == Self.disjunction { alternatives.append([]) }
            alternatives[alternatives.count - 1].append(try term())
        }
        return Condition(alternatives: alternatives, source: source, span: self.span(from: first))
    }

    private mutating func term() throws(Diagnostic) -> ConditionTerm {
        let first = position
        let isNegated = skipNegation()
        guard position < words.count else {
            throw problem("'not' needs a predicate behind it", words[first].span)
        }
        let start = position
        // Compared as a text, what looks like a group would be false for ever.
        if !areArguments, source.bytes[words[start].span.start] == UInt8(ascii: "(") {
            throw problem(
                "conditions have no parentheses", words[start].span,
                help: "and binds closer than or; a text that begins with ( stands in quotes")
        }
        let (form, subjects) = try predicate()
        if case .compared(let left, _, let right) = form.predicate(subjects),
            let first = left.constantText(in: source), let second = right.constantText(in: source),
            let mismatch = Comparison.problem(first, second)
        {
            throw problem("these can't be compared: \(mismatch)", span(from: start))
        }
        var query: SQLText?
        for (subject, word) in zip(form.subjects, subjects) where subject.kind == .query {
            query = try word.query(in: source, isArgument: areArguments)
        }
        return ConditionTerm(
            form, subjects, query: query, isNegated: isNegated, source: source, span: span(from: first))
    }

    /// The one word that may come behind the condition.
    mutating func trailingWord() -> Word? {
        guard position < words.count else { return nil }
        position += 1
        return words[position - 1]
    }

    /// Refuses words that are left.
    func end(help: @autoclosure () -> String) throws(Diagnostic) {
        guard position < words.count else { return }
        let word = words[position]
        throw problem("unexpected \(source.citation(of: word))", word.span, help: help())
    }

    /// What may come behind the words, and whether they are a whole condition already.
    ///
    /// A word that depends on a variable may be any subject and no word of the language.
    consuming func expected() -> (next: [Expected], isWhole: Bool) {
        var isNegated = skipNegation()
        var start = position
        var forms = Predicate.forms
        while position < words.count {
            let index = position - start
            if forms.contains(where: { $0.parts.count == index }),
                keyword(among: [Self.conjunction, Self.disjunction]) != nil
            {
                position += 1
                isNegated = skipNegation()
                (start, forms) = (position, Predicate.forms)
                continue
            }
            forms = forms.filter { form in
                guard index < form.parts.count else { return false }
                guard let word = form.parts[index].word else { return true }
                return isKeyword(word, at: position)
            }
            position += 1
        }
        let index = position - start
        // A word that begins another predicate is not meant to be compared.
        if forms.contains(where: { $0.sign == nil }), index > 0 { forms.removeAll { $0.sign != nil } }
        var next = Self.next(of: forms, at: index)
        if index == 0, !isNegated { next.append(.word(Self.negation)) }
        let isWhole = forms.contains { $0.parts.count == index }
        if isWhole { next += [.word(Self.conjunction), .word(Self.disjunction)] }
        return (next, isWhole)
    }

    private static func next(of forms: [PredicateForm], at index: Int) -> [Expected] {
        let parts = forms.compactMap { $0.parts.dropFirst(index).first }
        var subjects: [OperandSyntax] = []
        for case .subject(let operand) in parts where !subjects.contains(where: { $0.kind == operand.kind }) {
            subjects.append(operand)
        }
        return parts.uniqueWords.map { .word($0) } + subjects.map { .operand($0) }
    }

    private mutating func skipNegation() -> Bool {
        guard isKeyword(Self.negation, at: position), comparisons(at: position).isEmpty else { return false }
        position += 1
        return true
    }

    // MARK: One predicate

    /// Goes along the forms that the words agree with, as long as they do.
    private mutating func predicate() throws(Diagnostic) -> (PredicateForm, [Word]) {
        let start = position
        var forms = comparisons(at: start)
        if forms.isEmpty { forms = Predicate.forms.filter { $0.sign == nil } }
        var subjects: [Word] = []
        while true {
            let index = position - start
            let whole = forms.first { $0.parts.count == index }
            let parts = forms.compactMap { $0.parts.dropFirst(index).first }
            guard position < words.count, let part = parts.first else {
                if let whole { return (whole, subjects) }
                throw missing(parts, of: forms, from: start)
            }
            if case .subject(let operand) = part {
                subjects.append(try subject(operand))
            } else if let word = keyword(among: parts.uniqueWords) {
                forms.removeAll { $0.parts.dropFirst(index).first?.word != word }
                position += 1
            } else if let whole {
                return (whole, subjects)
            } else {
                throw unknown(parts.uniqueWords, from: start)
            }
        }
    }

    /// The forms of which a sign stands behind the word here.
    private func comparisons(at index: Int) -> [PredicateForm] {
        Predicate.forms.filter { form in form.sign.map { isKeyword($0, at: index + 1) } ?? false }
    }

    private mutating func subject(_ operand: OperandSyntax) throws(Diagnostic) -> Word {
        let word = words[position]
        if let (message, help) = operand.kind.problem(with: word, in: source, called: operand.name, expands: false) {
            throw problem(message, word.span, help: help)
        }
        position += 1
        return word
    }

    private func keyword(among choices: [String]) -> String? { choices.first { isKeyword($0, at: position) } }

    // MARK: Errors

    private func missing(_ parts: [PredicateForm.Part], of forms: [PredicateForm], from start: Int) -> Diagnostic {
        if let sign = forms.first?.sign { return problem("\(sign) needs a word behind it", words[start + 1].span) }
        let choices = parts.uniqueWords
        let what: String
        if case .subject(let operand)? = parts.first {
            what = operand.name
        } else {
            what = choices.count == 1 ? choices[0] : "one of: \(choices.joined(separator: ", "))"
        }
        return problem("\(written(from: start)) needs \(what)", span(from: start), help: usage(from: start))
    }

    private func unknown(_ choices: [String], from start: Int) -> Diagnostic {
        let word = words[position]
        if position == start, position + 1 < words.count, let sign = words[position + 1].bareText(in: source),
            Self.isForeignSign(sign)
        {
            return problem(
                "unknown comparison \(sign)", words[position + 1].span, help: "comparisons are ==, !=, <, <=, > and >=")
        }
        let subject = position == start ? "" : written(from: start) + " "
        let nearest = word.constantText(in: source).flatMap { Suggestion.nearest(to: $0, among: choices) }
        let usage = position == start ? nil : usage(from: start)
        return problem(
            "unknown predicate \(subject)\(source.citation(of: word))", word.span,
            help: nearest.map { "did you mean \($0)?" } ?? usage
                ?? "predicates: \(Predicate.usages.joined(separator: "; "))")
    }

    /// Whether a word is a sign of comparison in other languages.
    private static func isForeignSign(_ text: String) -> Bool {
        ["=", "===", "=<", "=>", "<>", "=~", "!==", "-eq", "-ne", "-lt", "-gt"].contains(text)
    }

    private func isKeyword(_ text: String, at index: Int) -> Bool {
        guard index < words.count else { return false }
        return (areArguments ? words[index].constantText(in: source) : words[index].bareText(in: source)) == text
    }

    private func span(from start: Int) -> Span { words[start].span.union(words[position - 1].span) }

    private func written(from start: Int) -> String { source.citation(span(from: start)) }

    /// How the predicate is written whose first word stands there.
    private func usage(from start: Int) -> String? {
        words[start].constantText(in: source).flatMap { subject in
            Predicate.usages.first { $0.hasPrefix(subject + " ") }
        }
    }

    private func problem(_ message: String, _ span: Span, help: String? = nil) -> Diagnostic {
        Diagnostic(message, at: span, in: source, help: help)
    }
}

extension [PredicateForm.Part] {
    /// The words of the language among them, each once.
    fileprivate var uniqueWords: [String] {
        var words: [String] = []
        for word in compactMap(\.word) where !words.contains(word) { words.append(word) }
        return words
    }
}
