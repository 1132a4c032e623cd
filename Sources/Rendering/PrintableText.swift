/// `text` with an escape for everything that a terminal would obey instead of showing it.
///
/// Names and messages come from servers, and must not move the cursor, retitle the window or reverse text. The escapes
/// are `\n`, `\r` and `\t`; `\x1B` for the other ASCII controls, as psql writes them; and such as `\u202E` for the C1
/// controls, the bidirectional controls (Unicode Standard Annex #9) and the line and paragraph separators. A backslash
/// is not escaped, because the text is only for reading; the exact formats are JSON and CSV.
package func printable(_ text: String) -> String {
    if isPrintableASCII(text) || !text.unicodeScalars.contains(where: isControl) { return text }
    var result = ""
    for scalar in text.unicodeScalars {
        if isControl(scalar) {
            result += escape(of: scalar)
        } else {
            result.unicodeScalars.append(scalar)
        }
    }
    return result
}

/// Whether `text` has only visible ASCII characters and spaces, each of which fills one cell.
func isPrintableASCII(_ text: String) -> Bool {
    text.utf8.allSatisfy { 0x20 <= $0 && $0 < 0x7F }
}

/// Whether a terminal may obey `scalar` instead of showing it.
func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0: true
    // The Bidi_Control characters.
    case 0x061C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: true
    // The line and the paragraph separator.
    case 0x2028...0x2029: true
    default: false
    }
}

private func escape(of control: Unicode.Scalar) -> String {
    switch control {
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    default: control.value < 0x80 ? "\\x" + hex(control, digits: 2) : "\\u" + hex(control, digits: 4)
    }
}

/// The number of `scalar` in capital hexadecimal digits, padded with zeros to at least `digits`.
func hex(_ scalar: Unicode.Scalar, digits: Int) -> String {
    let number = String(scalar.value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - number.utf8.count)) + number
}
