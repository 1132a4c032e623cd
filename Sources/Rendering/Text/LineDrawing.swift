/// The characters that lines, marks and bars are drawn with; psql's `\pset linestyle`.
package enum LineDrawing: Sendable, CaseIterable {
    case ascii
    /// For terminals whose locale is UTF-8.
    case unicode

    var horizontal: String { self == .ascii ? "-" : "─" }
    var vertical: String { self == .ascii ? "|" : "│" }
    var cross: String { self == .ascii ? "+" : "┼" }
    /// Follows a line of a cell whose value goes on after a newline.
    var newlineMark: String { self == .ascii ? "+" : "↵" }
    /// Marks where a line of a cell was folded: at its end, and at the beginning of the next.
    var foldMark: String { self == .ascii ? "." : "…" }
    package var ellipsis: String { self == .ascii ? "..." : "…" }
}
