/// A place in a source text from which words and SQL are read.
struct Scanner {
    let source: SourceText
    var position: Int
    /// Whether more text may follow the end of the source (a prompt or a pipe).
    let isFinal: Bool
    /// How many braces are open in the word that is being read.
    var braceDepth = 0

    init(_ source: SourceText, at position: Int = 0, isFinal: Bool = true) {
        self.source = source
        self.position = position
        self.isFinal = isFinal
    }

    var bytes: [UInt8] { source.bytes }
    var isAtEnd: Bool { position >= source.bytes.count }

    func peek(_ ahead: Int = 0) -> UInt8? {
        let index = position + ahead
        return index < source.bytes.count ? source.bytes[index] : nil
    }

    func failure(_ message: String, _ span: Span, help: String? = nil) -> ScanFailure {
        .malformed(Diagnostic(message, at: span, in: source, help: help))
    }

    /// Skips blanks and continued line ends within a command.
    ///
    /// - Throws: `.incomplete` when the text ends in a `\` that goes on.
    mutating func skipBlanks() throws(ScanFailure) {
        while let byte = peek() {
            if isBlank(byte) {
                position += 1
            } else if byte == UInt8(ascii: "\\"), let length = continuationLength(at: position) {
                if position + length >= source.bytes.count, !isFinal { throw .incomplete(.continuedLine) }
                position += length
            } else if byte == UInt8(ascii: "\r"), peek(1) == UInt8(ascii: "\n") || peek(1) == nil {
                position += 1
            } else {
                return
            }
        }
    }

    /// The length of a `\` with the line end behind it, nil when this is not one.
    func continuationLength(at index: Int) -> Int? {
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\\") else { return nil }
        if index + 1 == bytes.count { return isFinal ? nil : 1 }
        if bytes[index + 1] == UInt8(ascii: "\n") { return 2 }
        if bytes[index + 1] == UInt8(ascii: "\r"), index + 2 < bytes.count, bytes[index + 2] == UInt8(ascii: "\n") {
            return 3
        }
        return nil
    }

    /// Skips to the line end; a comment has no continuation.
    mutating func skipComment() {
        while let byte = peek(), byte != UInt8(ascii: "\n") { position += 1 }
    }

    /// Whether a command ends here.
    var isAtCommandEnd: Bool {
        guard let byte = peek() else { return true }
        return byte == UInt8(ascii: "\n") || byte == UInt8(ascii: ";")
    }

    /// The length of the opening of a dollar quote (`$$`, `$tag$`) here, nil when there is none.
    func dollarQuoteLength(at index: Int) -> Int? {
        guard index < bytes.count, bytes[index] == UInt8(ascii: "$") else { return nil }
        var end = index + 1
        while end < bytes.count, isIdentifierByte(bytes[end]) {
            if end == index + 1, isDigit(bytes[end]) { return nil }
            end += 1
        }
        return end < bytes.count && bytes[end] == UInt8(ascii: "$") ? end + 1 - index : nil
    }

    /// The body of the dollar quote that opens here; the position is then behind its end.
    mutating func dollarQuote(length: Int) throws(ScanFailure) -> Span {
        let opening = Span(position, position + length)
        let delimiter = bytes[opening.start..<opening.end]
        var index = opening.end
        while index + length <= bytes.count {
            if bytes[index] == UInt8(ascii: "$"), bytes[index..<index + length].elementsEqual(delimiter) {
                position = index + length
                return Span(opening.end, index)
            }
            index += 1
        }
        if !isFinal { throw .incomplete(.dollarQuote(Array(delimiter))) }
        position = bytes.count
        throw failure("unclosed \(source.text(opening))", opening, help: "it is open to the end of the input")
    }
}

/// Why a scan stopped.
enum ScanFailure: Error {
    case malformed(Diagnostic)
    case incomplete(Incompleteness)
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
}

func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0B || byte == 0x0C }

func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

func isIdentifierByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
        || (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
}
