/// The text that makes a terminal show `text` from its first row on, in place of all that was there.
///
/// Each line is cleared behind its end and not before, so that nothing flickers; what does not fit above the last row is
/// left out. ECMA-48: CUP, EL and ED.
package func screenFrame(_ text: String, columns: Int, rows: Int) -> String {
    var left = rows - 1
    var output = "\u{1B}[H"
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    for line in lines {
        let width = displayWidth(of: String(line).replacing(/\u{1B}\[[0-9;]*m/, with: ""))
        let height = max(1, (width + columns - 1) / max(1, columns))
        guard left >= height else { break }
        left -= height
        // Behind a line that is as wide as the terminal the cursor is still on its last character.
        let isFull = width > 0 && width % max(1, columns) == 0
        output += line + (isFull ? "\r\n" : "\u{1B}[K\r\n")
    }
    return output + "\u{1B}[J"
}
