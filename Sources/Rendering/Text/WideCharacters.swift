/// Whether `scalar` is drawn over two cells: East_Asian_Width W or F, Unicode Standard Annex #11.
func isWide(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.value >= 0x1100 else { return false }
    var low = 0
    var high = wideRanges.count
    while low < high {
        let middle = (low + high) / 2
        if wideRanges[middle].contains(scalar.value) { return true }
        if wideRanges[middle].upperBound < scalar.value { low = middle + 1 } else { high = middle }
    }
    // A regional indicator is half of a flag, which is wide as a whole.
    return scalar.properties.isEmojiPresentation && !(0x1F1E6...0x1F1FF).contains(scalar.value)
}

/// The wide characters of EastAsianWidth.txt of Unicode 15.0 apart from those that are emoji by themselves, which the
/// standard library knows. Ranges are merged if only unassigned code points or such emoji lie between them.
private let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x3247, 0x3250...0x4DBF, 0x4E00...0xA4C6,
    0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6B, 0xFF01...0xFF60,
    0xFFE0...0xFFE6, 0x16FE0...0x1B2FB, 0x1F200...0x1F265, 0x20000...0x3FFFD,
]
