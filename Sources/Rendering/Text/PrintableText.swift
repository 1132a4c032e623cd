/// `text` with an escape for everything that a terminal would obey instead of showing it, or that hides what is there.
///
/// Names and messages come from servers, and must not move the cursor, retitle the window, reverse text or look like
/// another name. The escapes are `\n`, `\r` and `\t`; `\x1B` for the other ASCII controls, as psql writes them; and such
/// as `\u202E` for the C1 controls, the bidirectional controls (Unicode Standard Annex #9), the line and paragraph
/// separators and what takes no room. A backslash is not escaped, because the text is only for reading; the exact formats
/// are JSON and CSV.
package func printable(_ text: String) -> String {
    if isPrintableASCII(text) || !text.unicodeScalars.contains(where: { isHidden($0, behind: nil) }) { return text }
    var result = ""
    // What is shown last; nil where nothing is, or an escape.
    var last: Unicode.Scalar?
    for scalar in text.unicodeScalars {
        if isHidden(scalar, behind: last) {
            result += escape(of: scalar)
            last = nil
        } else {
            result.unicodeScalars.append(scalar)
            last = scalar
        }
    }
    return result
}

/// Whether `text` has only visible ASCII characters and spaces, each of which fills one cell.
func isPrintableASCII(_ text: String) -> Bool {
    text.utf8.allSatisfy { 0x20 <= $0 && $0 < 0x7F }
}

/// Whether a terminal may obey `scalar` instead of showing it, or shows nothing in its place.
///
/// - Parameter last: what is shown before it; nil where that is nothing, or an escape.
func isHidden(_ scalar: Unicode.Scalar, behind last: Unicode.Scalar?) -> Bool {
    isControl(scalar) || isPartOfOthers(scalar) && !belongs(scalar, behind: last)
}

private func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0: true
    // The Bidi_Control characters.
    case 0x061C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: true
    // The line and the paragraph separator.
    case 0x2028...0x2029: true
    // Spaces and hyphens without width, invisible operators, what marks up or tags the text around it, and letters that
    // are blank.
    case 0x00AD, 0x115F...0x1160, 0x180E, 0x200B, 0x2060...0x2065, 0x206A...0x206F, 0x3164, 0xFEFF, 0xFFA0,
        0xFFF9...0xFFFB, 0xE0000...0xE001F:
        true
    default: false
    }
}

/// Whether it has a meaning behind some characters, and hides behind others: the zero-width joiner and non-joiner between
/// letters of some scripts and in emoji, tags in the flags of countries within countries.
private func isPartOfOthers(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value == 0x200C || scalar.value == 0x200D || isTag(scalar)
}

private func isTag(_ scalar: Unicode.Scalar) -> Bool { (0xE0020...0xE007F).contains(scalar.value) }

private func belongs(_ part: Unicode.Scalar, behind last: Unicode.Scalar?) -> Bool {
    guard let last else { return false }
    let blackFlag: UInt32 = 0x1F3F4
    return isTag(part) ? last.value == blackFlag || isTag(last) : !last.isASCII
}

private func escape(of control: Unicode.Scalar) -> String {
    switch control {
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    case _ where control.value < 0x80: "\\x" + hex(control.value, digits: 2)
    case _ where control.value > 0xFFFF: "\\U" + hex(control.value, digits: 8)
    default: "\\u" + hex(control.value, digits: 4)
    }
}

/// `number` in capital hexadecimal digits, padded with zeros to at least `digits`.
func hex(_ number: some BinaryInteger, digits: Int) -> String {
    let text = String(number, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
}
