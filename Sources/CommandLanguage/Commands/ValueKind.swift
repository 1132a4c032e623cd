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
    /// A comma-separated list of nodes, patterns among them, or `all`.
    case nodes
    case integer(ClosedRange<Int>)
    /// `500ms`, `30s`, `5m`, `2h`, `1d`.
    case duration
    case choice([String])
    case file
    case sandboxNode
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
        var shown: String { isSecret ? "the secret value" : "'\(text.prefix(80))'" }
        switch self {
        case .integer(let range):
            guard let number = Int(text) else { return "\(shown) is not a whole number" }
            guard !range.contains(number) else { return nil }
            return "\(isSecret ? shown : text) is not between \(range.lowerBound) and \(range.upperBound)"
        case .duration:
            return Duration(written: text) == nil ? "\(shown) is not a duration such as 500ms, 30s, 5m, 2h" : nil
        case .choice(let choices):
            if choices.contains(text) { return nil }
            let nearest = isSecret ? nil : Suggestion.nearest(to: text, among: choices).map { "; did you mean \($0)?" }
            return "\(shown) is none of \(choices.joined(separator: ", "))\(nearest ?? "")"
        case .variable:
            let rule = "letters, digits and _, not beginning with a digit"
            return Variables.isName(text) ? nil : "\(shown) can't be a variable's name: \(rule)"
        case .newName, .node, .role, .sandboxNode:
            if text.isEmpty { return "a name can't be empty" }
            return text.utf8.count > 63 ? "a name has at most 63 bytes; this has \(text.utf8.count)" : nil
        case .hypertable:
            return text.isEmpty ? "a name can't be empty" : nil
        case .nodes:
            return text.isEmpty ? "the list is empty" : nil
        case .text, .command, .file:
            return nil
        }
    }
}

extension ValueKind {
    /// Whether a word can be told right by its bytes alone, as most can; of others nothing is said.
    func plainlyHolds(_ word: Word, in bytes: [UInt8]) -> Bool {
        guard let span = word.textSpan else { return false }
        switch self {
        case .text, .command, .file:
            return true
        case .integer(let range):
            guard 1...18 ~= span.end - span.start else { return false }
            var number = 0
            for index in span.start..<span.end {
                guard isDigit(bytes[index]) else { return false }
                number = number * 10 + Int(bytes[index] - UInt8(ascii: "0"))
            }
            return range.contains(number)
        case .variable:
            return span.end > span.start && !isDigit(bytes[span.start])
                && bytes[span.start..<span.end].allSatisfy(isIdentifierByte)
        case .hypertable:
            return word.isBare && isTableName(bytes[span.start..<span.end])
        case .newName, .node, .role, .sandboxNode, .nodes:
            guard 1...63 ~= span.end - span.start else { return false }
            guard word.isBare else { return true }
            for index in span.start..<span.end
            where bytes[index] == UInt8(ascii: "{") || bytes[index] == UInt8(ascii: "}") {
                return false
            }
            return true
        case .duration, .choice:
            return false
        }
    }

    /// What can be told wrong with a word before its variables have values.
    ///
    /// - Parameter expands: whether braces may mean several words.
    func problem(
        with word: Word, in source: SourceText, called name: String, expands: Bool
    ) -> (message: String, help: String?)? {
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

extension Duration {
    /// A duration as it is written in commands: a number with `ms`, `s`, `m`, `h` or `d`; without a unit, seconds.
    package init?(written text: String) {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text[digits.endIndex...]
        let seconds: [Substring: Double] = ["": 1, "ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400]
        guard let factor = seconds[unit], let number = Double(digits), number * factor <= 1_000_000_000 else {
            return nil
        }
        self = .milliseconds(Int64((number * factor * 1000).rounded()))
    }

    /// As it is written in commands, in the largest unit that leaves nothing over: `90s`, `2m`, `1500ms`.
    package var written: String {
        let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        for (unit, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)] as [(String, Int64)]
        where milliseconds > 0 && milliseconds % size == 0 {
            return "\(milliseconds / size)\(unit)"
        }
        return "\(milliseconds)ms"
    }
}

/// Whether these bytes are `table` or `schema.table` and nothing else could be meant; of other names nothing is said.
private func isTableName(_ bytes: ArraySlice<UInt8>) -> Bool {
    var length = 0
    var parts = 1
    for byte in bytes {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "\""): return false
        case UInt8(ascii: "."):
            guard length > 0, parts == 1 else { return false }
            (length, parts) = (0, 2)
        default:
            length += 1
            guard length <= 63 else { return false }
        }
    }
    return length > 0
}
