/// The cells that `text` fills on a terminal.
///
/// East Asian wide characters and emoji fill two cells, combining and invisible characters none. An emoji sequence
/// (joined with ZWJ, followed by variation selector 16 or a skin tone, a flag) fills two as a whole; in any other
/// grapheme cluster each part counts, as in wcwidth(3). Controls count nothing, because they are not text;
/// ``printable(_:)`` escapes them.
package func displayWidth(of text: String) -> Int {
    if isPrintableASCII(text) { return text.utf8.count }
    var width = 0
    for scalar in text.unicodeScalars {
        // Only clusters with these differ from the sum of their parts. Without them the clusters need not be found.
        if isEmojiJoiner(scalar) { return text.reduce(0) { $0 + displayWidth(of: $1) } }
        width += displayWidth(of: scalar)
    }
    return width
}

/// The cells that a grapheme cluster fills.
func displayWidth(of cluster: Character) -> Int {
    var width = 0
    var isJoined = false
    var asEmoji = false
    for scalar in cluster.unicodeScalars {
        width += displayWidth(of: scalar)
        if isEmojiJoiner(scalar) { isJoined = true }
        if scalar.value == variationSelector16 { asEmoji = true }
    }
    guard isJoined, let first = cluster.unicodeScalars.first, first.properties.isEmoji else { return width }
    return asEmoji ? 2 : min(width, 2)
}

private let variationSelector16: UInt32 = 0xFE0F

private func isEmojiJoiner(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    // The zero-width joiner, and the skin tones.
    case variationSelector16, 0x200D, 0x1F3FB...0x1F3FF: true
    default: false
    }
}

/// The cells that `scalar` fills on its own.
private func displayWidth(of scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x20..<0x7F, 0xA0..<0x300: return 1
    // Unified ideographs and Hangul syllables, which are frequent, need no search.
    case 0x4E00...0x9FFF, 0xAC00...0xD7A3: return 2
    // Medial vowels and final consonants are drawn inside their Hangul syllable.
    case 0x1160...0x11FF, 0xD7B0...0xD7FF: return 0
    // Prepended_Concatenation_Mark: signs drawn around digits, which are visible although they are formats (Cf).
    case 0x0600...0x0605, 0x06DD, 0x070F, 0x0890...0x0891, 0x08E2, 0x110BD, 0x110CD: return 1
    default: break
    }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control, .lineSeparator, .paragraphSeparator: return 0
    default: return isWide(scalar) ? 2 : 1
    }
}
