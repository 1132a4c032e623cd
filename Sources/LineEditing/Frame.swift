import Platform

/// The prompt and the line being typed, laid out in the rows of a terminal.
package struct Frame: Equatable, Sendable {
    package struct Position: Equatable, Sendable {
        package var row: Int
        package var column: Int
    }

    /// No row is wider than the terminal.
    package private(set) var rows: [[Cell]] = [[]]
    /// Where the cursor stands, a row of `rows`.
    package private(set) var cursor = Position(row: 0, column: 0)

    private let columns: Int
    /// The width of the last row.
    private var column = 0

    /// Lays out a line.
    ///
    /// - Parameters:
    ///   - cursor: An offset in `text`.
    ///   - columns: At least 2, so that a wide character fits.
    package init(prompt: Prompt, text: [Unicode.Scalar], cursor: Int, columns: Int, charset: Charset) {
        self.columns = max(columns, 2)
        let first = [Cell].rows(of: prompt.text, charset)
        let continuation = [Cell].rows(of: prompt.continuation, charset)
        place(first)
        for (index, scalar) in text.enumerated() {
            if index == cursor { markCursor(before: scalar, charset) }
            switch scalar {
            case "\n":
                beginRow()
                place(continuation)
            case "\t":
                place(Array(repeating: Cell(" "), count: max(1, min(8 - column % 8, self.columns - column))))
            default:
                let cells = charset.cells(for: scalar)
                if cells.isEmpty, !rows[rows.count - 1].isEmpty {
                    rows[rows.count - 1].append(scalar, charset)
                }
                place(cells)
            }
        }
        if cursor >= text.count { markCursor(before: nil, charset) }
    }

    /// Keeps only as many rows as fit, those around the cursor.
    package func clipped(to height: Int) -> Frame {
        let height = max(height, 1)
        guard rows.count > height else { return self }
        var window = self
        // The last rows that show the cursor: a line grows at its end.
        let first = min(max(cursor.row - height + 1, 0), rows.count - height)
        window.rows = Array(rows[first..<first + height])
        window.cursor.row -= first
        return window
    }

    private mutating func place(_ lines: [[Cell]]) {
        for (index, line) in lines.enumerated() {
            if index > 0 { beginRow() }
            place(line)
        }
    }

    private mutating func place(_ cells: [Cell]) {
        for cell in cells {
            if column + cell.width > columns { beginRow() }
            rows[rows.count - 1].append(cell)
            column += cell.width
        }
    }

    /// The cursor stands where the next character will be: after a full row that is the beginning of a new one.
    private mutating func markCursor(before scalar: Unicode.Scalar?, _ charset: Charset) {
        let next = scalar.flatMap { $0 == "\n" || $0 == "\t" ? nil : charset.cells(for: $0).first?.width } ?? 1
        if column + next > columns { beginRow() }
        cursor = Position(row: rows.count - 1, column: column)
    }

    private mutating func beginRow() {
        rows.append([])
        column = 0
    }
}
