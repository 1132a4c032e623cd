/// How a table is laid out as text.
package struct TableStyle: Sendable {
    /// When each row becomes a block of `column | value` lines, as with psql's `\x`.
    package enum Expanded: Sendable {
        case never
        case always
        /// When the table is wider than the terminal.
        case automatic
    }

    /// The columns of the terminal; nil if there is no terminal, so that nothing is folded.
    package var width: Int?
    /// Whether cell styles are shown.
    package var color: Bool
    /// When rows become blocks. If they don't, the widest columns of a table that is too wide are folded.
    package var expanded: Expanded
    package var lines: LineDrawing
    /// What stands for a null where it is shown.
    package var null: String

    package init(
        width: Int? = nil, color: Bool = false, expanded: Expanded = .automatic, lines: LineDrawing = .ascii,
        null: String = ""
    ) {
        self.null = null
        self.width = width
        self.color = color
        self.expanded = expanded
        self.lines = lines
    }
}
