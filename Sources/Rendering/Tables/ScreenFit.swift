/// Whether `text` fits on a screen, with one line left for the prompt below it.
///
/// A line that is wider than the screen counts as the number of lines that it wraps to. Colour sequences count as
/// visible text, so the answer may be false for a text that only just fits.
package func fits(_ text: String, columns: Int, rows: Int) -> Bool {
    var left = rows - 1
    for line in text.utf8.split(separator: 0x0A, maxSplits: max(0, left) + 1, omittingEmptySubsequences: false) {
        // No character fills more cells than it has bytes.
        if line.count <= columns {
            left -= line.isEmpty && line.endIndex == text.utf8.endIndex ? 0 : 1
        } else {
            let width = displayWidth(of: String(Substring(line)))
            left -= max(1, (width + columns - 1) / max(1, columns))
        }
        if left < 0 { return false }
    }
    return true
}
