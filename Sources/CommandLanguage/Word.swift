/// A word of a command as it was written, before variables and braces are replaced.
package struct Word: Sendable {
    package let span: Span
    package let pieces: [Piece]

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

    package init(span: Span, pieces: [Piece]) {
        self.span = span
        self.pieces = pieces
    }

    /// The text of a word that is one bare piece: only such a word can be a command's name or an option.
    var bareText: String? {
        if pieces.count == 1, case .text(let text, quoted: false) = pieces[0] { return text }
        return nil
    }

    /// The word's text where it does not depend on variables; braces as they were written.
    package var constantText: String? {
        if pieces.count == 1, case .text(let text, _) = pieces[0] { return text }
        var result = ""
        for piece in pieces {
            switch piece {
            case .text(let text, _): result += text
            case .variable: return nil
            case .alternatives(let alternatives, let written):
                guard alternatives.allSatisfy({ Word(span: span, pieces: $0).constantText != nil }) else { return nil }
                result += written
            case .range(_, _, _, let written): result += written
            }
        }
        return result
    }

    package var hasBraces: Bool {
        pieces.contains {
            switch $0 {
            case .alternatives, .range: true
            case .text, .variable: false
            }
        }
    }
}
