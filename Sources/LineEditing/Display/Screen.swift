package import Platform

/// What of the line being typed is on the terminal, and what to write there to change it.
///
/// Only what differs is written. Rows are parted by explicit line breaks, never by the terminal's own wrapping, so that
/// the cursor's place is known whatever the terminal does at its right margin.
package struct Screen {
    /// Whether the terminal understands escape sequences (ECMA-48). Where it does not, one row is shown at a time, and
    /// backspaces, spaces and line breaks are all that is written.
    package let hasEscapes: Bool

    /// The rows that were drawn, nil before the first of a line.
    private var rows: [[Cell]]?
    /// Which row of the frame is shown, where only one is.
    private var line = 0
    /// Where the terminal's cursor stands. Its column is the row's width after a full row, where terminals disagree
    /// on what moving it means.
    private var cursor = Frame.Position(row: 0, column: 0)
    private var columns = 0

    package init(hasEscapes: Bool) {
        self.hasEscapes = hasEscapes
    }

    /// How many columns a frame may have on a terminal this wide.
    package func usableColumns(of columns: Int) -> Int {
        // A backspace from the margin is not reliable either.
        hasEscapes ? columns : columns - 1
    }

    /// What to write to show a frame, or what fits of it.
    package mutating func draw(_ frame: Frame, on size: TerminalSize) -> String {
        columns = usableColumns(of: size.columns)
        guard hasEscapes else { return drawPlainly(frame) }
        let frame = frame.clipped(to: size.rows)
        var output = ""
        let old = rows ?? []
        for (index, row) in frame.rows.enumerated() {
            let before = index < old.count ? old[index] : []
            if index < old.count, before == row { continue }
            let same = zip(before, row).prefix { $0 == $1 }.count
            output += move(to: Frame.Position(row: index, column: row[..<same].width))
            output += write(row[same...])
            if before.width > row.width { output += "\u{1b}[K" }
        }
        if old.count > frame.rows.count {
            output += move(to: Frame.Position(row: frame.rows.count, column: 0)) + "\u{1b}[J"
        }
        rows = frame.rows
        return output + move(to: frame.cursor)
    }

    /// What to write to leave no trace of the frame; what follows is written from its first row on.
    ///
    /// - Parameter columns: How wide the terminal is now: one that has become narrower has broken the rows that no
    ///   longer fitted, as most terminals do.
    package mutating func erase(columns: Int? = nil) -> String {
        defer { forget() }
        guard let rows else { return "" }
        guard hasEscapes else {
            let width = rows.last?.width ?? 0
            return "\r" + String(repeating: " ", count: width) + "\r"
        }
        let columns = max(columns ?? self.columns, 1)
        let above = rows[..<cursor.row].reduce(0) { $0 + max(1, ($1.width + columns - 1) / columns) }
        let up = above + max(0, cursor.column - 1) / columns
        return "\r" + (up > 0 ? "\u{1b}[\(up)A" : "") + "\u{1b}[J"
    }

    /// What to write to leave the frame behind and begin a new row. Its cursor must be at its end.
    package mutating func leave() -> String {
        forget()
        return "\r\n"
    }

    /// Begins anew where the cursor stands.
    mutating func forget() {
        rows = nil
        line = 0
        cursor = Frame.Position(row: 0, column: 0)
    }

    // MARK: - Steps

    private mutating func write(_ cells: some Sequence<Cell>) -> String {
        var output = ""
        var style = ""
        for cell in cells {
            if hasEscapes, cell.style != style {
                output += (style.isEmpty ? "" : "\u{1b}[0m") + cell.style
                style = cell.style
            }
            output += cell.text
            cursor.column += cell.width
        }
        return style.isEmpty ? output : output + "\u{1b}[0m"
    }

    private mutating func move(to target: Frame.Position) -> String {
        if cursor == target { return "" }
        var output = ""
        if cursor.row != target.row || cursor.column >= columns || target.column == 0 {
            output += "\r"
            cursor.column = 0
        }
        if target.row < cursor.row {
            output += "\u{1b}[\(cursor.row - target.row)A"
        } else {
            // A line feed also makes the row where there is none yet.
            output += String(repeating: "\n", count: target.row - cursor.row)
        }
        if target.column > cursor.column {
            output += "\u{1b}[\(target.column - cursor.column)C"
        } else if target.column < cursor.column {
            output += "\u{1b}[\(cursor.column - target.column)D"
        }
        cursor = target
        return output
    }

    /// Shows the cursor's row, after those above it that were not shown yet.
    private mutating func drawPlainly(_ frame: Frame) -> String {
        let target = frame.cursor.row
        var output = ""
        if rows == nil {
            line = 0
        } else if target < line {
            // There is no way up: the row is shown again below.
            line = target
            output += breakLine()
        }
        while line < target {
            output += change(to: frame.rows[line], cursor: frame.rows[line].width)
            line += 1
            output += breakLine()
        }
        return output + change(to: frame.rows[target], cursor: frame.cursor.column)
    }

    private mutating func breakLine() -> String {
        cursor.column = 0
        rows = [[]]
        return "\r\n"
    }

    private mutating func change(to row: [Cell], cursor target: Int) -> String {
        let before = rows?.last ?? []
        let same = zip(before, row).prefix { $0.text == $1.text }.count
        var output = moveAlong(row, to: row[..<same].width) + write(row[same...])
        let left = before.width - row.width
        if left > 0 {
            output += String(repeating: " ", count: left) + String(repeating: "\u{8}", count: left)
        }
        rows = [row]
        return output + moveAlong(row, to: target)
    }

    /// Moves the cursor within a row that is on the screen up to both places.
    private mutating func moveAlong(_ row: [Cell], to column: Int) -> String {
        defer { cursor.column = column }
        if column <= cursor.column { return String(repeating: "\u{8}", count: cursor.column - column) }
        var start = 0
        var text = ""
        for cell in row {
            if start >= cursor.column, start < column { text += cell.text }
            start += cell.width
        }
        return text
    }
}
