/// Takes up the parts of a word while it is read: what they mean, or only what must be known of them.
protocol WordParts {
    init(_ source: SourceText)

    mutating func append(bare span: Span)

    /// Some of what is in the quotes that are open.
    mutating func append(quoted span: Span)

    /// What an escape in the quotes stands for.
    mutating func append(quoted byte: UInt8)

    /// Ends a quoted text, be it empty.
    ///
    /// - Parameter margin: the length of each of its quotes.
    mutating func endQuoted(margin: Int)

    mutating func append(variable name: Span, substitute: WrittenSubstitute?, at span: Span)
    mutating func append(range: NumberRange, written: Span)
    mutating func append(alternatives: [Self], written: Span)
}

/// What is written in a variable for the case that it has no value, behind `:-` or `:?`.
struct WrittenSubstitute {
    let text: Span
    /// Whether the text is what an error says, and not a value.
    let isError: Bool
}

/// `{1..8}`
struct NumberRange {
    let first: Int
    let last: Int
    /// The numbers are filled up with zeros to so many digits.
    let width: Int
}

/// What a word looks like, without any text of it.
struct WordOutline: WordParts {
    /// How many of the first bytes are bare.
    private var bareLength = 0
    /// How many parts there are besides the bare ones at the beginning; of bare ones behind them it is only told that
    /// there are some.
    private var otherParts = 0
    /// The length of the quotes of the last quoted text.
    private var margin = 0
    private var hasEscapes = false
    private var hasBraces = false
    private var hasVariables = false

    init(_ source: SourceText) {}

    mutating func append(bare span: Span) {
        if otherParts == 0 { bareLength += span.end - span.start } else { otherParts += 1 }
    }

    mutating func append(quoted span: Span) {}

    mutating func append(quoted byte: UInt8) { hasEscapes = true }

    mutating func endQuoted(margin: Int) {
        self.margin = margin
        otherParts += 1
    }

    mutating func append(variable name: Span, substitute: WrittenSubstitute?, at span: Span) {
        hasVariables = true
        otherParts += 1
    }

    mutating func append(range: NumberRange, written: Span) {
        hasBraces = true
        otherParts += 1
    }

    mutating func append(alternatives: [WordOutline], written: Span) {
        hasBraces = true
        if alternatives.contains(where: \.hasVariables) { hasVariables = true }
        otherParts += 1
    }

    func word(at span: Span) -> Word {
        if otherParts == 0 { return Word(plain: span) }
        if otherParts == 1, bareLength == 0, !hasEscapes, !hasBraces, !hasVariables {
            return Word(span, margin: margin)
        }
        return Word(span, bareLength: bareLength, hasBraces: hasBraces, hasVariables: hasVariables)
    }
}

/// A variable that must have a value, where it stands.
struct NeededVariable {
    let name: String
    let span: Span
    /// What is said where it has none, if that is written there.
    let error: String?
}

/// The variables of a word that must have a value, each with its place.
struct NeededVariables: WordParts {
    private(set) var names: [NeededVariable] = []
    private let source: SourceText

    init(_ source: SourceText) { self.source = source }

    mutating func append(bare span: Span) {}
    mutating func append(quoted span: Span) {}
    mutating func append(quoted byte: UInt8) {}
    mutating func endQuoted(margin: Int) {}

    mutating func append(variable name: Span, substitute: WrittenSubstitute?, at span: Span) {
        if let substitute, !substitute.isError { return }
        names.append(
            NeededVariable(name: source.text(name), span: span, error: substitute.map { source.text($0.text) }))
    }

    mutating func append(range: NumberRange, written: Span) {}

    mutating func append(alternatives: [NeededVariables], written: Span) {
        for alternative in alternatives { names += alternative.names }
    }
}

/// The pieces of a word, neighbours of the same kind joined.
struct WordPieces: WordParts {
    private let source: SourceText
    private var pieces: [Word.Piece] = []
    private var bare: [UInt8] = []
    private var quoted: [UInt8] = []

    init(_ source: SourceText) { self.source = source }

    mutating func append(bare span: Span) { bare += source.bytes[span.start..<span.end] }

    mutating func append(quoted span: Span) { quoted += source.bytes[span.start..<span.end] }

    mutating func append(quoted byte: UInt8) { quoted.append(byte) }

    /// Empty quotes are a piece all the same: what they stand in is not bare.
    mutating func endQuoted(margin: Int) {
        append(.text(String(decoding: quoted, as: UTF8.self), quoted: true))
        quoted = []
    }

    mutating func append(variable name: Span, substitute: WrittenSubstitute?, at span: Span) {
        let otherwise = substitute.map { substitute in
            let text = source.text(substitute.text)
            return substitute.isError ? Word.Substitute.error(text) : .fallback(text)
        }
        append(.variable(source.text(name), otherwise, span))
    }

    mutating func append(range: NumberRange, written: Span) {
        append(.range(first: range.first, last: range.last, width: range.width, written: source.text(written)))
    }

    mutating func append(alternatives: [WordPieces], written: Span) {
        append(.alternatives(alternatives.map { $0.finished() }, written: source.text(written)))
    }

    consuming func finished() -> [Word.Piece] {
        flush()
        return pieces.isEmpty ? [.text("", quoted: false)] : pieces
    }

    private mutating func append(_ piece: Word.Piece) {
        flush()
        pieces.append(piece)
    }

    private mutating func flush() {
        guard !bare.isEmpty else { return }
        pieces.append(.text(String(decoding: bare, as: UTF8.self), quoted: false))
        bare = []
    }
}
