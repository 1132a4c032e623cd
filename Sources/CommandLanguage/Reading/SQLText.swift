/// SQL as it was written, with the places where psql's variables stand.
package struct SQLText: Sendable {
    package enum Piece: Sendable, Equatable {
        case sql(String)
        /// `:'name'`
        case literal(String, Span)
        /// `:"name"`
        case identifier(String, Span)
    }

    package let pieces: [Piece]
    package let span: Span

    package init(pieces: [Piece], span: Span) {
        self.pieces = pieces
        self.span = span
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

    var hasVariables: Bool {
        pieces.contains { if case .sql = $0 { false } else { true } }
    }

    package var isBlank: Bool {
        pieces.allSatisfy {
            if case .sql(let text) = $0 { return text.utf8.allSatisfy { $0 <= 0x20 } }
            return false
        }
    }

    /// The same with all variables at one place, where they have none of their own.
    func placed(at span: Span) -> SQLText {
        let pieces = pieces.map { piece -> Piece in
            switch piece {
            case .sql: piece
            case .literal(let name, _): .literal(name, span)
            case .identifier(let name, _): .identifier(name, span)
            }
        }
        return SQLText(pieces: pieces, span: self.span)
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
