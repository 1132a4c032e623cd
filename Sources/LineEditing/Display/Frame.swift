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
    ///   - suggestion: What may follow the text: its first line is shown greyed, as far as the row goes.
    ///   - columns: At least `Cell.widest`, so that a wide character fits.
    package init(
        prompt: Prompt, text: [Unicode.Scalar], cursor: Int, suggestion: String = "", columns: Int, charset: Charset
    ) {
        self.columns = max(columns, Cell.widest)
        let continuation = [Cell].rows(of: prompt.continuation, charset)
        place([Cell].rows(of: prompt.text, charset))
        let cursor = min(cursor, text.count)
        var isMarked = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.startIndex > 0 {
                beginRow()
                place(continuation)
            }
            var offset = line.startIndex
            for character in Array(line).asString {
                let isTab = character == "\t"
                let cells = isTab ? [] : charset.cells(for: character)
                // Within a character it stands behind that.
                if !isMarked, cursor <= offset {
                    markCursor(before: cells.first)
                    isMarked = true
                }
                place(character, isTab ? tab : cells)
                offset += character.unicodeScalars.count
            }
            if !isMarked, cursor <= offset {
                markCursor(before: nil)
                isMarked = true
            }
        }
        place(suggestion: suggestion.prefix { !$0.isNewline }, charset)
    }

    private mutating func place(suggestion: Substring, _ charset: Charset) {
        var cells: [Cell] = []
        for character in suggestion { cells.append(character, charset.cells(for: character, style: Self.grey)) }
        for cell in cells {
            // A further row would make what is above move while a person types.
            guard column + cell.width <= columns else { return }
            place(cell)
        }
    }

    /// The SGR sequence of bright black, which fish has too for what is not typed yet.
    private static let grey = "\u{1b}[90m"

    /// Up to the next multiple of eight columns, as far as the row goes.
    private var tab: [Cell] {
        Array(repeating: Cell(" "), count: max(1, min(8 - column % 8, columns - column)))
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
            for cell in line { place(cell) }
        }
    }

    private mutating func place(_ character: Character, _ cells: [Cell]) {
        if cells.isEmpty { rows[rows.count - 1].append(character, cells) }
        for cell in cells { place(cell) }
    }

    private mutating func place(_ cell: Cell) {
        if column + cell.width > columns { beginRow() }
        rows[rows.count - 1].append(cell)
        column += cell.width
    }

    /// The cursor stands where the next character will be: after a full row that is the beginning of a new one.
    private mutating func markCursor(before next: Cell?) {
        if column + (next?.width ?? 1) > columns { beginRow() }
        cursor = Position(row: rows.count - 1, column: column)
    }

    private mutating func beginRow() {
        rows.append([])
        column = 0
    }
}
