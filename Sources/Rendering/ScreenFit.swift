/// Whether `text` can be read on a screen at once, with a line left for the prompt below it.
///
/// A line that is wider than the screen takes as many of its lines as it wraps over. Sequences for colours count as if
/// they were shown, which can only make the answer false for a text that just fits.
package func fits(_ text: String, columns: Int, rows: Int) -> Bool {
    var left = rows - 1
    for line in text.utf8.split(separator: 0x0A, maxSplits: max(0, left) + 1, omittingEmptySubsequences: false) {
        // No character takes more cells than bytes.
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
