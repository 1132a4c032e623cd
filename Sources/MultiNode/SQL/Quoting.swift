/// Text as SQL: the only place where a value becomes part of a statement's text.
///
/// Follows "Lexical Structure" and "Arrays" of the PostgreSQL manual. It relies on nothing that a session can change:
/// a backslash is never left to `standard_conforming_strings`.
package enum Quoting {
    /// An identifier in double quotes, always: what is quoted keeps its case and is never a key word.
    package static func identifier(_ name: String) -> String {
        "\"" + doubling(UInt8(ascii: "\""), in: name) + "\""
    }

    /// A string constant: `'…'`, or `E'…'` where there is a backslash in it.
    package static func literal(_ text: String) -> String {
        let quoted = doubling(UInt8(ascii: "'"), in: text)
        guard text.utf8.contains(UInt8(ascii: "\\")) else { return "'" + quoted + "'" }
        return "E'" + doubling(UInt8(ascii: "\\"), in: quoted) + "'"
    }

    /// A word of a tscl command that stands for exactly this text, in quotes where it needs them.
    package static func word(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy {
            let isLetter = ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z")
            let isDigit = $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")
            return isLetter || isDigit || "._-/:@%+".utf8.contains($0) || $0 >= 0x80
        }
        if isPlain, !text.isEmpty, !text.utf8.starts(with: "--".utf8) { return text }
        guard text.utf8.contains(UInt8(ascii: "\n")) else { return "'" + doubling(UInt8(ascii: "'"), in: text) + "'" }
        // Single quotes end on the line on which they begin.
        let escaped = text.replacing("\\", with: #"\\"#).replacing("\"", with: #"\""#).replacing("$", with: #"\$"#)
        return "\"" + escaped.replacing("\n", with: #"\n"#) + "\""
    }

    private static func doubling(_ byte: UInt8, in text: String) -> String {
        guard text.utf8.contains(byte) else { return text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 2)
        for unit in text.utf8 {
            if unit == byte { bytes.append(byte) }
            bytes.append(unit)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension DefaultStringInterpolation {
    /// A name as a word of a command that a person may copy.
    mutating func appendInterpolation(word text: String) { appendLiteral(Quoting.word(text)) }
}
