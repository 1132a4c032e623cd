/// Splits SQL text into tokens, as finely as telling statements apart requires. It skips comments and white space.
///
/// Follows section "Lexical Structure" of the PostgreSQL manual, with `standard_conforming_strings` on, its default.
struct SQLScanner {
    enum Kind: Sendable, Equatable {
        /// A key word or an identifier without quotes, in upper case.
        case word(String)
        /// An identifier in double quotes.
        case identifier
        /// A string in quotes or dollar quotes.
        case string
        case semicolon
        case openParenthesis
        case closeParenthesis
        /// A number, a parameter, an operator's character.
        case other
        /// A quote or a comment that is not closed; it extends to the end of the text.
        case unclosed(String)
    }

    struct Token: Sendable, Equatable {
        var kind: Kind
        /// In UTF-8 bytes.
        var range: Range<Int>
    }

    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    mutating func next() -> Token? {
        while let byte = peek() {
            if Self.isSpace(byte) {
                position += 1
            } else if byte == UInt8(ascii: "-"), peek(1) == byte {
                position = endOfLine()
            } else if byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
                let start = position
                guard skipComment() else { return token(.unclosed("comment"), from: start) }
            } else {
                return token(startingWith: byte)
            }
        }
        return nil
    }

    private mutating func token(startingWith byte: UInt8) -> Token {
        let start = position
        switch byte {
        case UInt8(ascii: "'"):
            return quoted(by: byte, as: .string, from: start)
        case UInt8(ascii: "\""):
            return quoted(by: byte, as: .identifier, from: start)
        case UInt8(ascii: "E"), UInt8(ascii: "e"):
            guard peek(1) == UInt8(ascii: "'") else { break }
            position += 1
            return quoted(by: UInt8(ascii: "'"), escapes: true, as: .string, from: start)
        case UInt8(ascii: "$"):
            guard let tag = dollarTag() else { break }
            let isClosed = skipDollarQuoted(by: tag)
            return token(isClosed ? .string : .unclosed("string"), from: start)
        default: break
        }
        if Self.startsWord(byte) {
            while let next = peek(), Self.continuesWord(next) { position += 1 }
            return token(.word(String(decoding: bytes[start..<position], as: UTF8.self).uppercased()), from: start)
        }
        position += 1
        switch byte {
        case UInt8(ascii: ";"): return token(.semicolon, from: start)
        case UInt8(ascii: "("): return token(.openParenthesis, from: start)
        case UInt8(ascii: ")"): return token(.closeParenthesis, from: start)
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            while let next = peek(), Self.continuesWord(next) { position += 1 }
            return token(.other, from: start)
        default: return token(.other, from: start)
        }
    }

    private func token(_ kind: Kind, from start: Int) -> Token {
        Token(kind: kind, range: start..<position)
    }

    private func peek(_ distance: Int = 0) -> UInt8? {
        position + distance < bytes.count ? bytes[position + distance] : nil
    }

    private func endOfLine() -> Int {
        bytes[position...].firstIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } ?? bytes.count
    }

    /// Skips a block comment; these nest. False if the text ends first.
    private mutating func skipComment() -> Bool {
        var depth = 0
        while let byte = peek() {
            if byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
                depth += 1
                position += 2
            } else if byte == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
                depth -= 1
                position += 2
                if depth == 0 { return true }
            } else {
                position += 1
            }
        }
        return false
    }

    private mutating func quoted(by quote: UInt8, escapes: Bool = false, as kind: Kind, from start: Int) -> Token {
        let isClosed = skipQuoted(by: quote, escapes: escapes)
        return token(isClosed ? kind : .unclosed(kind == .identifier ? "quoted identifier" : "string"), from: start)
    }

    /// Skips the quoted text that begins here; a doubled quote is one of its characters. False if the text ends first.
    private mutating func skipQuoted(by quote: UInt8, escapes: Bool) -> Bool {
        position += 1
        while let byte = peek() {
            position += 1
            if escapes, byte == UInt8(ascii: "\\"), peek() != nil {
                position += 1
            } else if byte == quote {
                guard peek() == quote else { return true }
                position += 1
            }
        }
        return false
    }

    /// The `$$` or `$tag$` that begins here; nil if the `$` begins something else, such as a parameter.
    private func dollarTag() -> ArraySlice<UInt8>? {
        guard let end = bytes[(position + 1)...].firstIndex(of: UInt8(ascii: "$")) else { return nil }
        let name = bytes[(position + 1)..<end]
        if let first = name.first {
            let isTag = Self.startsWord(first) && name.allSatisfy(Self.continuesWord)
            if !isTag { return nil }
        }
        return bytes[position...end]
    }

    private mutating func skipDollarQuoted(by tag: ArraySlice<UInt8>) -> Bool {
        position += tag.count
        while let dollar = bytes[position...].firstIndex(of: UInt8(ascii: "$")) {
            if bytes[dollar...].starts(with: tag) {
                position = dollar + tag.count
                return true
            }
            position = dollar + 1
        }
        position = bytes.count
        return false
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte >= 0x09 && byte <= 0x0d
    }

    private static func startsWord(_ byte: UInt8) -> Bool {
        let letter = byte | 0x20
        return letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z") || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    private static func continuesWord(_ byte: UInt8) -> Bool {
        startsWord(byte) || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") || byte == UInt8(ascii: "$")
    }
}
