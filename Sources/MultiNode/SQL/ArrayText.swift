/// An array as the text that PostgreSQL reads and writes.
///
/// Section "Array Input and Output Syntax" of the PostgreSQL manual.
package enum ArrayText {
    /// `{dn1,"with space"}`.
    package static func text(_ elements: [String]) -> String {
        "{" + elements.map(element).joined(separator: ",") + "}"
    }

    /// `{1,2}`. Of many, the texts of the numbers take no room beside it.
    package static func text(_ numbers: [Int]) -> String {
        var text = "{"
        for number in numbers {
            if text.utf8.count > 1 { text += "," }
            text += String(number)
        }
        return text + "}"
    }

    package enum Element: Sendable, Equatable {
        /// NULL as nil.
        case value(String?)
        case array([Element])
    }

    /// The elements of `{a,"b c",NULL}`, a NULL as nil; nil where the text is no such array.
    package static func elements(_ text: String) -> [String?]? {
        var values: [String?] = []
        for element in nested(text) ?? [.array([])] {
            guard case .value(let value) = element else { return nil }
            values.append(value)
        }
        return values
    }

    /// The elements of an array of one or several dimensions; nil where the text is none.
    ///
    /// - Parameter droppingBounds: whether one with bounds (`[0:1]={a,b}`) is read, too.
    package static func nested(_ text: String, droppingBounds: Bool = false) -> [Element]? {
        var bytes = Array(text.utf8)[...]
        if droppingBounds, bytes.first == UInt8(ascii: "[") {
            bytes = bytes.drop { $0 != UInt8(ascii: "=") }.dropFirst()
        }
        guard let elements = list(from: &bytes, depth: 1), bytes.isEmpty else { return nil }
        return elements
    }

    /// The most dimensions of an array (MAXDIM).
    private static let mostDimensions = 6

    private static func list(from bytes: inout ArraySlice<UInt8>, depth: Int) -> [Element]? {
        guard bytes.popFirst() == UInt8(ascii: "{"), depth <= mostDimensions else { return nil }
        var elements: [Element] = []
        if bytes.first == UInt8(ascii: "}") {
            bytes.removeFirst()
            return elements
        }
        while true {
            if bytes.first == UInt8(ascii: "{") {
                guard let list = list(from: &bytes, depth: depth + 1) else { return nil }
                elements.append(.array(list))
            } else {
                guard let element = element(from: &bytes) else { return nil }
                elements.append(.value(element.value))
            }
            switch bytes.popFirst() {
            case UInt8(ascii: ","): continue
            case UInt8(ascii: "}"): return elements
            default: return nil
            }
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

    /// What stands behind each backslash, as it is.
    private static func unescaped(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard bytes.contains(UInt8(ascii: "\\")) else { return bytes }
        var (plain, rest): (ArraySlice<UInt8>, ArraySlice<UInt8>) = ([], bytes)
        while let byte = rest.popFirst() { plain.append(byte == UInt8(ascii: "\\") ? rest.popFirst() ?? byte : byte) }
        return plain
    }

    /// One element from the front, up to its separator; its value is nil for NULL.
    private static func element(from bytes: inout ArraySlice<UInt8>) -> (value: String?, Void)? {
        guard bytes.first == UInt8(ascii: "\"") else {
            let plain = bytes.prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "}") }
            bytes = bytes.dropFirst(plain.count)
            let text = String(decoding: unescaped(plain), as: UTF8.self)
            if text.isEmpty || plain.contains(where: { "{\"".utf8.contains($0) }) { return nil }
            return (plain.count == 4 && text.uppercased() == "NULL" ? nil : text, ())
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
