/// Makes a condition of the words behind `if`, `wait until` and `assert`.
struct ConditionReader {
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
        let isNegated = isKeyword("not", at: position) && !isComparison(at: position + 1)
        if isNegated { position += 1 }
        guard position < words.count else {
            throw problem("not needs a predicate behind it", words[first].span)
        }
        let predicate = try predicate()
        let whole = words[first].span.union(words[position - 1].span)
        return Condition(predicate: predicate, isNegated: isNegated, source: source, span: whole)
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

    private mutating func predicate() throws(Diagnostic) -> Predicate {
        if isComparison(at: position + 1) { return try comparison() }
        let start = position
        let subjects = ["node", "role", "hypertable", "cluster", "in-doubt"]
        let subject = try keyword(subjects, unknown: "unknown predicate")
        switch subject {
        case "cluster":
            _ = try verb(["healthy"], from: start)
            return .clusterHealthy
        case "in-doubt":
            _ = try verb(["none"], from: start)
            return .inDoubtNone
        case "role":
            let name = try name("R", .role, from: start)
            _ = try verb(["exists"], from: start)
            let everywhere = isKeyword("everywhere", at: position)
            if everywhere { position += 1 }
            return .roleExists(name, everywhere: everywhere)
        case "hypertable":
            let name = try name("T", .hypertable, from: start)
            let verb = try verb(["exists", "replicated"], from: start)
            return verb == "exists" ? .hypertableExists(name) : .hypertableReplicated(name)
        default:
            let name = try name("N", .node, from: start)
            switch try verb(["exists", "up", "available", "attached"], from: start) {
            case "exists": return .nodeExists(name)
            case "up": return .nodeUp(name)
            case "available": return .nodeAvailable(name)
            default:
                _ = try verb(["to"], from: start)
                return .nodeAttached(name, to: try self.name("T", .hypertable, from: start))
            }
        }
    }

    private mutating func comparison() throws(Diagnostic) -> Predicate {
        let isEqual = isKeyword("==", at: position + 1)
        guard position + 2 < words.count else {
            throw problem("\(isEqual ? "==" : "!=") needs a word behind it", words[position + 1].span)
        }
        position += 3
        let (left, right) = (words[position - 3], words[position - 1])
        return isEqual ? .equal(left, right) : .notEqual(left, right)
    }

    /// What a predicate is about, by name.
    private mutating func name(_ placeholder: String, _ kind: ValueKind, from start: Int) throws(Diagnostic) -> Word {
        guard position < words.count else {
            throw problem("\(written(from: start)) needs \(placeholder)", span(from: start), help: usage(from: start))
        }
        let word = words[position]
        if let (message, help) = kind.problem(with: word, in: source, called: placeholder, expands: false) {
            throw problem(message, word.span, help: help)
        }
        position += 1
        return word
    }

    /// What a predicate says of its subject.
    private mutating func verb(_ verbs: [String], from start: Int) throws(Diagnostic) -> String {
        guard position < words.count else {
            let choices = verbs.count == 1 ? verbs[0] : "one of: \(verbs.joined(separator: ", "))"
            throw problem("\(written(from: start)) needs \(choices)", span(from: start), help: usage(from: start))
        }
        return try keyword(verbs, unknown: "unknown predicate \(written(from: start))", help: usage(from: start))
    }

    private mutating func keyword(
        _ choices: [String], unknown: String, help: String? = nil
    ) throws(Diagnostic) -> String {
        let word = words[position]
        let text = areArguments ? word.constantText(in: source) : word.bareText(in: source)
        if let text, choices.contains(text) {
            position += 1
            return text
        }
        if help == nil, position + 1 < words.count, let sign = words[position + 1].bareText(in: source),
            Self.isSign(sign)
        {
            throw problem(
                "unknown comparison \(sign)", words[position + 1].span, help: "texts are compared as A == B or A != B")
        }
        let nearest = word.constantText(in: source).flatMap { Suggestion.nearest(to: $0, among: choices) }
        throw problem(
            "\(unknown) \(source.citation(of: word))", word.span,
            help: nearest.map { "did you mean \($0)?" } ?? help
                ?? "predicates: \(Predicate.usages.joined(separator: "; "))")
    }

    private static func isSign(_ text: String) -> Bool {
        ["=", "===", "<", ">", "<=", ">=", "<>", "=~", "!==", "-eq", "-ne"].contains(text)
    }

    private func isComparison(at index: Int) -> Bool { isKeyword("==", at: index) || isKeyword("!=", at: index) }

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
