/// What stands at an operand's or option's place; decides what is checked when it is read, and what is completed.
package enum ValueKind: Sendable, Equatable {
    case text
    /// Names of things that do not exist yet.
    case newName
    case node
    case role
    case hypertable
    case command
    case variable
    /// Names of variables with commas between them.
    case variables
    /// A comma-separated list of nodes, patterns among them, or `all`.
    case nodes
    case integer(ClosedRange<Int>)
    /// Whole numbers with commas between them; nothing between two commas stands for what is usual.
    case integers(ClosedRange<Int>)
    /// `500ms`, `30s`, `5m`, `2h`, `1d`.
    case duration
    case choice([String])
    case file
    case sandboxNode
    /// A number, bytes (`10GB`) or a time (`5m`).
    case quantity
    /// A query in quotes, by the rules of SQL.
    case query
}

extension ValueKind {
    /// Whether names stand here, which braces can multiply and patterns can select.
    var isName: Bool {
        switch self {
        case .newName, .node, .role, .hypertable, .nodes, .sandboxNode: true
        default: false
        }
    }

    /// Why a text can't be a value of this kind; nil when it can.
    ///
    /// - Parameter isSecret: whether the text must not be part of the answer.
    package func problem(with text: String, isSecret: Bool = false) -> String? {
        accepts(text.utf8) ? nil : refusal(of: text, isSecret: isSecret)
    }

    /// Whether a text, in UTF-8, can be a value of this kind.
    func accepts(_ text: some Collection<UInt8>) -> Bool {
        switch self {
        case .integer(let range): Int(digits: text).map(range.contains) ?? false
        case .integers(let range): !text.isEmpty && Self.entries(text).allSatisfy { Self.isEntry($0, range) }
        case .duration: Duration(writtenInUTF8: text) != nil
        case .choice(let choices): choices.contains { $0.utf8.elementsEqual(text) }
        case .variable: Variables.isName(text)
        case .variables: Self.entries(text).allSatisfy { Variables.isName($0) } && Self.twice(in: text) == nil
        case .quantity: Quantity(written: String(decoding: text, as: UTF8.self)) != nil
        case .newName, .node, .role, .sandboxNode: 1...Self.longestName ~= text.count
        case .hypertable, .nodes: !text.isEmpty
        case .text, .command, .file, .query: true
        }
    }

    private static func entries<Text: Collection<UInt8>>(_ text: Text) -> [Text.SubSequence] {
        text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    }

    /// An entry that stands in a list for the second time.
    private static func twice(in text: some Collection<UInt8>) -> [UInt8]? {
        var seen: Set<[UInt8]> = []
        return entries(text).lazy.map { Array($0) }.first { !seen.insert($0).inserted }
    }

    private static func isEntry(_ text: some Collection<UInt8>, _ range: ClosedRange<Int>) -> Bool {
        text.isEmpty || Int(digits: text).map(range.contains) ?? false
    }

    /// How many bytes a name may have in PostgreSQL (NAMEDATALEN - 1).
    private static let longestName = 63

    /// Says why a text is not accepted.
    private func refusal(of text: String, isSecret: Bool) -> String {
        var shown: String { isSecret ? "the secret value" : "'\(text.prefix(80))'" }
        switch self {
        case .integer(let range):
            guard Int(digits: text.utf8) != nil else { return "\(shown) is not a whole number" }
            return "\(isSecret ? shown : text) is not between \(range.lowerBound) and \(range.upperBound)"
        case .integers(let range):
            let wrong = Self.entries(text.utf8).first { !Self.isEntry($0, range) }
            return ValueKind.integer(range).refusal(of: wrong.map { String($0) ?? "" } ?? text, isSecret: isSecret)
        case .duration:
            if !isSecret, Duration(written: text + "s") != nil {
                return "\(shown) has no unit: \(text)s, \(text)m or \(text)h"
            }
            return "\(shown) is not a duration such as 500ms, 30s, 5m, 2h"
        case .choice(let choices):
            let nearest = isSecret ? nil : Suggestion.nearest(to: text, among: choices).map { "; did you mean \($0)?" }
            return "\(shown) is none of \(choices.joined(separator: ", "))\(nearest ?? "")"
        case .variable:
            return "\(shown) can't be a variable's name: letters, digits and _, not beginning with a digit"
        case .variables:
            if !isSecret, let name = Self.twice(in: text.utf8) {
                return "\(String(decoding: name, as: UTF8.self)) is named twice"
            }
            return "\(shown) can't be names of variables: letters, digits and _, with commas between them"
        case .quantity:
            return "\(shown) is neither a number nor bytes such as 10GB nor a time such as 5m"
        case .newName, .node, .role, .sandboxNode, .hypertable:
            if text.isEmpty { return "a name can't be empty" }
            return "a name has at most \(Self.longestName) bytes; this has \(text.utf8.count)"
        case .nodes:
            return "the list is empty"
        case .text, .command, .file, .query:
            return "\(shown) can't stand here"
        }
    }
}

extension ValueKind {
    /// What can be told wrong with a word before its variables have values.
    ///
    /// - Parameter expands: whether braces may mean several words.
    func problem(
        with word: Word, in source: SourceText, called name: String, expands: Bool
    ) -> (message: String, help: String?)? {
        if let span = word.textSpan {
            // Most words are right and bytes of the source, of which no text is made.
            let isRight = source.bytes.withUnsafeBufferPointer { buffer in
                let text = buffer[span.start..<span.end]
                return accepts(text) && !(isName && word.isBare && text.contains(where: isBrace))
            }
            if isRight { return nil }
        }
        if !expands, word.hasBraces, isName {
            return ("\(name) is one name here", "quote braces that are part of the name")
        }
        if isName, let brace = word.strayBrace(in: source) {
            return ("unclosed or empty braces", "quote a \(brace) that is part of the name")
        }
        guard !(expands && word.hasBraces), let text = word.constantText(in: source) else { return nil }
        return problem(with: text).map { ("\(name): \($0)", nil) }
    }
}

private func isBrace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") }

extension Word {
    /// A brace that stands bare and belongs to no expansion.
    fileprivate func strayBrace(in source: SourceText) -> Character? {
        for case .text(let text, quoted: false) in pieces(in: source) {
            if text.utf8.contains(UInt8(ascii: "{")) { return "{" }
            if text.utf8.contains(UInt8(ascii: "}")) { return "}" }
        }
        return nil
    }
}

extension Int {
    /// A whole number as it is written in decimal digits, with a sign or none.
    fileprivate init?(digits: some Collection<UInt8>) {
        var rest = digits[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        guard !rest.isEmpty else { return nil }
        var number = 0
        for byte in rest {
            guard isDigit(byte) else { return nil }
            let digit = Int(byte - UInt8(ascii: "0"))
            let (tens, isTooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, isOver) = tens.addingReportingOverflow(isNegative ? -digit : digit)
            guard !isTooLarge, !isOver else { return nil }
            number = sum
        }
        self = number
    }
}
