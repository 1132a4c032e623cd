extension Scanner {
    /// Reads SQL up to the end of the command, by SQL's rules for quotes and comments.
    ///
    /// - Parameter overLines: whether a line end is part of the statement, which then runs to its `;`.
    mutating func sql(overLines: Bool) throws(ScanFailure) -> SQLText {
        let start = position
        if !overLines, let quoted = try whollyQuoted() { return quoted }
        var builder = SQLTextBuilder(scanner: self)
        var end = position
        scan: while let byte = peek() {
            switch byte {
            case UInt8(ascii: ";"): break scan
            case UInt8(ascii: "\n") where !overLines: break scan
            case UInt8(ascii: "\\") where continuationLength(at: position) != nil:
                let length = continuationLength(at: position) ?? 1
                if position + length >= bytes.count, !isFinal { throw .incomplete(.continuedLine) }
                builder.append("\n")
                position += length
                continue
            case 0: try refuseNUL(byte)
            default: try sqlElement(into: &builder)
            }
            if !isBlank(byte), byte != UInt8(ascii: "\r"), byte != UInt8(ascii: "\n") { end = position }
        }
        if isAtEnd, !isFinal, overLines { throw .incomplete(.statement) }
        return builder.finished(span: Span(start, end))
    }

    /// A text that is one quoted string and nothing else stands for what is in it; nil, and nothing read, otherwise.
    private mutating func whollyQuoted() throws(ScanFailure) -> SQLText? {
        let start = position
        guard let byte = peek() else { return nil }
        let length = dollarQuoteLength(at: start)
        guard byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") || length != nil else { return nil }
        var content: String?
        if let length {
            content = source.text(try dollarQuote(length: length))
        } else if let word = try? word(), word.pieces.count == 1, case .text(let text, quoted: true) = word.pieces[0] {
            content = text
        }
        let span = Span(start, position)
        try skipBlanks()
        guard let content, isAtCommandEnd || peek() == UInt8(ascii: "#") && position > span.end else {
            position = start
            return nil
        }
        // The offsets inside refer to the content; errors point at the string as a whole.
        let inner = SourceText(name: source.name, content)
        var scanner = Scanner(inner)
        var builder = SQLTextBuilder(scanner: scanner)
        do throws(ScanFailure) {
            while let byte = scanner.peek() {
                try scanner.refuseNUL(byte)
                try scanner.sqlElement(into: &builder)
            }
        } catch {
            guard case .malformed(let diagnostic) = error else { throw error }
            throw failure(diagnostic.message, span, help: diagnostic.help)
        }
        return builder.finished(span: span, within: span)
    }

    /// One quote, comment, variable or other byte of SQL.
    private mutating func sqlElement(into builder: inout SQLTextBuilder) throws(ScanFailure) {
        guard let byte = peek() else { return }
        let start = position
        switch byte {
        case UInt8(ascii: "'"):
            let previous = start > 0 ? bytes[start - 1] | 0x20 : 0
            let hasPrefix = start < 2 || !isIdentifierByte(bytes[start - 2])
            try skipSQLQuote(byte, backslashes: previous == UInt8(ascii: "e") && hasPrefix)
            builder.append(self, from: start)
        case UInt8(ascii: "\""):
            try skipSQLQuote(byte, backslashes: false)
            builder.append(self, from: start)
        case UInt8(ascii: "-") where peek(1) == byte:
            skipComment()
            builder.append(self, from: start)
        case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"):
            try skipBlockComment()
            builder.append(self, from: start)
        case UInt8(ascii: "$") where peek(1) == UInt8(ascii: "{"):
            throw valueInSQL(at: start)
        case UInt8(ascii: "$") where start == 0 || !isIdentifierByte(bytes[start - 1]):
            if let length = dollarQuoteLength(at: start) {
                _ = try dollarQuote(length: length)
            } else {
                position += 1
            }
            builder.append(self, from: start)
        case UInt8(ascii: ":"):
            if peek(1) == byte {
                position += 2
            } else if let (name, quote, length) = psqlVariable() {
                position += length
                builder.append(name, quote: quote, span: Span(start, position))
                return
            } else {
                position += 1
            }
            builder.append(self, from: start)
        default:
            position += 1
            builder.append(self, from: start)
        }
    }

    /// `:'name'` or `:"name"` here.
    private func psqlVariable() -> (name: String, quote: UInt8, length: Int)? {
        guard let quote = peek(1), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
        var end = position + 2
        while end < bytes.count, isIdentifierByte(bytes[end]) { end += 1 }
        guard end > position + 2, end < bytes.count, bytes[end] == quote else { return nil }
        return (source.text(Span(position + 2, end)), quote, end + 1 - position)
    }

    private mutating func skipSQLQuote(_ quote: UInt8, backslashes: Bool) throws(ScanFailure) {
        let opening = position
        position += 1
        while let byte = peek() {
            try refuseNUL(byte)
            if byte == UInt8(ascii: "\\"), backslashes, peek(1) != nil {
                position += 2
            } else if byte == UInt8(ascii: "$"), peek(1) == UInt8(ascii: "{") {
                throw valueInSQL(at: position)
            } else if byte == quote {
                position += 1
                if peek() != quote { return }
                position += 1
            } else {
                position += 1
            }
        }
        if !isFinal { throw .incomplete(.sqlQuote) }
        throw failure("unclosed \(quote == UInt8(ascii: "'") ? "'" : "\"")", Span(opening, opening + 1))
    }

    /// Comments of SQL nest.
    private mutating func skipBlockComment() throws(ScanFailure) {
        let opening = Span(position, position + 2)
        var depth = 0
        while let byte = peek() {
            try refuseNUL(byte)
            if byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
                depth += 1
                position += 2
            } else if byte == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
                depth -= 1
                position += 2
                if depth == 0 { return }
            } else {
                position += 1
            }
        }
        if !isFinal { throw .incomplete(.sqlQuote) }
        throw failure("unclosed /*", opening)
    }

    private func valueInSQL(at start: Int) -> ScanFailure {
        var end = start + 2
        while end < bytes.count, bytes[end] != UInt8(ascii: "}"), bytes[end] != UInt8(ascii: "\n") { end += 1 }
        let name = source.text(Span(start + 2, end))
        let span = Span(start, min(end + 1, bytes.count))
        return failure(
            "a value can't become SQL by itself: ${\(name)}", span,
            help: "write :'\(name)' for a literal or :\"\(name)\" for an identifier; $$…$$ inside is left as it is")
    }
}

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

    package var isBlank: Bool {
        pieces.allSatisfy {
            if case .sql(let text) = $0 { return text.utf8.allSatisfy { $0 <= 0x20 } }
            return false
        }
    }
}

private struct SQLTextBuilder {
    private let source: SourceText
    private var pieces: [SQLText.Piece] = []
    private var text: [UInt8] = []

    init(scanner: Scanner) { source = scanner.source }

    mutating func append(_ scanner: Scanner, from start: Int) {
        text += source.bytes[start..<scanner.position]
    }

    mutating func append(_ string: String) { text += Array(string.utf8) }

    mutating func append(_ name: String, quote: UInt8, span: Span) {
        flush()
        pieces.append(quote == UInt8(ascii: "'") ? .literal(name, span) : .identifier(name, span))
    }

    /// - Parameter within: the span that errors about variables point at, where the pieces have none of their own.
    mutating func finished(span: Span, within: Span? = nil) -> SQLText {
        while let last = text.last, last <= 0x20 { text.removeLast() }
        flush()
        guard let within else { return SQLText(pieces: pieces, span: span) }
        let placed = pieces.map { piece -> SQLText.Piece in
            switch piece {
            case .sql: piece
            case .literal(let name, _): .literal(name, within)
            case .identifier(let name, _): .identifier(name, within)
            }
        }
        return SQLText(pieces: placed, span: span)
    }

    private mutating func flush() {
        guard !text.isEmpty else { return }
        pieces.append(.sql(String(decoding: text, as: UTF8.self)))
        text = []
    }
}
