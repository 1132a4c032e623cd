/// Tells whether a `;` in a statement ends it: in the body of a function in standard SQL (`BEGIN ATOMIC …; END`) and
/// among the actions of a rule (`DO (…; …)`) it does not, as psql has it too.
struct StatementBody {
    private enum Kind { case unknown, plain, routine, rule }

    private var kind = Kind.unknown
    /// How many words have been seen, of those that tell what is created.
    private var words = 0
    /// How many `BEGIN` and `CASE` of a routine, or parentheses of a rule, are open.
    private var depth = 0
    /// How many parentheses are open in a routine, in which no body begins.
    private var parentheses = 0
    /// Where the outermost of them stands.
    private var opening = Span(0, 0)

    /// Whether the statement goes on behind a `;`: what has to be closed before it ends.
    var open: Span? { depth > 0 ? opening : nil }

    mutating func note(_ token: SQLLexer.Token, in bytes: [UInt8]) {
        switch (kind, token.kind) {
        case (.plain, _): return
        case (.unknown, .word): learn(text(token, bytes))
        case (.unknown, .comment): return
        case (.unknown, _): kind = .plain
        case (.routine, .word):
            guard parentheses == 0 else { return }
            switch text(token, bytes) {
            case "BEGIN": begin(token)
            case "CASE" where depth > 0: depth += 1
            case "END" where depth > 0: depth -= 1
            default: break
            }
        case (.routine, .openParenthesis): parentheses += 1
        case (.routine, .closeParenthesis): parentheses = max(0, parentheses - 1)
        case (.rule, .openParenthesis): begin(token)
        case (.rule, .closeParenthesis): depth = max(0, depth - 1)
        case (.routine, _), (.rule, _): return
        }
    }

    private mutating func begin(_ token: SQLLexer.Token) {
        if depth == 0 { opening = token.span }
        depth += 1
    }

    /// Takes the next word of `CREATE [OR REPLACE] FUNCTION`.
    private mutating func learn(_ word: String) {
        switch (words, word) {
        case (0, "CREATE"), (1, "OR"), (2, "REPLACE"): words += 1
        case (1, "FUNCTION"), (1, "PROCEDURE"), (3, "FUNCTION"), (3, "PROCEDURE"): kind = .routine
        case (1, "RULE"), (3, "RULE"): kind = .rule
        default: kind = .plain
        }
    }

    private func text(_ token: SQLLexer.Token, _ bytes: [UInt8]) -> String {
        // The words that are looked for are short.
        guard token.span.end - token.span.start <= 9 else { return "" }
        return String(decoding: bytes[token.span.start..<token.span.end], as: UTF8.self).uppercased()
    }
}
