extension Scanner {
    /// The word that begins here; the position is then behind it.
    mutating func word() throws(ScanFailure) -> Word {
        let start = position
        // Most words are plain to their ends.
        position = bytes.withUnsafeBufferPointer { [start, end] buffer in
            var index = start
            while index < end, isPlain(buffer[index]) { index += 1 }
            return index
        }
        if position == end || isBlank(bytes[position]) || bytes[position] == UInt8(ascii: "\n")
            || bytes[position] == UInt8(ascii: ";")
        {
            if position == end, stopsAtEnd { throw .stopped(.word(start)) }
            return Word(plain: Span(start, position))
        }
        position = start
        if stopsAtEnd { return try wordBeforeStop() }
        let outline: WordOutline = try parts()
        return outline.word(at: Span(start, position))
    }

    /// The same where reading stops at the end, as it does in a word that can't be read because it ends there.
    private mutating func wordBeforeStop() throws(ScanFailure) -> Word {
        let start = position
        do throws(ScanFailure) {
            let outline: WordOutline = try parts()
            if !isAtEnd { return outline.word(at: Span(start, position)) }
        } catch {
            if !isAtEnd { throw error }
        }
        throw .stopped(.word(start))
    }

    /// The parts of the word that begins here; the position is then behind it.
    mutating func parts<Parts: WordParts>() throws(ScanFailure) -> Parts {
        var parts = Parts(source)
        try scanParts(into: &parts, until: { _ in false })
        return parts
    }

    /// Reads parts until the word ends, or a bare byte for which `stop` is true.
    private mutating func scanParts<Parts: WordParts>(
        into parts: inout Parts, until stop: (UInt8) -> Bool
    ) throws(ScanFailure) {
        var isBehindIdentifier = false
        while let byte = peek() {
            let start = position
            var isBare = false
            switch byte {
            case _ where isBlank(byte) || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: ";") || stop(byte):
                return
            case UInt8(ascii: "\r") where isAtCarriageReturn:
                return
            case UInt8(ascii: "\\") where continuationLength(at: position) != nil:
                return
            case UInt8(ascii: "'"):
                try singleQuoted(into: &parts)
            case UInt8(ascii: "\""):
                try doubleQuoted(into: &parts)
            case UInt8(ascii: "$") where peek(1) == UInt8(ascii: "{"):
                try variable(into: &parts)
            case UInt8(ascii: "$"):
                if !isBehindIdentifier, let length = dollarQuoteLength(at: position) {
                    parts.append(quoted: try dollarQuote(length: length))
                    parts.endQuoted(margin: length)
                } else {
                    isBare = true
                    position += 1
                }
            case UInt8(ascii: "{"):
                if try !braces(into: &parts) {
                    isBare = true
                    position += 1
                }
            default:
                // Most of a word means just itself, and is taken at once.
                isBare = true
                repeat { position += 1 } while position < end && isIdentifierByte(bytes[position])
            }
            if isBare { parts.append(bare: Span(start, position)) }
            isBehindIdentifier = isBare && isIdentifierByte(bytes[position - 1])
        }
    }

    /// `'…'`, in which `''` is one quote.
    private mutating func singleQuoted<Parts: WordParts>(into parts: inout Parts) throws(ScanFailure) {
        let quote = UInt8(ascii: "'")
        let opening = position
        position += 1
        while !isAtEnd, bytes[position] != UInt8(ascii: "\n") {
            let start = position
            while position < end, bytes[position] != quote, bytes[position] != UInt8(ascii: "\n") { position += 1 }
            parts.append(quoted: Span(start, position))
            if peek() == quote {
                position += 1
                guard peek() == quote else { return parts.endQuoted(margin: 1) }
                parts.append(quoted: quote)
                position += 1
            }
        }
        throw unclosed("'", opening)
    }

    /// `"…"` with `\" \\ \n \t \$` and `${…}`.
    private mutating func doubleQuoted<Parts: WordParts>(into parts: inout Parts) throws(ScanFailure) {
        let opening = position
        var isEmpty = true
        var hasVariable = false
        position += 1
        while let byte = peek(), byte != UInt8(ascii: "\n") {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                if !isEmpty || !hasVariable { parts.endQuoted(margin: 1) }
                return
            case UInt8(ascii: "\\"):
                parts.append(quoted: try escape())
                isEmpty = false
            case UInt8(ascii: "$") where peek(1) == UInt8(ascii: "{"):
                if !isEmpty { parts.endQuoted(margin: 1) }
                isEmpty = true
                hasVariable = true
                try variable(into: &parts)
            default:
                let start = position
                repeat { position += 1 } while position < end && isQuotable(bytes[position])
                parts.append(quoted: Span(start, position))
                isEmpty = false
            }
        }
        throw unclosed("\"", opening)
    }

    /// Whether a byte in `"…"` is itself.
    private func isQuotable(_ byte: UInt8) -> Bool {
        byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") && byte != UInt8(ascii: "$")
            && byte != UInt8(ascii: "\n")
    }

    private mutating func escape() throws(ScanFailure) -> UInt8 {
        guard let escaped = escaped(at: position) else {
            throw unknownEscape(Span(position, min(position + 2, end)))
        }
        position += 2
        return escaped
    }

    /// What the backslash here and the byte behind it stand for in `"…"`.
    func escaped(at index: Int) -> UInt8? {
        guard index + 1 < end else { return nil }
        switch bytes[index + 1] {
        case UInt8(ascii: "n"): return UInt8(ascii: "\n")
        case UInt8(ascii: "t"): return UInt8(ascii: "\t")
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "$"): return bytes[index + 1]
        default: return nil
        }
    }

    /// - Parameter span: the backslash and what is behind it, of which the whole character is shown.
    func unknownEscape(_ span: Span) -> ScanFailure {
        var span = span
        if bytes[span.end - 1] < 0x20 {
            // A line end is not to be shown; the backslash tells enough.
            span.end = span.start + 1
        } else {
            while span.end < end, bytes[span.end - 1] >= 0x80, bytes[span.end] & 0xC0 == 0x80 { span.end += 1 }
        }
        return failure(
            "unknown escape \(source.text(span))", span,
            help: #"known are \" \\ \n \t \$; in '…' a backslash is itself"#)
    }

    /// `${name}`, `${name:-fallback}`, `${name:?error}`, `${env:NAME}`, `${1}`, `${script.dir}`.
    private mutating func variable<Parts: WordParts>(into parts: inout Parts) throws(ScanFailure) {
        let opening = Span(position, position + 2)
        position += 2
        let nameStart = position
        skipIdentifier()
        let isEnvironment = bytes[nameStart..<position].elementsEqual("env".utf8)
        if isEnvironment, peek() == UInt8(ascii: ":"), peek(1) != UInt8(ascii: "-"),
            peek(1) != UInt8(ascii: "?")
        {
            position += 1
            skipIdentifier()
        }
        if bytes[nameStart..<min(end, nameStart + Variables.scriptFolder.utf8.count)]
            .elementsEqual(Variables.scriptFolder.utf8)
        {
            position = nameStart + Variables.scriptFolder.utf8.count
        }
        let name = Span(nameStart, position)
        guard name.end > name.start, !isEnvironment || bytes[name.end - 1] != UInt8(ascii: ":") else {
            throw failure("a variable's name is missing", Span(opening.start, min(position + 1, end)))
        }
        var substitute: WrittenSubstitute?
        if peek() == UInt8(ascii: ":"), let sign = peek(1), sign == UInt8(ascii: "-") || sign == UInt8(ascii: "?") {
            position += 2
            let start = position
            while let byte = peek(), byte != UInt8(ascii: "}"), byte != UInt8(ascii: "\n") {
                position += 1
            }
            substitute = WrittenSubstitute(text: Span(start, position), isError: sign == UInt8(ascii: "?"))
        }
        guard peek() == UInt8(ascii: "}") else {
            throw failure(
                "unclosed ${", opening,
                help: "variables are written ${name}, ${name:-default}, ${name:?error} or ${env:NAME}")
        }
        position += 1
        parts.append(variable: name, substitute: substitute, at: Span(opening.start, position))
    }

    private mutating func skipIdentifier() {
        while position < end, isIdentifierByte(bytes[position]) { position += 1 }
    }

    /// `{1..8}` or `{a,b}`.
    ///
    /// - Returns: false, with nothing read, when the brace is just a brace.
    private mutating func braces<Parts: WordParts>(into parts: inout Parts) throws(ScanFailure) -> Bool {
        let opening = position
        if let range = try numberRange() {
            parts.append(range: range, written: Span(opening, position))
            return true
        }
        position = opening + 1
        // An open brace is looked at again as plain text, so unlimited nesting would take exponential time.
        guard braceDepth < 4 else {
            throw failure("braces are nested too deeply", Span(opening, opening + 1), help: "quote a { that is text")
        }
        braceDepth += 1
        defer { braceDepth -= 1 }
        var alternatives: [Parts] = []
        while true {
            var alternative = Parts(source)
            try scanParts(into: &alternative, until: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "}") })
            alternatives.append(alternative)
            guard let byte = peek() else { break }
            if byte == UInt8(ascii: ",") {
                position += 1
                continue
            }
            if byte == UInt8(ascii: "}"), alternatives.count > 1 {
                position += 1
                parts.append(alternatives: alternatives, written: Span(opening, position))
                return true
            }
            break
        }
        position = opening
        return false
    }

    /// `{1..8}`; nil, and nothing read, when this is no range.
    private mutating func numberRange() throws(ScanFailure) -> NumberRange? {
        let opening = position
        position += 1
        let first = digits()
        guard peek() == UInt8(ascii: "."), peek(1) == UInt8(ascii: ".") else {
            position = opening
            return nil
        }
        position += 2
        let last = digits()
        guard peek() == UInt8(ascii: "}"), let from = Int(first), let to = Int(last) else {
            throw failure("a range needs two numbers", Span(opening, position), help: "as in {1..8}")
        }
        position += 1
        let span = Span(opening, position)
        guard from.distance(to: to).magnitude < Expansion.limit else {
            throw failure("a range of more than \(Expansion.limit) numbers", span)
        }
        let padded = first.hasPrefix("0") && first.count > 1 || last.hasPrefix("0") && last.count > 1
        let width = padded ? max(first.count, last.count) : 0
        return NumberRange(first: from, last: to, width: width)
    }

    private mutating func digits() -> String {
        let start = position
        while let byte = peek(), isDigit(byte) { position += 1 }
        return source.text(Span(start, position))
    }

    private func unclosed(_ quote: String, _ opening: Int) -> ScanFailure {
        failure(
            "unclosed \(quote)", Span(opening, opening + 1),
            help: "quotes end on the line they begin on; $$…$$ may span lines")
    }
}
