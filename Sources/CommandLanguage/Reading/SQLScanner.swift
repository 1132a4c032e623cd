extension Scanner {
    /// Reads SQL up to the end of the command, by SQL's rules for quotes and comments.
    ///
    /// - Parameter overLines: whether a line end is part of the statement, which then runs to its `;`.
    mutating func sql(overLines: Bool) throws(ScanFailure) -> SQLText {
        let start = position
        if !overLines, let quoted = try whollyQuoted() { return quoted }
        var builder = SQLTextBuilder(source, at: start)
        var end = start
        while let byte = peek() {
            if byte == UInt8(ascii: ";") || byte == UInt8(ascii: "\n") && !overLines { break }
            // Outside of its quotes SQL has no braces: this one is the block's.
            if byte == UInt8(ascii: "}"), isInBlock { break }
            if let length = continuationLength(at: position) {
                if position + length >= self.end, !isFinal { throw .incomplete(.continuedLine) }
                builder.replace(Span(position, position + length), with: "\n")
                position += length
            } else {
                try sqlElement(into: &builder)
                if byte > 0x20 { end = position }
            }
        }
        if isAtEnd, !isFinal, overLines { throw .incomplete(.statement) }
        return try builder.finished(span: Span(start, end), until: position)
    }

    /// One quote, comment, variable or other byte of SQL.
    mutating func sqlElement(into builder: inout SQLTextBuilder) throws(ScanFailure) {
        guard let byte = peek() else { return }
        switch byte {
        case UInt8(ascii: "'"):
            try skipSQLQuote(byte, backslashes: isBehindEscapePrefix, builder: &builder)
        case UInt8(ascii: "\""):
            try skipSQLQuote(byte, backslashes: false, builder: &builder)
        case UInt8(ascii: "-") where peek(1) == byte:
            skipComment()
        case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"):
            try skipBlockComment()
        case UInt8(ascii: "$") where peek(1) == UInt8(ascii: "{"):
            skipRefusedValue(builder: &builder)
        case UInt8(ascii: "$") where position == 0 || !isIdentifierByte(bytes[position - 1]):
            if let length = dollarQuoteLength(at: position) {
                _ = try dollarQuote(length: length)
            } else {
                position += 1
            }
        case UInt8(ascii: ":") where peek(1) == byte:
            position += 2
        case UInt8(ascii: ":"):
            if let (name, quote, length) = psqlVariable() {
                let span = Span(position, position + length)
                builder.append(quote == UInt8(ascii: "'") ? .literal(name, span) : .identifier(name, span), at: span)
                position += length
            } else {
                position += 1
            }
        default:
            position += 1
        }
    }

    /// Whether the quote here belongs to an `E'…'`, in which a backslash quotes.
    private var isBehindEscapePrefix: Bool {
        guard position > 0, bytes[position - 1] | 0x20 == UInt8(ascii: "e") else { return false }
        return position < 2 || !isIdentifierByte(bytes[position - 2])
    }

    /// `:'name'` or `:"name"` here.
    private func psqlVariable() -> (name: String, quote: UInt8, length: Int)? {
        guard let quote = peek(1), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
        var next = position + 2
        while next < end, isIdentifierByte(bytes[next]) { next += 1 }
        guard next > position + 2, next < end, bytes[next] == quote else { return nil }
        return (source.text(Span(position + 2, next)), quote, next + 1 - position)
    }

    private mutating func skipSQLQuote(
        _ quote: UInt8, backslashes: Bool, builder: inout SQLTextBuilder
    ) throws(ScanFailure) {
        let opening = position
        position += 1
        while let byte = peek() {
            if byte == UInt8(ascii: "\\"), backslashes, peek(1) != nil {
                position += 2
            } else if byte == UInt8(ascii: "$"), peek(1) == UInt8(ascii: "{") {
                skipRefusedValue(builder: &builder)
            } else if byte == quote {
                position += 1
                if peek() != quote { return }
                position += 1
            } else {
                position += 1
            }
        }
        throw unclosedQuote(at: opening)
    }

    /// What a quote is that has no end in the text.
    func unclosedQuote(at opening: Int) -> ScanFailure {
        if !isFinal { return .incomplete(.sqlQuote) }
        let quote = Span(opening, opening + 1)
        return failure("unclosed \(source.text(quote))", quote, help: "it is open to the end of the input")
    }

    /// Comments of SQL nest.
    private mutating func skipBlockComment() throws(ScanFailure) {
        let opening = Span(position, position + 2)
        var depth = 0
        while let byte = peek() {
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
        throw failure("unclosed /*", opening, help: "it is open to the end of the input")
    }

    /// `${name}` in SQL is an error; the rest of the statement is read all the same, so that it is not taken for commands.
    private mutating func skipRefusedValue(builder: inout SQLTextBuilder) {
        let start = position
        position += 2
        while let byte = peek(), isIdentifierByte(byte) || byte == UInt8(ascii: ":") { position += 1 }
        let name = source.citation(Span(start + 2, position))
        if peek() == UInt8(ascii: "}") { position += 1 }
        let written = source.citation(Span(start, position))
        builder.refuse(
            Diagnostic(
                "a value can't become SQL by itself: \(written)", at: Span(start, position), in: source,
                help: "write :'\(name)' for a literal or :\"\(name)\" for an identifier; "
                    + "$$…$$ inside is left as it is"))
    }
}
