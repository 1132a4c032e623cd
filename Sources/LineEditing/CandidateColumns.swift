/// A list of candidates, set in columns that are read downwards.
package struct CandidateColumns {
    package let labels: [String]
    /// How many are shown; of the others only their number is told.
    package var limit = 200

    package init(labels: [String]) {
        self.labels = labels
    }

    /// The lines of the list.
    package func lines(columns: Int, charset: Charset) -> [String] {
        let shown = labels.prefix(limit).map { label in
            // A label is a name from a server: it may hold anything, and must not reach the terminal as it is.
            var cells: [Cell] = []
            cells.append(label, charset)
            return cells
        }
        let widest = shown.map(\.width).max() ?? 0
        let perRow = max(1, (columns + 1) / (widest + 2))
        let height = (shown.count + perRow - 1) / perRow
        var lines = (0..<height).map { row in
            let cells = stride(from: row, to: shown.count, by: height).map { shown[$0] }
            return cells.enumerated().map { index, cell in
                let fitting = Self.cut(cell, to: columns - 1)
                let padding = index == cells.count - 1 ? 0 : widest + 2 - fitting.width
                return fitting.map(\.text).joined() + String(repeating: " ", count: padding)
            }.joined()
        }
        if labels.count > limit { lines.append("and \(labels.count - limit) more") }
        return lines
    }

    private static func cut(_ cells: [Cell], to columns: Int) -> ArraySlice<Cell> {
        var width = 0
        return cells.prefix { cell in
            width += cell.width
            return width <= columns
        }
    }
}
