/// SQL as it was written, with the places where psql's variables stand.
package struct SQLText: Sendable {
    package enum Piece: Sendable, Equatable {
        case sql(String)
        /// `:'name'`
        case literal(String, Span)
        /// `:"name"`
        case identifier(String, Span)
    }

    private enum Content: Sendable {
        /// The bytes at a place of a source, in which no variable stands; most SQL is such, and no text is made of it
        /// before it is asked for.
        case plain(SourceText, Span)
        case pieces([Piece])
    }

    package let span: Span
    private let content: Content

    init(pieces: [Piece], span: Span) {
        content = .pieces(pieces)
        self.span = span
    }

    /// - Parameter content: where the SQL stands, without the quotes around it and the space behind it.
    init(plain content: Span, in source: SourceText, span: Span) {
        self.content = .plain(source, content)
        self.span = span
    }

    package var pieces: [Piece] {
        switch content {
        case .plain(_, let place) where place.start == place.end: []
        case .plain(let source, let place): [.sql(source.text(place))]
        case .pieces(let pieces): pieces
        }
    }

    /// Where all of the SQL stands as it is sent; nil where a variable or an escape is in it.
    var place: (source: SourceText, span: Span)? {
        if case .plain(let source, let place) = content { (source, place) } else { nil }
    }

    /// The SQL with a word in the place of each variable: what can be told of it before they have values.
    package var sketch: String {
        pieces.map { piece in
            switch piece {
            case .sql(let text): text
            case .literal: "''"
            case .identifier: "\"x\""
            }
        }.joined()
    }

    package var isBlank: Bool {
        switch content {
        case .plain(let source, let place): source.bytes[place.start..<place.end].allSatisfy { $0 <= 0x20 }
        case .pieces(let pieces):
            pieces.allSatisfy { if case .sql(let text) = $0 { text.utf8.allSatisfy { $0 <= 0x20 } } else { false } }
        }
    }

    /// The variables, each with its place.
    var variables: [(name: String, span: Span)] {
        guard case .pieces(let pieces) = content else { return [] }
        return pieces.compactMap { piece in
            switch piece {
            case .sql: nil
            case .literal(let name, let span), .identifier(let name, let span): (name, span)
            }
        }
    }

    /// The same with all variables at one place, where they have none of their own.
    func placed(at span: Span) -> SQLText {
        guard case .pieces(let pieces) = content else { return self }
        let placed = pieces.map { piece -> Piece in
            switch piece {
            case .sql: piece
            case .literal(let name, _): .literal(name, span)
            case .identifier(let name, _): .identifier(name, span)
            }
        }
        return SQLText(pieces: placed, span: self.span)
    }
}

/// Collects the pieces of SQL, and what is wrong in it.
struct SQLTextBuilder {
    private let source: SourceText
    private var pieces: [SQLText.Piece] = []
    private var text: [UInt8] = []
    /// What has not been taken over from the source yet begins here.
    private var start: Int
    private var diagnostics: [Diagnostic] = []

    init(_ source: SourceText, at start: Int) {
        self.source = source
        self.start = start
    }

    /// Puts something else in the place of a part of the source.
    mutating func replace(_ span: Span, with replacement: String) {
        take(until: span.start)
        text += Array(replacement.utf8)
        start = span.end
    }

    mutating func append(_ variable: SQLText.Piece, at span: Span) {
        take(until: span.start)
        flush()
        pieces.append(variable)
        start = span.end
    }

    mutating func refuse(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }

    mutating func finished(span: Span, until end: Int) throws(ScanFailure) -> SQLText {
        guard diagnostics.isEmpty else { throw .malformed(diagnostics) }
        if pieces.isEmpty, text.isEmpty {
            var end = end
            while end > start, source.bytes[end - 1] <= 0x20 { end -= 1 }
            return SQLText(plain: Span(start, end), in: source, span: span)
        }
        take(until: end)
        while let last = text.last, last <= 0x20 { text.removeLast() }
        flush()
        return SQLText(pieces: pieces, span: span)
    }

    private mutating func take(until end: Int) { text += source.bytes[start..<end] }

    private mutating func flush() {
        guard !text.isEmpty else { return }
        pieces.append(.sql(String(decoding: text, as: UTF8.self)))
        text = []
    }
}
