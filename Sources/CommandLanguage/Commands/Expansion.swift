/// Replaces variables and braces in words.
package struct Expansion {
    /// How many words one word may become.
    package static let limit = 10_000
    /// How many bytes the words that one word becomes may have together.
    package static let byteLimit = 16 << 20

    private let variables: Variables
    private let source: SourceText
    private let hidesLine: Bool

    package init(variables: Variables, source: SourceText) {
        self.variables = variables
        self.source = source
        hidesLine = false
    }

    /// - Parameter invocation: the command whose words they are; its errors don't show the line when it holds a secret.
    package init(_ invocation: Invocation, variables: Variables) {
        self.variables = variables
        source = invocation.source
        hidesLine = invocation.holdsSecret
    }

    /// The one word that a word stands for; braces in it are text.
    package func single(_ word: Word) throws(Diagnostic) -> Argument {
        var value = Value()
        if let span = word.textSpan {
            value.text = source.text(span)
            value.pattern = value.text
            return try argument(value, word.span)
        }
        for piece in word.pieces(in: source) { try append(piece, to: &value) }
        return try argument(value, word.span)
    }

    /// The words that a word stands for, in the order of its braces.
    package func several(_ word: Word) throws(Diagnostic) -> [Argument] {
        guard word.hasBraces else { return [try single(word)] }
        var arguments: [Argument] = []
        for value in try values(of: word.pieces(in: source), word.span) {
            arguments.append(try argument(value, word.span))
        }
        return arguments
    }

    /// - Parameter expands: whether braces may mean several words.
    func arguments(_ words: [Word], expands: Bool) throws(Diagnostic) -> [Argument] {
        var arguments: [Argument] = []
        arguments.reserveCapacity(words.count)
        for word in words {
            if expands { arguments += try several(word) } else { arguments.append(try single(word)) }
        }
        return arguments
    }

    /// What a part of a word stands for.
    private struct Value {
        var text = ""
        var pattern = ""
        var isSecret = false

        mutating func append(_ other: Value) {
            text += other.text
            pattern += other.pattern
            isSecret = isSecret || other.isSecret
        }

        static func + (left: Value, right: Value) -> Value {
            var sum = left
            sum.append(right)
            return sum
        }
    }

    /// Goes over the pieces once: only braces in braces, of which there are few, are a call deeper.
    private func values(of pieces: [Word.Piece], _ span: Span) throws(Diagnostic) -> [Value] {
        var results = [Value()]
        // What stands between two braces is put together before it is repeated.
        var pending = Value()
        for piece in pieces {
            let choices: [Value]
            switch piece {
            case .text, .variable:
                try append(piece, to: &pending)
                continue
            case .alternatives(let alternatives, _):
                var all: [Value] = []
                for alternative in alternatives {
                    all += try values(of: alternative, span)
                    try checkLimits(all.count, bytes: 0, span)
                }
                choices = all
            case .range(let first, let last, let width, _):
                choices = stride(from: first, through: last, by: first <= last ? 1 : -1).map { number in
                    let digits = String(number)
                    let text = String(repeating: "0", count: max(0, width - digits.count)) + digits
                    return Value(text: text, pattern: text)
                }
            }
            if choices.count == 1 {
                pending.append(choices[0])
            } else {
                results = try product(try product(results, [pending], span), choices, span)
                pending = Value()
            }
        }
        return try product(results, [pending], span)
    }

    private func product(_ left: [Value], _ right: [Value], _ span: Span) throws(Diagnostic) -> [Value] {
        func bytes(_ values: [Value]) -> Int { values.reduce(0) { $0 + $1.text.utf8.count } }
        try checkLimits(
            left.count * right.count, bytes: bytes(left) * right.count + bytes(right) * left.count, span)
        if left.count == 1, left[0].text.isEmpty, !left[0].isSecret { return right }
        return left.flatMap { head in right.map { head + $0 } }
    }

    private func checkLimits(_ count: Int, bytes: Int, _ span: Span) throws(Diagnostic) {
        // One word by itself may be as long as it was written.
        guard count <= Self.limit else { throw problem("this stands for more than \(Self.limit) names", span) }
        guard count == 1 || bytes <= Self.byteLimit else {
            throw problem("this stands for names of more than \(Self.byteLimit >> 20) MB together", span)
        }
    }

    private func append(_ piece: Word.Piece, to result: inout Value) throws(Diagnostic) {
        switch piece {
        case .text(let text, _):
            result.text += text
            result.pattern += text
        case .variable(let name, let substitute, let place):
            let value = try value(of: name, at: place, or: substitute)
            result.text += value.text
            result.pattern += GlobPattern.escaped(value.text)
            if value.isSecret { result.isSecret = true }
        case .alternatives(_, let written), .range(_, _, _, let written):
            result.text += written
            result.pattern += written
        }
    }

    private func argument(_ value: Value, _ span: Span) throws(Diagnostic) -> Argument {
        guard !value.text.utf8.contains(0) else { throw problem("a NUL byte can't be in a value", span) }
        return Argument(text: value.text, span: span, isSecret: value.isSecret, pattern: value.pattern)
    }

    private func problem(_ message: String, _ span: Span, help: String? = nil) -> Diagnostic {
        let diagnostic = Diagnostic(message, at: span, in: source, help: help)
        return hidesLine ? diagnostic.hidingLine() : diagnostic
    }

    private func value(
        of name: String, at span: Span, or substitute: Word.Substitute? = nil
    ) throws(Diagnostic) -> Variables.Value {
        if name == Variables.scriptFolder { return Variables.Value(source.folder) }
        guard !variables.isUnreadable(name) else { throw problem("\(name.dropFirst(4)) is not UTF-8", span) }
        let value = variables[name]
        if let value, substitute == nil || !value.text.isEmpty { return value }
        if case .fallback(let text) = substitute { return Variables.Value(text) }
        var written: String?
        if case .error(let text) = substitute { written = text }
        let error = Diagnostic.undefinedVariable(name, written, at: span, in: source, known: variables.names)
        throw hidesLine ? error.hidingLine() : error
    }

    /// SQL with psql's variables replaced.
    ///
    /// - Parameters:
    ///   - literal: quotes a value as a literal.
    ///   - identifier: quotes a value as an identifier.
    /// - Returns: the text, and the same with the values of secret variables hidden.
    package func sql(
        _ text: SQLText, literal: (String) -> String, identifier: (String) -> String
    ) throws(Diagnostic) -> (text: String, shown: String) {
        // In most SQL no variable stands.
        if let (source, span) = text.place {
            let text = source.text(span)
            return (text, text)
        }
        var result = ""
        var shown = ""
        for piece in text.pieces {
            switch piece {
            case .sql(let part):
                result += part
                shown += part
            case .literal(let name, let span), .identifier(let name, let span):
                let value = try value(of: name, at: span)
                let quoted: String
                if case .literal = piece { quoted = literal(value.text) } else { quoted = value.identifier(identifier) }
                result += quoted
                shown += value.isSecret ? "'********'" : quoted
            }
        }
        return (result, shown)
    }
}
