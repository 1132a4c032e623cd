/// The words of a statement as SQL reads them, without its comments (PostgreSQL manual, 4.1).
struct SQLTokens: Sequence, IteratorProtocol {
    enum Token: Equatable {
        /// A bare word, in lower case.
        case word(String)
        /// A quoted name, a literal, a dollar quote.
        case quoted
        case semicolon
        case other(UInt8)
    }

    private let bytes: [UInt8]
    private var index = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func next() -> Token? {
        skipBlanksAndComments()
        guard index < bytes.count else { return nil }
        let byte = bytes[index]
        if isLetter(byte) {
            let start = index
            while index < bytes.count, isLetter(bytes[index]) || isDigit(bytes[index]) { index += 1 }
            let word = String(decoding: bytes[start..<index], as: UTF8.self).lowercased()
            if index < bytes.count, bytes[index] == UInt8(ascii: "'"), ["e", "b", "x", "n"].contains(word) {
                skipQuote(UInt8(ascii: "'"), backslashes: word == "e")
                return .quoted
            }
            return .word(word)
        }
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "\""):
            skipQuote(byte, backslashes: false)
            return .quoted
        case UInt8(ascii: "$"):
            if skipDollarQuote() { return .quoted }
            index += 1
            return .other(byte)
        case UInt8(ascii: ";"):
            index += 1
            return .semicolon
        default:
            index += 1
            return .other(byte)
        }
    }

    private mutating func skipBlanksAndComments() {
        while index < bytes.count {
            if bytes[index] <= 0x20 {
                index += 1
            } else if starts("--") {
                while index < bytes.count, bytes[index] != UInt8(ascii: "\n"), bytes[index] != UInt8(ascii: "\r") {
                    index += 1
                }
            } else if starts("/*") {
                var depth = 0
                repeat {
                    if starts("/*") {
                        depth += 1
                        index += 2
                    } else if starts("*/") {
                        depth -= 1
                        index += 2
                    } else {
                        index += 1
                    }
                } while depth > 0 && index < bytes.count
            } else {
                return
            }
        }
    }

    private mutating func skipQuote(_ quote: UInt8, backslashes: Bool) {
        index += 1
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\\"), backslashes {
                index += 2
            } else if bytes[index] == quote {
                index += 1
                guard index < bytes.count, bytes[index] == quote else { return }
                index += 1
            } else {
                index += 1
            }
        }
    }

    private mutating func skipDollarQuote() -> Bool {
        var end = index + 1
        while end < bytes.count, isLetter(bytes[end]) || end > index + 1 && isDigit(bytes[end]) { end += 1 }
        guard end < bytes.count, bytes[end] == UInt8(ascii: "$") else { return false }
        let delimiter = bytes[index...end]
        var search = end + 1
        while search + delimiter.count <= bytes.count {
            if bytes[search..<search + delimiter.count].elementsEqual(delimiter) {
                index = search + delimiter.count
                return true
            }
            search += 1
        }
        index = bytes.count
        return true
    }

    private func starts(_ text: StaticString) -> Bool {
        index + 1 < bytes.count && bytes[index] == text.utf8Start[0] && bytes[index + 1] == text.utf8Start[1]
    }

    private func isLetter(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || byte >= 0x80
            || (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
