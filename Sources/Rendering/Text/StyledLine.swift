/// The parts of a line, each in its colour, cut to `width` terminal cells.
package func styledLine(
    _ parts: [(text: String, style: CellStyle?)], width: Int, color: Bool, _ lines: LineDrawing = .ascii
) -> String {
    var line = ""
    var room = max(0, width)
    for (part, style) in parts {
        let text = truncated(part, to: room, ellipsis: lines.ellipsis)
        line += color ? style?.colored(text) ?? text : text
        room -= displayWidth(of: text)
        if text != part { break }
    }
    return line
}
