/// Strings of JSON; RFC 8259, section 7.
///
/// What is escaped is what JSON demands, and also what a terminal would obey (see ``printable(_:)``), which every JSON
/// reader understands in the same way. Bytes that are no UTF-8 become U+FFFD.
extension OutputBuffer {
    mutating func append(json string: String) { string.withBytes { append(json: $0) } }

    /// Appends a string with its quotes.
    mutating func append(json string: UnsafeRawBufferPointer) {
        append(byte: 0x22)
        append(string, isJSON: false)
        append(byte: 0x22)
    }

    /// Appends what is JSON already, on one line: what is escaped in it can only be in a string, and the ends of lines only
    /// between its parts.
    mutating func append(writtenJSON json: UnsafeRawBufferPointer) { append(json, isJSON: true) }

    private mutating func append(_ text: UnsafeRawBufferPointer, isJSON: Bool) {
        // Where what is to be appended as it is begins.
        var start = 0
        var index = 0
        var last: Unicode.Scalar?
        while index < text.count {
            let byte = text[index]
            if byte >= 0x20, byte < 0x7F, isJSON || (byte != 0x22 && byte != 0x5C) {
                index += 1
                continue
            }
            if index > start, text[index - 1] < 0x80 { last = Unicode.Scalar(text[index - 1]) }
            let (scalar, length) = Self.scalar(at: index, of: text)
            if let scalar, byte >= 0x80, !isHidden(scalar, behind: last) {
                last = scalar
                index += length
                continue
            }
            append(UnsafeRawBufferPointer(rebasing: text[start..<index]))
            if scalar == nil { hasUndecoded = true }
            append(escape(of: scalar, isJSON: isJSON))
            last = nil
            index += length
            start = index
        }
        append(UnsafeRawBufferPointer(rebasing: text[start...]))
    }

    private func escape(of scalar: Unicode.Scalar?, isJSON: Bool) -> String {
        switch scalar {
        case nil: "\u{FFFD}"
        case "\n", "\r", "\t": isJSON ? " " : scalar == "\n" ? "\\n" : scalar == "\r" ? "\\r" : "\\t"
        case "\"": "\\\""
        case "\\": "\\\\"
        case "\u{08}": "\\b"
        case "\u{0C}": "\\f"
        case .some(let scalar): scalar.utf16.map { "\\u" + hex($0, digits: 4) }.joined()
        }
    }

    /// The scalar that begins at an index, and the number of its bytes; nil and 1 where there is none.
    private static func scalar(at index: Int, of text: UnsafeRawBufferPointer) -> (Unicode.Scalar?, Int) {
        let first = text[index]
        let length = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0
        guard length > 0, index + length <= text.count else { return (nil, 1) }
        if length == 1 { return (Unicode.Scalar(first), 1) }
        var value = UInt32(first & (0x7F >> UInt8(length)))
        for byte in text[index + 1..<index + length] {
            guard byte & 0xC0 == 0x80 else { return (nil, 1) }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        // A longer form of what has a shorter one is none; so is a half of a pair.
        let least: UInt32 = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000
        guard value >= least, let scalar = Unicode.Scalar(value) else { return (nil, 1) }
        return (scalar, length)
    }
}
