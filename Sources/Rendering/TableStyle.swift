/// How a table is laid out as text.
package struct TableStyle: Sendable {
    /// When each row becomes a block of `column | value` lines, as with psql's `\x`.
    package enum Expanded: Sendable {
        case never
        case always
        /// When the table is wider than the terminal.
        case automatic
    }

    /// The columns of the terminal; nil where there is no terminal, and then nothing is folded.
    package var width: Int?
    /// Whether cell styles are shown.
    package var color: Bool
    /// With `.never`, a table that is wider than the terminal has its widest columns folded.
    package var expanded: Expanded
    package var lines: LineDrawing

    package init(
        width: Int? = nil, color: Bool = false, expanded: Expanded = .automatic, lines: LineDrawing = .ascii
    ) {
        self.width = width
        self.color = color
        self.expanded = expanded
        self.lines = lines
    }
}
