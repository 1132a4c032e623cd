/// A word of a command as it was written, before variables and braces are replaced.
///
/// Most words are plain, and then nothing but a place in their source, which is asked for wherever their text is.
package struct Word: Sendable {
    package let span: Span
    private let form: Form

    private enum Form: Sendable {
        /// The bytes at its place are its text.
        case plain(quoted: Bool)
        case pieces([Piece])
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
        form = .plain(quoted: quoted)
    }

    /// - Parameter pieces: of which the bare texts stand in the source just so.
    init(span: Span, pieces: [Piece]) {
        self.span = span
        if pieces.count == 1, case .text(_, quoted: false) = pieces[0] {
            form = .plain(quoted: false)
        } else {
            form = .pieces(pieces)
        }
    }

    /// Whether the word's bytes are its text.
    var isPlain: Bool { if case .plain = form { true } else { false } }

    /// Whether the word is one bare piece: only such a word can be a command's name or an option.
    var isBare: Bool { if case .plain(quoted: false) = form { true } else { false } }

    /// How many of its first bytes are a bare piece.
    var bareLength: Int {
        switch form {
        case .plain(quoted: true): 0
        case .plain(quoted: false): span.end - span.start
        case .pieces(let pieces): if case .text(let text, quoted: false) = pieces[0] { text.utf8.count } else { 0 }
        }
    }

    package func pieces(in source: SourceText) -> [Piece] {
        switch form {
        case .plain(let quoted): [.text(source.text(span), quoted: quoted)]
        case .pieces(let pieces): pieces
        }
    }

    /// What stands behind the first bytes of a bare piece, which the word begins with.
    func dropping(_ length: Int, in source: SourceText) -> Word {
        let span = Span(self.span.start + length, self.span.end)
        guard case .pieces(let pieces) = form, case .text(let first, _) = pieces[0] else {
            return Word(plain: span, quoted: span.start == span.end)
        }
        let rest = String(decoding: first.utf8.dropFirst(length), as: UTF8.self)
        let others = Array(pieces.dropFirst())
        return Word(span: span, pieces: rest.isEmpty ? others : [.text(rest, quoted: false)] + others)
    }

    /// The text of a bare word.
    func bareText(in source: SourceText) -> String? { isBare ? source.text(span) : nil }

    /// The word's text where it does not depend on variables; braces as they were written.
    package func constantText(in source: SourceText) -> String? {
        switch form {
        case .plain: source.text(span)
        case .pieces(let pieces): Self.constantText(of: pieces)
        }
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

    package var hasBraces: Bool {
        guard case .pieces(let pieces) = form else { return false }
        return pieces.contains {
            switch $0 {
            case .alternatives, .range: true
            case .text, .variable: false
            }
        }
    }
}
