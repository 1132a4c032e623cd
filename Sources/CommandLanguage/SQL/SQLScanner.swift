extension Scanner {
    /// Reads SQL up to the end of the command, by SQL's rules for quotes and comments.
    ///
    /// - Parameters:
    ///   - overLines: whether a line end is part of the statement, which then runs to its `;`.
    ///   - keepsValues: whether a `${…}` in quotes is data: a dump has no variables of tscl's.
    mutating func sql(overLines: Bool, keepsValues: Bool = false) throws(ScanFailure) -> SQLText {
        guard stopsAtEnd else { return try statement(overLines, keepsValues) }
        let start = position
        do throws(ScanFailure) {
            let text = try statement(overLines, keepsValues)
            if !isAtEnd { return text }
        } catch {
            if !isAtEnd { throw error }
        }
        throw .stopped(.sql(start))
    }

    private mutating func statement(_ overLines: Bool, _ keepsValues: Bool) throws(ScanFailure) -> SQLText {
        let start = position
        if !overLines, let quoted = try whollyQuoted() { return quoted }
        let lexer = SQLLexer(bytes, at: start, end: self.end, isOneLine: !overLines)
        var builder = SQLTextBuilder(source, at: start)
        var body = StatementBody()
        var end = start
        while position < self.end {
            let byte = bytes[position]
            if byte <= 0x20 {
                if byte == UInt8(ascii: "\n"), !overLines { break }
                position += 1
            } else if byte == UInt8(ascii: ";"), body.open == nil {
                break
            } else if byte == UInt8(ascii: "}"), isInBlock, body.open == nil {
                // Outside of its quotes SQL has no braces: this one is the block's.
                break
            } else if byte == UInt8(ascii: "\\"), let length = continuationLength(at: position) {
                if position + length >= self.end, !isFinal { throw .incomplete(.continuedLine) }
                builder.replace(Span(position, position + length), with: "\n")
                position += length
            } else {
                let token = lexer.token(at: position)
                if overLines { body.note(token, in: bytes) }
                try take(token, into: &builder, keepsValues: keepsValues)
                end = position
            }
        }
        if isAtEnd, !isFinal, overLines { throw .incomplete(.statement) }
        if let open = body.open {
            throw failure("unclosed \(source.text(open))", open, help: Self.openToTheEnd)
        }
        return try builder.finished(span: Span(start, end), until: position)
    }

    /// Skips a comment of SQL's (`--`, `/* */`) where one begins here.
    ///
    /// - Returns: whether one did.
    mutating func skipSQLComment() throws(ScanFailure) -> Bool {
        let second = peek(1)
        guard second == (peek() == UInt8(ascii: "/") ? UInt8(ascii: "*") : UInt8(ascii: "-")) else { return false }
        let token = SQLLexer(bytes, at: position, end: end).token(at: position)
        if token.span.end == end, stopsAtEnd { throw .stopped(.nowhere) }
        if case .unclosed(let part) = token.kind { throw unclosed(part, opening: position) }
        position = token.span.end
        return true
    }

    /// Everything up to the end, in which a `;` is a part like any other.
    mutating func allSQL(span: Span) throws(ScanFailure) -> SQLText {
        let lexer = SQLLexer(bytes, at: position, end: end)
        var builder = SQLTextBuilder(source, at: position)
        while position < end {
            if bytes[position] <= 0x20 {
                position += 1
            } else {
                try take(lexer.token(at: position), into: &builder)
            }
        }
        return try builder.finished(span: span, until: position)
    }

    /// Goes on behind a token of SQL, unless a value of tscl's begins there.
    private mutating func take(
        _ token: SQLLexer.Token, into builder: inout SQLTextBuilder, keepsValues: Bool = false
    ) throws(ScanFailure) {
        let span = token.span
        switch token.kind {
        case .variable:
            let name = source.text(Span(span.start + 2, span.end - 1))
            let isLiteral = bytes[span.end - 1] == UInt8(ascii: "'")
            builder.append(isLiteral ? .literal(name, span) : .identifier(name, span), at: span)
        case .string where bytes[span.start] != UInt8(ascii: "$"), .identifier:
            if keepsValues { break }
            refuseValues(in: span, into: &builder)
        case .other where bytes[span.start] == UInt8(ascii: "$") && peek(1) == UInt8(ascii: "{"):
            position = refuseValue(at: span.start, into: &builder)
            return
        case .unclosed(let part): throw unclosed(part, opening: span.start)
        default: break
        }
        position = span.end
    }

    // MARK: Values in SQL

    /// Refuses the values in a quoted text; the rest of the statement is read all the same, so that it is not taken for
    /// commands.
    private func refuseValues(in quoted: Span, into builder: inout SQLTextBuilder) {
        let hasEscapes = bytes[quoted.start] | 0x20 == UInt8(ascii: "e")
        var index = quoted.start
        while index + 1 < quoted.end {
            if hasEscapes, bytes[index] == UInt8(ascii: "\\") {
                index += 2
            } else if bytes[index] == UInt8(ascii: "$"), bytes[index + 1] == UInt8(ascii: "{") {
                index = refuseValue(at: index, into: &builder)
            } else {
                index += 1
            }
        }
    }

    /// - Returns: where the value ends.
    private func refuseValue(at start: Int, into builder: inout SQLTextBuilder) -> Int {
        var index = start + 2
        while index < end, isIdentifierByte(bytes[index]) || bytes[index] == UInt8(ascii: ":") { index += 1 }
        let name = source.citation(Span(start + 2, index))
        if index < end, bytes[index] == UInt8(ascii: "}") { index += 1 }
        let value = Span(start, index)
        builder.refuse(
            Diagnostic(
                "a value can't become SQL by itself: \(source.citation(value))", at: value, in: source,
                help: "write :'\(name)' for a literal or :\"\(name)\" for an identifier; "
                    + "$$…$$ inside is left as it is"
                    + (source.isSQL ? "" : ", and so are quotes in the statements of a .sql file")))
        return index
    }

    // MARK: What has no end

    private mutating func unclosed(_ part: SQLLexer.Part, opening: Int) -> ScanFailure {
        switch part {
        case .string: return unclosedQuote(at: bytes[opening] == UInt8(ascii: "'") ? opening : opening + 1)
        case .identifier: return unclosedQuote(at: opening)
        case .comment:
            if !isFinal { return .incomplete(.sqlQuote) }
            position = end
            return failure("unclosed /*", Span(opening, opening + 2), help: Self.openToTheEnd)
        case .dollarString:
            let length = DollarQuote.openingLength(in: bytes, at: opening, end: end) ?? 0
            return unclosedDollarQuote(Span(opening, opening + length))
        }
    }

    /// What a quote is that has no end in the text.
    mutating func unclosedQuote(at opening: Int) -> ScanFailure {
        if !isFinal { return .incomplete(.sqlQuote) }
        position = end
        let quote = Span(opening, opening + 1)
        return failure("unclosed \(source.text(quote))", quote, help: Self.openToTheEnd)
    }
}
