extension Word {
    /// The query that a word is: one quoted text, or an argument of a command line as it is.
    func query(in source: SourceText, isArgument: Bool) throws(Diagnostic) -> SQLText {
        var scanner = Scanner(source, at: span.start, end: span.end)
        do throws(ScanFailure) {
            var text = try scanner.whollyQuoted()
            if text == nil, isArgument { text = try scanner.allSQL(span: span) }
            if let text, text.isQuery { return text }
        } catch {
            if case .malformed(let diagnostics) = error, let first = diagnostics.first { throw first }
        }
        throw Diagnostic(
            "a query stands here in quotes", at: span, in: source,
            help: "$$ SELECT … $$, also WITH, TABLE, VALUES, SHOW")
    }
}

extension SQLText {
    /// Whether it begins as what only reads does.
    fileprivate var isQuery: Bool {
        let text = sketch
        var lexer = SQLLexer(text)
        while let token = lexer.next() {
            if token.kind == .openParenthesis { continue }
            return Self.queryVerbs.contains(lexer.text(of: token).uppercased())
        }
        return false
    }

    /// The words that begin a query.
    static let queryVerbs: Set = ["SELECT", "WITH", "TABLE", "VALUES", "SHOW", "EXPLAIN"]
}

extension Scanner {
    /// A text that is one quoted string and nothing else stands for what is in it; nil, and nothing read, otherwise.
    mutating func whollyQuoted() throws(ScanFailure) -> SQLText? {
        let start = position
        guard let string = try quotedString() else { return nil }
        let span = Span(start, position)
        try skipBlanks()
        guard isAtCommandEnd || peek() == UInt8(ascii: "#") && position > span.end else {
            // No SQL begins with a quote; over lines it is not read twice, so that it is the same in a stream.
            if bytes[span.start..<span.end].contains(UInt8(ascii: "\n")) {
                throw failure(
                    "something follows the quoted statement", Span(position, position + 1),
                    help: "a statement in quotes is one string and nothing else")
            }
            position = start
            return nil
        }
        if let escape = string.unknownEscape { throw unknownEscape(escape) }
        return try content(of: string, span)
    }

    /// The SQL in a quoted string. Errors in it point at their own place, or at the whole of a string with escapes.
    private func content(of string: QuotedString, _ span: Span) throws(ScanFailure) -> SQLText {
        if let unescaped = string.unescaped {
            let inner = SourceText(name: source.name, bytes: unescaped)
            var scanner = Scanner(inner)
            do throws(ScanFailure) {
                return try scanner.allSQL(span: span).placed(at: span)
            } catch {
                guard case .malformed(let diagnostics) = error else { throw error }
                throw .malformed(diagnostics.map { Diagnostic($0.message, at: span, in: source, help: $0.help) })
            }
        }
        var scanner = Scanner(source, at: string.body.start, end: string.body.end)
        return try scanner.allSQL(span: span)
    }

    private struct QuotedString {
        var body: Span
        /// What is in the string, where that is not the source between the quotes.
        var unescaped: [UInt8]?
        var unknownEscape: Span?
    }

    /// The string that begins here; nil when there is none. Lines may end in it, as in all of SQL.
    private mutating func quotedString() throws(ScanFailure) -> QuotedString? {
        if let length = dollarQuoteLength(at: position) { return QuotedString(body: try dollarQuote(length: length)) }
        guard let quote = peek(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
        let start = position
        position += 1
        var string = QuotedString(body: Span(position, position))
        var text: [UInt8] = []
        var hasEscapes = false
        while let byte = peek() {
            if byte == quote {
                string.body.end = position
                position += 1
                guard quote == UInt8(ascii: "'"), peek() == quote else {
                    string.unescaped = hasEscapes ? text : nil
                    return string
                }
                hasEscapes = true
                text.append(byte)
                position += 1
            } else if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\""), peek(1) != nil {
                hasEscapes = true
                if let escaped = escaped(at: position) {
                    text.append(escaped)
                } else if string.unknownEscape == nil {
                    string.unknownEscape = Span(position, position + 2)
                }
                position += 2
            } else {
                text.append(byte)
                position += 1
            }
        }
        throw unclosedQuote(at: start)
    }
}
