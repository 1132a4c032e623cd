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
        /// The bytes between its quotes, which are so long, are its text.
        case enclosed(margin: Int32)
        /// What is between its quotes is its text, with one quote for two.
        case identifier
        /// Its pieces are read again when they are asked for.
        case scanned(bareLength: Int32, hasBraces: Bool, hasVariables: Bool)
        /// `--name=` and a value as `quoted` is.
        case argument(bareLength: Int32)
    }

    package enum Piece: Sendable, Equatable {
        /// Text as it stands; `quoted` text is never looked at for braces.
        case text(String, quoted: Bool)
        /// `${name}`, `${name:-fallback}` or `${name:?error}`.
        case variable(String, Substitute?, Span)
        /// `{a,b}`: the alternatives; each is a piece list. `written` is its source, for places where braces mean nothing.
        case alternatives([[Piece]], written: String)
        /// `{1..8}`, `{01..08}`: the numbers from first to last, filled with zeros to `width`.
        case range(first: Int, last: Int, width: Int, written: String)
    }

    /// What is there for a variable without a value, or with an empty one.
    package enum Substitute: Sendable, Equatable {
        case fallback(String)
        /// What the error says.
        case error(String)
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

    /// A word that is one quoted text, in which nothing stands for anything else.
    ///
    /// - Parameter margin: the length of each of its quotes.
    init(_ span: Span, margin: Int) {
        self.span = span
        form = .enclosed(margin: Int32(clamping: margin))
    }

    /// A word that is quoted as an identifier of SQL's.
    init(identifier span: Span) {
        self.span = span
        form = .identifier
    }

    /// - Parameter bareLength: how many of its first bytes are bare.
    init(_ span: Span, bareLength: Int, hasBraces: Bool, hasVariables: Bool) {
        self.span = span
        form = .scanned(bareLength: Int32(clamping: bareLength), hasBraces: hasBraces, hasVariables: hasVariables)
    }

    private init(span: Span, form: Form) {
        self.span = span
        self.form = form
    }

    /// Where the bytes are that are its text; nil where the text is not in the source as it is.
    var textSpan: Span? {
        switch form {
        case .bare, .quoted: span
        case .enclosed(let margin): Span(span.start + Int(margin), span.end - Int(margin))
        case .scanned, .argument, .identifier: nil
        }
    }

    /// Whether the word is one bare piece: only such a word can be a command's name or an option.
    var isBare: Bool { if case .bare = form { true } else { false } }

    /// How many of its first bytes are a bare piece.
    var bareLength: Int {
        switch form {
        case .bare: span.end - span.start
        case .quoted, .enclosed, .identifier: 0
        case .scanned(let length, _, _), .argument(let length): Int(length)
        }
    }

    package var hasBraces: Bool { if case .scanned(_, hasBraces: true, _) = form { true } else { false } }

    /// Whether its text depends on variables.
    package var hasVariables: Bool { if case .scanned(_, _, hasVariables: true) = form { true } else { false } }

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
        case .identifier:
            let text = source.text(Span(span.start + 1, span.end - 1))
            return [.text(text.replacing("\"\"", with: "\""), quoted: true)]
        case .enclosed, .scanned:
            let parts: WordPieces? = Self.parts(at: span, in: source)
            return parts?.finished() ?? []
        }
    }

    /// The variables that must have a value, each with its place.
    func neededVariables(in source: SourceText) -> [NeededVariable] {
        guard hasVariables else { return [] }
        let parts: NeededVariables? = Self.parts(at: span, in: source)
        return parts?.names ?? []
    }

    /// What stands at a place where a word was read without an error before.
    private static func parts<Parts: WordParts>(at span: Span, in source: SourceText) -> Parts? {
        var scanner = Scanner(source, at: span.start)
        return try? scanner.parts()
    }

    /// What stands behind the first of its bare bytes, which are not data: `--name=`.
    func dropping(_ length: Int, in source: SourceText) -> Word {
        let rest = Span(span.start + length, span.end)
        switch form {
        case .bare, .quoted: return Word(plain: rest, quoted: rest.start == rest.end)
        case .argument: return Word(plain: rest, quoted: true)
        // It begins with a quote: no bare bytes, none to drop.
        case .enclosed, .identifier: return self
        case .scanned:
            let outline: WordOutline? = Self.parts(at: rest, in: source)
            return outline?.word(at: rest) ?? self
        }
    }

    /// The text of a bare word.
    func bareText(in source: SourceText) -> String? { isBare ? source.text(span) : nil }

    /// The word's text where it does not depend on variables; braces as they were written.
    package func constantText(in source: SourceText) -> String? {
        if let textSpan { return source.text(textSpan) }
        return hasVariables ? nil : Self.constantText(of: pieces(in: source))
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

extension SourceText {
    /// A word as a message cites it.
    func citation(of word: Word) -> String { word.span.start == word.span.end ? "''" : citation(word.span) }
}
