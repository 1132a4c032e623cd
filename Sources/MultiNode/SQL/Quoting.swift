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
