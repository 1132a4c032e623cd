extension Scanner {
    /// The word that begins here; the position is then behind it.
    mutating func word() throws(ScanFailure) -> Word {
        let start = position
        var builder = PieceBuilder()
        try scanPieces(into: &builder, until: { _ in false })
        return Word(span: Span(start, position), pieces: builder.finished())
    }

    /// Reads pieces until the word ends, or a bare byte for which `stop` is true.
    private mutating func scanPieces(
        into builder: inout PieceBuilder, until stop: (UInt8) -> Bool
    ) throws(ScanFailure) {
        while let byte = peek() {
            switch byte {
            case _ where isBlank(byte) || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: ";") || stop(byte):
                return
            case UInt8(ascii: "\r") where peek(1) == UInt8(ascii: "\n"):
                return
            case UInt8(ascii: "\\") where continuationLength(at: position) != nil:
                return
            case UInt8(ascii: "'"):
                builder.append(try singleQuoted(), quoted: true)
            case UInt8(ascii: "\""):
                try doubleQuoted(into: &builder)
            case UInt8(ascii: "$") where peek(1) == UInt8(ascii: "{"):
                builder.append(try variable())
            case UInt8(ascii: "$"):
                if !builder.endsInIdentifier, let length = dollarQuoteLength(at: position) {
                    let body = try dollarQuote(length: length)
                    builder.append(source.text(body), quoted: true)
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
            case 0:
                throw failure("a NUL byte can't be in a command", Span(position, position + 1))
            default:
                builder.append(byte: byte)
                position += 1
            }
        }
    }

    /// `'…'`, in which `''` is one quote.
    private mutating func singleQuoted() throws(ScanFailure) -> String {
        let opening = position
        var text: [UInt8] = []
        position += 1
        while let byte = peek(), byte != UInt8(ascii: "\n") {
            try refuseNUL(byte)
            position += 1
            if byte == UInt8(ascii: "'") {
                guard peek() == byte else { return String(decoding: text, as: UTF8.self) }
                position += 1
            }
            text.append(byte)
        }
        throw unclosed("'", opening)
    }

    /// `"…"` with `\" \\ \n \t \$` and `${…}`.
    private mutating func doubleQuoted(into builder: inout PieceBuilder) throws(ScanFailure) {
        let opening = position
        var text: [UInt8] = []
        position += 1
        while let byte = peek(), byte != UInt8(ascii: "\n") {
            try refuseNUL(byte)
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                builder.append(String(decoding: text, as: UTF8.self), quoted: true)
                return
            case UInt8(ascii: "\\"):
                text.append(try escape())
            case UInt8(ascii: "$") where peek(1) == UInt8(ascii: "{"):
                builder.append(String(decoding: text, as: UTF8.self), quoted: true)
                text = []
                builder.append(try variable())
            default:
                text.append(byte)
                position += 1
            }
        }
        throw unclosed("\"", opening)
    }

    private mutating func escape() throws(ScanFailure) -> UInt8 {
        let span = Span(position, min(position + 2, bytes.count))
        let escaped: UInt8
        switch peek(1) {
        case UInt8(ascii: "n"): escaped = UInt8(ascii: "\n")
        case UInt8(ascii: "t"): escaped = UInt8(ascii: "\t")
        case UInt8(ascii: "\""): escaped = UInt8(ascii: "\"")
        case UInt8(ascii: "\\"): escaped = UInt8(ascii: "\\")
        case UInt8(ascii: "$"): escaped = UInt8(ascii: "$")
        default:
            throw failure(
                "unknown escape \(source.text(span))", span,
                help: #"known are \" \\ \n \t \$; in '…' a backslash is itself"#)
        }
        position += 2
        return escaped
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
            throw failure("a variable's name is missing", Span(opening.start, min(position + 1, bytes.count)))
        }
        var fallback: String?
        if peek() == UInt8(ascii: ":"), peek(1) == UInt8(ascii: "-") {
            position += 2
            let start = position
            while let byte = peek(), byte != UInt8(ascii: "}"), byte != UInt8(ascii: "\n") {
                try refuseNUL(byte)
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

    func refuseNUL(_ byte: UInt8) throws(ScanFailure) {
        if byte == 0 { throw failure("a NUL byte can't be in a command", Span(position, position + 1)) }
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
    private var sawQuotes = false

    var endsInIdentifier: Bool { bare.last.map(isIdentifierByte) ?? false }

    mutating func append(byte: UInt8) { bare.append(byte) }

    mutating func append(_ text: String, quoted: Bool) {
        flush()
        sawQuotes = true
        if !text.isEmpty { pieces.append(.text(text, quoted: quoted)) }
    }

    mutating func append(_ piece: Word.Piece) {
        flush()
        pieces.append(piece)
    }

    mutating func finished() -> [Word.Piece] {
        flush()
        // An empty quoted word is a word all the same.
        if pieces.isEmpty { return [.text("", quoted: sawQuotes)] }
        return pieces
    }

    private mutating func flush() {
        guard !bare.isEmpty else { return }
        pieces.append(.text(String(decoding: bare, as: UTF8.self), quoted: false))
        bare = []
    }
}
