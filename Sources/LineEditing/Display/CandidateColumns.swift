/// A list of candidates: a line each where something is said of them and they fit on the screen, else set in columns that
/// are read downwards.
package struct CandidateColumns {
    package let labels: [String]
    /// What each of them is; empty where there is nothing to say.
    package let summaries: [String]
    /// How many are shown; of the others only their number is told.
    package var limit = 200

    package init(labels: [String], summaries: [String] = []) {
        self.labels = labels
        self.summaries = summaries
    }

    /// The lines of the list.
    package func lines(columns: Int, rows: Int = .max, charset: Charset) -> [String] {
        let isExplained = summaries.contains { !$0.isEmpty }
        // The line that is being typed is to be seen too.
        if isExplained, labels.count <= min(rows - 3, limit), columns >= 40 { return explained(columns, charset) }
        let shown = labels.prefix(limit).map { label in
            Self.cells(label, charset)
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

    private func explained(_ columns: Int, _ charset: Charset) -> [String] {
        let cells = labels.map { Self.cells($0, charset) }
        // A long one, as of a function with many arguments, does not push all others aside.
        let widest = cells.map(\.width).filter { $0 <= columns / 2 }.max() ?? 0
        return zip(cells, summaries).map { label, summary in
            let gap = String(repeating: " ", count: max(0, widest - label.width) + 2)
            let line = label + (summary.isEmpty ? [] : Self.cells(gap, charset) + Self.cells(summary, charset))
            if line.width < columns { return line.map(\.text).joined() }
            // A word that is cut must not look like a whole one.
            let mark = Self.cells(charset == .utf8 ? "…" : "...", charset)
            return (Self.cut(line, to: columns - 1 - mark.width) + mark).map(\.text).joined()
        }
    }

    private static func cells(_ text: String, _ charset: Charset) -> [Cell] {
        // It may be a name from a server: it may hold anything, and must not reach the terminal as it is.
        var cells: [Cell] = []
        cells.append(text, charset)
        return cells
    }

    private static func cut(_ cells: some Collection<Cell>, to columns: Int) -> [Cell] {
        var width = 0
        return cells.prefix { cell in
            width += cell.width
            return width <= columns
        }.map(\.self)
    }
}
