/// Takes SQL apart into tokens, as far as it takes to tell statements, quotes and names apart.
///
/// Follows section "Lexical Structure" of the PostgreSQL manual, with `standard_conforming_strings` on, its default;
/// psql's variables `:'name'` and `:"name"` are tokens too.
package struct SQLLexer {
    package enum Kind: Sendable, Equatable {
        /// A key word or an identifier without quotes.
        case word
        /// `"…"`
        case identifier
        /// `'…'`, `E'…'` or `$$…$$`
        case string
        case number
        /// `:'name'` or `:"name"`
        case variable
        case comment
        case semicolon
        case openParenthesis
        case closeParenthesis
        /// An operator's character, or one that means nothing.
        case other
        /// A quote or comment that the text ends in.
        case unclosed(Part)
    }

    package enum Part: Sendable, Equatable { case string, dollarString, identifier, comment }

    package struct Token: Sendable, Equatable {
        package let kind: Kind
        /// Where it stands, in bytes of the text.
        package let span: Span
    }

    private let bytes: [UInt8]
    private let end: Int
    /// Whether the text ends where a line does.
    private let isOneLine: Bool
    private(set) var position: Int

    package init(_ text: String) {
        let bytes = Array(text.utf8)
        self.init(bytes, at: 0, end: bytes.count)
    }

    init(_ bytes: [UInt8], at position: Int, end: Int, isOneLine: Bool = false) {
        self.bytes = bytes
        self.isOneLine = isOneLine
        self.position = position
        self.end = end
    }

    /// The next token that is no comment; nil at the end.
    package mutating func next() -> Token? {
        while let token = nextOrComment() {
            if token.kind != .comment { return token }
        }
        return nil
    }

    /// The next token; nil at the end.
    mutating func nextOrComment() -> Token? {
        while position < end, isSpace(bytes[position]) { position += 1 }
        guard position < end else { return nil }
        let token = token(at: position)
        position = token.span.end
        return token
    }

    package func text(of token: Token) -> String {
        String(decoding: bytes[token.span.start..<token.span.end], as: UTF8.self)
    }

    /// The token that begins at a byte that is no space.
    func token(at start: Int) -> Token {
        let byte = bytes[start]
        let next = start + 1 < end ? bytes[start + 1] : 0
        switch byte {
        case UInt8(ascii: "E"), UInt8(ascii: "e"):
            guard next == UInt8(ascii: "'") else { break }
            return quoted(from: start, openingAt: start + 1, backslashes: true)
        case UInt8(ascii: "'"), UInt8(ascii: "\""):
            return quoted(from: start, openingAt: start, backslashes: false)
        case UInt8(ascii: "-") where next == byte:
            return Token(kind: .comment, span: Span(start, lineEnd(behind: start)))
        case UInt8(ascii: "/") where next == UInt8(ascii: "*"):
            return blockComment(from: start)
        case UInt8(ascii: "$"):
            if let token = dollarQuoted(from: start) { return token }
        case UInt8(ascii: ":"):
            // A cast is no beginning of a variable.
            if next == byte { return Token(kind: .other, span: Span(start, start + 2)) }
            if let token = variable(from: start, quote: next) { return token }
        case UInt8(ascii: ";"): return Token(kind: .semicolon, span: Span(start, start + 1))
        case UInt8(ascii: "("): return Token(kind: .openParenthesis, span: Span(start, start + 1))
        case UInt8(ascii: ")"): return Token(kind: .closeParenthesis, span: Span(start, start + 1))
        default: break
        }
        guard isIdentifierByte(byte) else { return Token(kind: .other, span: Span(start, start + 1)) }
        return isDigit(byte)
            ? Token(kind: .number, span: Span(start, identifierEnd(from: start)))
            : Token(kind: .word, span: Span(start, wordEnd(from: start)))
    }

    // MARK: The end of each kind

    private func identifierEnd(from start: Int) -> Int {
        var index = start
        while index < end, isIdentifierByte(bytes[index]) { index += 1 }
        return index
    }

    /// A dollar sign is part of the word that it follows, but not where it begins a value of tscl's.
    private func wordEnd(from start: Int) -> Int {
        var index = identifierEnd(from: start)
        while index < end, bytes[index] == UInt8(ascii: "$"), index + 1 == end || bytes[index + 1] != UInt8(ascii: "{")
        {
            index = identifierEnd(from: index + 1)
        }
        return index
    }

    private func lineEnd(behind start: Int) -> Int {
        var index = start
        while index < end, bytes[index] != UInt8(ascii: "\n"), bytes[index] != UInt8(ascii: "\r") { index += 1 }
        return index
    }

    /// Comments of SQL nest.
    private func blockComment(from start: Int) -> Token {
        var index = start
        var depth = 0
        while index + 1 < end {
            if bytes[index] == UInt8(ascii: "/"), bytes[index + 1] == UInt8(ascii: "*") {
                depth += 1
                index += 2
            } else if bytes[index] == UInt8(ascii: "*"), bytes[index + 1] == UInt8(ascii: "/") {
                depth -= 1
                index += 2
                if depth == 0 { return Token(kind: .comment, span: Span(start, index)) }
            } else {
                index += 1
            }
        }
        return Token(kind: .unclosed(.comment), span: Span(start, end))
    }

    /// A doubled quote is a character of what is quoted.
    private func quoted(from start: Int, openingAt opening: Int, backslashes: Bool) -> Token {
        let quote = bytes[opening]
        var index = opening + 1
        while index < end {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\\"), backslashes, index < end {
                index += 1
            } else if byte == quote {
                guard index < end, bytes[index] == quote else {
                    if backslashes, !isOneLine, let next = continuation(behind: index) {
                        index = next
                        continue
                    }
                    let kind = quote == UInt8(ascii: "'") ? Kind.string : .identifier
                    return Token(kind: kind, span: Span(start, index))
                }
                index += 1
            }
        }
        return Token(kind: .unclosed(quote == UInt8(ascii: "'") ? .string : .identifier), span: Span(start, end))
    }

    /// Where a string goes on that was closed before a line end: behind its next quote. PostgreSQL reads what is there by
    /// the rules of its first part (manual, 4.1.2.1), and takes comments in between for spaces.
    private func continuation(behind closing: Int) -> Int? {
        var index = closing
        var isBehindLineEnd = false
        while index < end {
            let byte = bytes[index]
            if byte == UInt8(ascii: "'") { return isBehindLineEnd ? index + 1 : nil }
            if byte == UInt8(ascii: "-"), index + 1 < end, bytes[index + 1] == byte {
                index = lineEnd(behind: index)
            } else if isSpace(byte) {
                if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { isBehindLineEnd = true }
                index += 1
            } else {
                return nil
            }
        }
        return nil
    }

    private func dollarQuoted(from start: Int) -> Token? {
        guard let length = DollarQuote.openingLength(in: bytes, at: start, end: end) else { return nil }
        let opening = Span(start, start + length)
        guard let closing = DollarQuote.closing(of: opening, in: bytes, end: end) else {
            return Token(kind: .unclosed(.dollarString), span: Span(start, end))
        }
        return Token(kind: .string, span: Span(start, closing.end))
    }

    private func variable(from start: Int, quote: UInt8) -> Token? {
        guard quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
        let nameEnd = identifierEnd(from: start + 2)
        guard nameEnd > start + 2, nameEnd < end, bytes[nameEnd] == quote else { return nil }
        return Token(kind: .variable, span: Span(start, nameEnd + 1))
    }
}

private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte >= 0x09 && byte <= 0x0D }

extension SQLLexer {
    /// The statement with one semicolon, on a line of its own where a comment at the end would swallow it.
    package static func terminated(_ text: String) -> String {
        var lexer = SQLLexer(text)
        var last: Token?
        var comment: Token?
        while let token = lexer.nextOrComment() {
            comment = token.kind == .comment ? token : nil
            if comment == nil { last = token }
        }
        if last?.kind == .semicolon { return text }
        // A comment of lines ends behind its last one.
        let isOpen = comment.map { lexer.bytes[$0.span.start] == UInt8(ascii: "-") && $0.span.end == lexer.end }
        return text + (isOpen == true ? "\n;" : ";")
    }
}
