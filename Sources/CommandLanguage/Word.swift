/// A word of a command as it was written, before variables and braces are replaced.
///
/// It is a place in its source and not more, which is asked for wherever its text is: checking a script makes no text.
package struct Word: Sendable {
    package let span: Span
    private let form: Form

    private enum Form: Sendable {
        /// The bytes at its place are its text.
        case bare
        /// The same of an argument of a command line, in which nothing is replaced.
        case quoted
        /// Its pieces are read again when they are asked for.
        case scanned(bareLength: Int32, hasBraces: Bool)
        /// `--name=` and a value as `quoted` is.
        case argument(bareLength: Int32)
    }

    package enum Piece: Sendable, Equatable {
        /// Text as it stands; `quoted` text is never looked at for braces.
        case text(String, quoted: Bool)
        /// `${name}` or `${name:-fallback}`.
        case variable(String, fallback: String?, Span)
        /// `{a,b}`: the alternatives; each is a piece list. `written` is its source, for places where braces mean nothing.
        case alternatives([[Piece]], written: String)
        /// `{1..8}`, `{01..08}`: the numbers from first to last, filled with zeros to `width`.
        case range(first: Int, last: Int, width: Int, written: String)
    }

    /// A word whose text is the bytes at its place.
    init(plain span: Span, quoted: Bool = false) {
        self.span = span
        form = quoted ? .quoted : .bare
    }

    /// A word of which only the first bytes are bare.
    init(argument span: Span, bareLength: Int) {
        self.span = span
        form = .argument(bareLength: Int32(clamping: bareLength))
    }

    /// - Parameter pieces: what was read at its place.
    init(span: Span, pieces: [Piece]) {
        self.span = span
        if pieces.count == 1, case .text(_, quoted: false) = pieces[0] {
            form = .bare
        } else if case .text(let text, quoted: false)? = pieces.first {
            form = .scanned(bareLength: Int32(clamping: text.utf8.count), hasBraces: pieces.contains(where: \.isBraces))
        } else {
            form = .scanned(bareLength: 0, hasBraces: pieces.contains(where: \.isBraces))
        }
    }

    private init(span: Span, form: Form) {
        self.span = span
        self.form = form
    }

    /// Whether the word's bytes are its text.
    var isPlain: Bool {
        switch form {
        case .bare, .quoted: true
        case .scanned, .argument: false
        }
    }

    /// Whether the word is one bare piece: only such a word can be a command's name or an option.
    var isBare: Bool { if case .bare = form { true } else { false } }

    /// How many of its first bytes are a bare piece.
    var bareLength: Int {
        switch form {
        case .bare: span.end - span.start
        case .quoted: 0
        case .scanned(let length, _), .argument(let length): Int(length)
        }
    }

    package var hasBraces: Bool { if case .scanned(_, hasBraces: true) = form { true } else { false } }

    package func pieces(in source: SourceText) -> [Piece] {
        switch form {
        case .bare: return [.text(source.text(span), quoted: false)]
        case .quoted: return [.text(source.text(span), quoted: true)]
        case .argument(let length):
            let middle = span.start + Int(length)
            return [
                .text(source.text(Span(span.start, middle)), quoted: false),
                .text(source.text(Span(middle, span.end)), quoted: true),
            ]
        case .scanned:
            // It was read without an error before.
            var scanner = Scanner(source, at: span.start)
            return (try? scanner.pieces()) ?? []
        }
    }

    /// What stands behind the first of its bare bytes, which are not data: `--name=`.
    func dropping(_ length: Int) -> Word {
        let rest = Span(span.start + length, span.end)
        switch form {
        case .bare, .quoted: return Word(plain: rest, quoted: rest.start == rest.end)
        case .argument: return Word(plain: rest, quoted: true)
        case .scanned(let bareLength, let hasBraces):
            return Word(
                span: rest,
                form: .scanned(bareLength: max(0, bareLength - Int32(clamping: length)), hasBraces: hasBraces))
        }
    }

    /// The text of a bare word.
    func bareText(in source: SourceText) -> String? { isBare ? source.text(span) : nil }

    /// The word's text where it does not depend on variables; braces as they were written.
    package func constantText(in source: SourceText) -> String? {
        isPlain ? source.text(span) : Self.constantText(of: pieces(in: source))
    }

    private static func constantText(of pieces: [Piece]) -> String? {
        var result = ""
        for piece in pieces {
            switch piece {
            case .text(let text, _): result += text
            case .variable: return nil
            case .alternatives(let alternatives, let written):
                guard alternatives.allSatisfy({ constantText(of: $0) != nil }) else { return nil }
                result += written
            case .range(_, _, _, let written): result += written
            }
        }
        return result
    }
}

extension Word.Piece {
    fileprivate var isBraces: Bool {
        switch self {
        case .alternatives, .range: true
        case .text, .variable: false
        }
    }
}
