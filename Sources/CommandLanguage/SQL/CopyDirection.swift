/// Where the data of a COPY go to or come from, where that is the client.
package enum CopyDirection: Sendable {
    /// `COPY … TO STDOUT`
    case toClient
    /// `COPY … FROM STDIN`
    case fromClient

    /// - Returns: nil for any other statement.
    package init?(of sql: String) {
        // Most statements begin with another word, and need not be taken apart.
        guard let first = sql.utf8.first(where: { $0 > 0x20 }), Self.mayBegin(first) else { return nil }
        self.init(SQLLexer(sql))
    }

    /// The same of SQL as it was written, without the quotes around it.
    package init?(of text: SQLText) {
        if let (source, place) = text.place {
            self.init(in: place, of: source.bytes)
        } else {
            self.init(of: text.sketch)
        }
    }

    init?(in span: Span, of bytes: [UInt8]) {
        guard let first = bytes[span.start..<span.end].first(where: { $0 > 0x20 }), Self.mayBegin(first) else {
            return nil
        }
        self.init(SQLLexer(bytes, at: span.start, end: span.end))
    }

    private static func mayBegin(_ byte: UInt8) -> Bool {
        byte | 0x20 == UInt8(ascii: "c") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "/")
    }

    private init?(_ lexer: SQLLexer) {
        var lexer = lexer
        guard let verb = lexer.next(), lexer.isWord(verb, "COPY") else { return nil }
        var depth = 0
        var before = verb
        while let token = lexer.next() {
            switch token.kind {
            case .openParenthesis: depth += 1
            case .closeParenthesis: depth -= 1
            case .word where depth == 0 && lexer.isWord(token, "STDOUT") && lexer.isWord(before, "TO"):
                self = .toClient
                return
            case .word where depth == 0 && lexer.isWord(token, "STDIN") && lexer.isWord(before, "FROM"):
                self = .fromClient
                return
            default: break
            }
            before = token
        }
        return nil
    }
}

extension SQLLexer {
    fileprivate func isWord(_ token: Token, _ word: String) -> Bool {
        token.kind == .word && token.span.end - token.span.start == word.utf8.count
            && text(of: token).uppercased() == word
    }
}
