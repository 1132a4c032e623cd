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
            return Word(plain: Span(start, position))
        }
        position = start
        let pieces = try pieces()
        return Word(span: Span(start, position), pieces: pieces)
    }

    /// The pieces of the word that begins here; the position is then behind it.
    mutating func pieces() throws(ScanFailure) -> [Word.Piece] {
        var builder = PieceBuilder()
        try scanPieces(into: &builder, until: { _ in false })
        return builder.finished()
    }

    /// Reads pieces until the word ends, or a bare byte for which `stop` is true.
    private mutating func scanPieces(
        into builder: inout PieceBuilder, until stop: (UInt8) -> Bool
    ) throws(ScanFailure) {
        while let byte = peek() {
            switch byte {
            case _ where isBlank(byte) || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: ";") || stop(byte):
                return
            case UInt8(ascii: "\r") where isAtCarriageReturn:
                return
            case UInt8(ascii: "\\") where continuationLength(at: position) != nil:
                return
            case UInt8(ascii: "'"):
                builder.append(quoted: try singleQuoted())
            case UInt8(ascii: "\""):
                try doubleQuoted(into: &builder)
            case UInt8(ascii: "$") where peek(1) == UInt8(ascii: "{"):
                builder.append(try variable())
            case UInt8(ascii: "$"):
                if !builder.endsInIdentifier, let length = dollarQuoteLength(at: position) {
                    let body = try dollarQuote(length: length)
                    builder.append(quoted: source.text(body))
                } else {
                    builder.append(byte: byte)
                    position += 1
                }
            case UInt8(ascii: "{"):
                if let piece = try braces() {
                    builder.append(piece)
                } else {
                    builder.append(byte: byte)
                    position += 1
                }
            default:
                // Most of a word means just itself, and is taken at once.
                let start = position
                repeat { position += 1 } while position < end && isIdentifierByte(bytes[position])
                builder.append(bare: bytes[start..<position])
            }
        }
    }

    /// `'…'`, in which `''` is one quote.
    private mutating func singleQuoted() throws(ScanFailure) -> String {
        let quote = UInt8(ascii: "'")
        let opening = position
        var text: [UInt8] = []
        position += 1
        while !isAtEnd, bytes[position] != UInt8(ascii: "\n") {
            let start = position
            while position < end, bytes[position] != quote, bytes[position] != UInt8(ascii: "\n") { position += 1 }
            text += bytes[start..<position]
            if peek() == quote {
                position += 1
                guard peek() == quote else { return String(decoding: text, as: UTF8.self) }
                text.append(quote)
                position += 1
            }
        }
        throw unclosed("'", opening)
    }

    /// `"…"` with `\" \\ \n \t \$` and `${…}`.
    private mutating func doubleQuoted(into builder: inout PieceBuilder) throws(ScanFailure) {
        let opening = position
        var text: [UInt8] = []
        var hasVariable = false
        position += 1
        while let byte = peek(), byte != UInt8(ascii: "\n") {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                if !text.isEmpty || !hasVariable { builder.append(quoted: String(decoding: text, as: UTF8.self)) }
                return
            case UInt8(ascii: "\\"):
                text.append(try escape())
            case UInt8(ascii: "$") where peek(1) == UInt8(ascii: "{"):
                if !text.isEmpty { builder.append(quoted: String(decoding: text, as: UTF8.self)) }
                text = []
                hasVariable = true
                builder.append(try variable())
            default:
                text.append(byte)
                position += 1
            }
        }
        throw unclosed("\"", opening)
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
        while span.end < end, bytes[span.end] & 0xC0 == 0x80 { span.end += 1 }
        // A line end is not to be shown; the backslash tells enough.
        if bytes[span.end - 1] < 0x20 { span.end = span.start + 1 }
        return failure(
            "unknown escape \(source.text(span))", span,
            help: #"known are \" \\ \n \t \$; in '…' a backslash is itself"#)
    }

    /// `${name}`, `${name:-fallback}`, `${env:NAME}`, `${1}`.
    private mutating func variable() throws(ScanFailure) -> Word.Piece {
        let opening = Span(position, position + 2)
        position += 2
        let nameStart = position
        while let byte = peek(), isIdentifierByte(byte) { position += 1 }
        if source.text(Span(nameStart, position)) == "env", peek() == UInt8(ascii: ":"), peek(1) != UInt8(ascii: "-") {
            position += 1
            while let byte = peek(), isIdentifierByte(byte) { position += 1 }
        }
        let name = source.text(Span(nameStart, position))
        guard !name.isEmpty, name != "env:" else {
            throw failure("a variable's name is missing", Span(opening.start, min(position + 1, end)))
        }
        var fallback: String?
        if peek() == UInt8(ascii: ":"), peek(1) == UInt8(ascii: "-") {
            position += 2
            let start = position
            while let byte = peek(), byte != UInt8(ascii: "}"), byte != UInt8(ascii: "\n") {
                position += 1
            }
            fallback = source.text(Span(start, position))
        }
        guard peek() == UInt8(ascii: "}") else {
            throw failure(
                "unclosed ${", opening, help: "variables are written ${name}, ${name:-default} or ${env:NAME}")
        }
        position += 1
        return .variable(name, fallback: fallback, Span(opening.start, position))
    }

    /// `{1..8}` or `{a,b}`; nil, and nothing read, when the brace is just a brace.
    private mutating func braces() throws(ScanFailure) -> Word.Piece? {
        let opening = position
        if let range = try numberRange() { return range }
        position = opening + 1
        // An open brace is looked at again as plain text, so unlimited nesting would take exponential time.
        guard braceDepth < 4 else {
            throw failure("braces are nested too deeply", Span(opening, opening + 1), help: "quote a { that is text")
        }
        braceDepth += 1
        defer { braceDepth -= 1 }
        var alternatives: [[Word.Piece]] = []
        while true {
            var builder = PieceBuilder()
            try scanPieces(into: &builder, until: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "}") })
            alternatives.append(builder.finished())
            guard let byte = peek() else { break }
            if byte == UInt8(ascii: ",") {
                position += 1
                continue
            }
            if byte == UInt8(ascii: "}"), alternatives.count > 1 {
                position += 1
                return .alternatives(alternatives, written: source.text(Span(opening, position)))
            }
            break
        }
        position = opening
        return nil
    }

    /// `{1..8}`; nil, and nothing read, when this is no range.
    private mutating func numberRange() throws(ScanFailure) -> Word.Piece? {
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
        return .range(first: from, last: to, width: width, written: source.text(span))
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

/// Collects the pieces of a word, joining neighbours of the same kind.
private struct PieceBuilder {
    private var pieces: [Word.Piece] = []
    private var bare: [UInt8] = []

    var endsInIdentifier: Bool { bare.last.map(isIdentifierByte) ?? false }

    mutating func append(byte: UInt8) { bare.append(byte) }

    mutating func append(bare text: ArraySlice<UInt8>) { bare += text }

    /// Empty quotes are a piece all the same: what they stand in is not bare.
    mutating func append(quoted text: String) { append(.text(text, quoted: true)) }

    mutating func append(_ piece: Word.Piece) {
        flush()
        pieces.append(piece)
    }

    mutating func finished() -> [Word.Piece] {
        flush()
        return pieces.isEmpty ? [.text("", quoted: false)] : pieces
    }

    private mutating func flush() {
        guard !bare.isEmpty else { return }
        pieces.append(.text(String(decoding: bare, as: UTF8.self), quoted: false))
        bare = []
    }
}
