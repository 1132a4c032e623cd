/// A one-dimensional array as the text that PostgreSQL reads and writes.
///
/// Section "Array Input and Output Syntax" of the PostgreSQL manual.
package enum ArrayText {
    /// `{dn1,"with space"}`.
    package static func text(_ elements: [String]) -> String {
        "{" + elements.map(element).joined(separator: ",") + "}"
    }

    /// The elements of `{a,"b c",NULL}`, a NULL as nil; nil where the text is no such array.
    package static func elements(_ text: String) -> [String?]? {
        var bytes = Array(text.utf8)[...]
        guard bytes.popFirst() == UInt8(ascii: "{"), bytes.popLast() == UInt8(ascii: "}") else { return nil }
        var elements: [String?] = []
        if bytes.isEmpty { return elements }
        while true {
            guard let element = element(from: &bytes) else { return nil }
            elements.append(element.value)
            guard let separator = bytes.popFirst() else { return elements }
            guard separator == UInt8(ascii: ",") else { return nil }
        }
    }

    private static func element(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { unit in
            let letter = unit | 0x20
            return letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z") || unit >= 0x80
                || unit >= UInt8(ascii: "0") && unit <= UInt8(ascii: "9") || "_-.:/$@".utf8.contains(unit)
        }
        if isPlain, !text.isEmpty, text.lowercased() != "null" { return text }
        var quoted = "\""
        for character in text.unicodeScalars {
            if character == "\"" || character == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(character)
        }
        return quoted + "\""
    }

    /// One element from the front, up to its separator; its value is nil for NULL.
    private static func element(from bytes: inout ArraySlice<UInt8>) -> (value: String?, Void)? {
        guard bytes.first == UInt8(ascii: "\"") else {
            let plain = bytes.prefix { $0 != UInt8(ascii: ",") }
            bytes = bytes.dropFirst(plain.count)
            let text = String(decoding: plain, as: UTF8.self)
            if text.isEmpty || plain.contains(where: { "{}\"".utf8.contains($0) }) { return nil }
            return (text.uppercased() == "NULL" ? nil : text, ())
        }
        bytes = bytes.dropFirst()
        var value: [UInt8] = []
        while let byte = bytes.popFirst() {
            if byte == UInt8(ascii: "\"") { return (String(decoding: value, as: UTF8.self), ()) }
            guard byte == UInt8(ascii: "\\") else {
                value.append(byte)
                continue
            }
            guard let escaped = bytes.popFirst() else { return nil }
            value.append(escaped)
        }
        return nil
    }
}
