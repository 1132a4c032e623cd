/// What a word stands for once variables and braces are replaced.
package struct Argument: Sendable, Equatable {
    package let text: String
    /// Where it was written.
    package let span: Span
    package let isSecret: Bool
    /// The text as a pattern (`GlobPattern`), in which what a variable brought is escaped.
    package let pattern: String

    package init(text: String, span: Span, isSecret: Bool = false, pattern: String? = nil) {
        self.text = text
        self.span = span
        self.isSecret = isSecret
        self.pattern = pattern ?? GlobPattern.escaped(text)
    }
}

/// Replaces variables and braces in words.
package struct Expansion {
    /// How many words one word may become.
    package static let limit = 10_000

    private let variables: Variables
    private let source: SourceText

    package init(variables: Variables, source: SourceText) {
        self.variables = variables
        self.source = source
    }

    /// The one word that a word stands for; braces in it are text.
    package func single(_ word: Word) throws(Diagnostic) -> Argument {
        try argument(word.pieces.map { $0.withoutBraces }, word.span)
    }

    /// The words that a word stands for, in the order of its braces.
    package func several(_ word: Word) throws(Diagnostic) -> [Argument] {
        var results: [Argument] = []
        for pieces in try expand(word.pieces[...], word.span) {
            results.append(try argument(pieces, word.span))
        }
        return results
    }

    private func expand(_ pieces: ArraySlice<Word.Piece>, _ span: Span) throws(Diagnostic) -> [[Word.Piece]] {
        guard let first = pieces.first else { return [[]] }
        let rest = try expand(pieces.dropFirst(), span)
        var heads: [[Word.Piece]] = []
        switch first {
        case .text, .variable:
            heads = [[first]]
        case .alternatives(let alternatives, _):
            for alternative in alternatives { heads += try expand(alternative[...], span) }
        case .range(let first, let last, let width, _):
            for number in stride(from: first, through: last, by: first <= last ? 1 : -1) {
                let digits = String(number)
                let zeros = String(repeating: "0", count: max(0, width - digits.count))
                heads.append([.text(zeros + digits, quoted: false)])
            }
        }
        guard heads.count * rest.count <= Self.limit else {
            throw Diagnostic("this stands for more than \(Self.limit) names", at: span, in: source)
        }
        return heads.flatMap { head in rest.map { head + $0 } }
    }

    private func argument(_ pieces: [Word.Piece], _ span: Span) throws(Diagnostic) -> Argument {
        var text = ""
        var pattern = ""
        var isSecret = false
        for piece in pieces {
            switch piece {
            case .text(let part, _):
                text += part
                pattern += part
            case .variable(let name, let fallback, let place):
                let value = try value(of: name, fallback: fallback, place)
                text += value.text
                pattern += GlobPattern.escaped(value.text)
                if value.isSecret { isSecret = true }
            case .alternatives(_, let written), .range(_, _, _, let written):
                text += written
                pattern += written
            }
        }
        guard !text.utf8.contains(0) else { throw Diagnostic("a NUL byte can't be in a value", at: span, in: source) }
        return Argument(text: text, span: span, isSecret: isSecret, pattern: pattern)
    }

    private func value(of name: String, fallback: String?, _ span: Span) throws(Diagnostic) -> Variables.Value {
        let value = variables[name]
        if let fallback { return value.flatMap { $0.text.isEmpty ? nil : $0 } ?? Variables.Value(fallback) }
        if let value { return value }
        throw undefined(name, span)
    }

    private func undefined(_ name: String, _ span: Span) -> Diagnostic {
        if name.hasPrefix("env:") {
            let help = "${\(name):-default} gives a value for that case"
            return Diagnostic(
                "the environment has no \(name.dropFirst(4))", at: span, in: source, help: help)
        }
        if Int(name) != nil {
            return Diagnostic("the script was given no argument \(name)", at: span, in: source)
        }
        let nearest = Suggestion.nearest(to: name, among: variables.names).map { "did you mean ${\($0)}?" }
        return Diagnostic("undefined variable \(name)", at: span, in: source, help: nearest ?? "set \(name) VALUE")
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
        var result = ""
        var shown = ""
        for piece in text.pieces {
            switch piece {
            case .sql(let part):
                result += part
                shown += part
            case .literal(let name, let span), .identifier(let name, let span):
                let value = try value(of: name, fallback: nil, span)
                let quoted: String
                if case .literal = piece { quoted = literal(value.text) } else { quoted = identifier(value.text) }
                result += quoted
                shown += value.isSecret ? "'********'" : quoted
            }
        }
        return (result, shown)
    }
}

extension Word.Piece {
    fileprivate var withoutBraces: Word.Piece {
        switch self {
        case .text, .variable: self
        case .alternatives(_, let written), .range(_, _, _, let written): .text(written, quoted: false)
        }
    }
}
