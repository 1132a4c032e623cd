/// A place in a source text from which words and SQL are read.
struct Scanner {
    let source: SourceText
    let bytes: [UInt8]
    /// Where the part that is read ends.
    let end: Int
    var position: Int
    /// Whether more text may follow the end of the source (a prompt or a pipe).
    let isFinal: Bool
    /// Whether reading stops where the text ends, in the midst of a word and behind a blank too: at a cursor.
    let stopsAtEnd: Bool
    /// How many braces are open in the word that is being read.
    var braceDepth = 0
    /// Whether a block is open, so that a `}` by itself closes it.
    var isInBlock = false

    init(_ source: SourceText, at position: Int = 0, end: Int? = nil, isFinal: Bool = true, stopsAtEnd: Bool = false) {
        self.source = source
        bytes = source.bytes
        self.end = end ?? source.bytes.count
        self.position = position
        self.isFinal = isFinal
        self.stopsAtEnd = stopsAtEnd
    }

    var isAtEnd: Bool { position >= end }

    func peek(_ ahead: Int = 0) -> UInt8? {
        let index = position + ahead
        return index < end ? bytes[index] : nil
    }

    func failure(_ message: String, _ span: Span, help: String? = nil) -> ScanFailure {
        .malformed([Diagnostic(message, at: span, in: source, help: help)])
    }

    /// Skips blanks and continued line ends within a command.
    ///
    /// - Throws: `.incomplete` when the text ends in a `\` that goes on; `.stopped` at a cursor.
    mutating func skipBlanks() throws(ScanFailure) {
        while position < end {
            let byte = bytes[position]
            if isBlank(byte) {
                position += 1
            } else if byte != UInt8(ascii: "\\"), byte != UInt8(ascii: "\r") {
                return
            } else if isAtCarriageReturn {
                position += 1
            } else if let length = continuationLength(at: position) {
                if position + length >= end, !isFinal { throw .incomplete(.continuedLine) }
                position += length
            } else {
                return
            }
        }
        if stopsAtEnd { throw .stopped(.word(position)) }
    }

    /// Whether a carriage return stands here that is part of a line end.
    var isAtCarriageReturn: Bool {
        peek() == UInt8(ascii: "\r") && (peek(1) == UInt8(ascii: "\n") || peek(1) == nil)
    }

    /// The length of a `\` with the line end behind it, nil when this is not one.
    func continuationLength(at index: Int) -> Int? {
        guard index < end, bytes[index] == UInt8(ascii: "\\") else { return nil }
        if index + 1 == end { return isFinal ? nil : 1 }
        if bytes[index + 1] == UInt8(ascii: "\n") { return 2 }
        guard bytes[index + 1] == UInt8(ascii: "\r") else { return nil }
        if index + 2 == end { return isFinal ? nil : 2 }
        return bytes[index + 2] == UInt8(ascii: "\n") ? 3 : nil
    }

    /// What stands here up to a blank.
    var firstWord: Span { Span(position, bytes[position..<end].firstIndex { $0 <= 0x20 } ?? end) }

    /// Skips to the line end; a comment has no continuation.
    mutating func skipComment() {
        while position < end, bytes[position] != UInt8(ascii: "\n") { position += 1 }
    }

    /// Skips to the end of a line that can't be read, and of those that it goes on over.
    mutating func skipLine() {
        while true {
            skipComment()
            var last = position - 1
            if last > 0, bytes[last] == UInt8(ascii: "\r") { last -= 1 }
            guard last >= 0, position < end, bytes[last] == UInt8(ascii: "\\") else { return }
            position += 1
        }
    }

    /// Whether a command ends here.
    var isAtCommandEnd: Bool {
        guard position < end else { return true }
        switch bytes[position] {
        case UInt8(ascii: "\n"), UInt8(ascii: ";"): return true
        case UInt8(ascii: "}"): return isAtClosingBrace
        default: return false
        }
    }

    /// Whether the `}` of the open block stands here, at the beginning of a word.
    var isAtClosingBrace: Bool { isInBlock && isAtLoneBrace }

    /// Whether a `}` stands here by itself.
    var isAtLoneBrace: Bool { peek() == UInt8(ascii: "}") && isWordEnd(at: position + 1) }

    /// Whether a `{` stands here, at the beginning of a word, that opens a block.
    var isAtOpeningBrace: Bool { peek() == UInt8(ascii: "{") && isWordEnd(at: position + 1) }

    /// Whether a brace at the byte before stands by itself.
    private func isWordEnd(at index: Int) -> Bool {
        guard index < end else { return true }
        switch bytes[index] {
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: ";"), UInt8(ascii: "#"), UInt8(ascii: "}"):
            return true
        case let byte: return isBlank(byte) || continuationLength(at: index) != nil
        }
    }

    /// The length of the opening of a dollar quote (`$$`, `$tag$`) here, nil when there is none.
    func dollarQuoteLength(at index: Int) -> Int? { DollarQuote.openingLength(in: bytes, at: index, end: end) }

    /// The body of the dollar quote that opens here; the position is then behind its end.
    mutating func dollarQuote(length: Int) throws(ScanFailure) -> Span {
        let opening = Span(position, position + length)
        guard let closing = DollarQuote.closing(of: opening, in: bytes, end: end) else {
            throw unclosedDollarQuote(opening)
        }
        position = closing.end
        return Span(opening.end, closing.start)
    }

    mutating func unclosedDollarQuote(_ opening: Span) -> ScanFailure {
        if !isFinal { return .incomplete(.dollarQuote(Array(bytes[opening.start..<opening.end]))) }
        position = end
        return failure("unclosed \(source.text(opening))", opening, help: Self.openToTheEnd)
    }

    static let openToTheEnd = "it is open to the end of the input"
}

/// Why a scan stopped.
enum ScanFailure: Error {
    case malformed([Diagnostic])
    case incomplete(Incompleteness)
    case stopped(ScanStop)
}

/// Where a scan has stopped that stops at the end of its text.
enum ScanStop {
    /// In a word that begins here, which may have no letter yet.
    case word(Int)
    /// In SQL that begins here.
    case sql(Int)
    /// In a comment, or in what can't be read.
    case nowhere
}

/// What a command that is not whole yet waits for.
package enum Incompleteness: Sendable, Equatable {
    /// The line ended in `\`.
    case continuedLine
    /// A dollar quote is open; these bytes close it.
    case dollarQuote([UInt8])
    /// A statement of SQL that runs to its `;`.
    case statement
    /// A quote or comment of SQL is open.
    case sqlQuote
    /// The rows of a COPY in a block go on to a line that is `\.`.
    case rows
    /// A block is open.
    case block
}

func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0B || byte == 0x0C }

func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

func isIdentifierByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
        || (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
}

/// Whether a byte stands for itself wherever it is in a word.
func isPlain(_ byte: UInt8) -> Bool {
    // All but blanks, control characters and " $ ' ; below 64, and all but \ and { above.
    byte < 64
        ? 1 &<< UInt64(byte) & (0xF7FF_FF6A_0000_0000 as UInt64) != 0
        : byte != UInt8(ascii: "\\") && byte != UInt8(ascii: "{")
}
