package import Rendering

extension Table {
    /// The table with a colour for each word in its state columns. The words alone say the same.
    package func coloringStates() -> Table {
        var table = self
        for column in columns.indices where columns[column].isState {
            for row in rows.indices where column < rows[row].count {
                guard let style = CellStyle(state: rows[row][column].text) else { continue }
                table.styles[Position(row: row, column: column)] = style
            }
        }
        return table
    }
}

extension CellStyle {
    /// - Parameter state: a word from a state column; one that is neither good nor bad has no colour.
    init?(state: String) {
        switch state {
        case "up", "clean", "healed", "running", "Success": self = .good
        case "down", "hanging", "refused", "unreachable", "blocked", "not_permitted", "error", "missing", "failed",
            "Failed":
            self = .bad
        case "in_progress", "skipped", "warning", "stopped", "frozen", "paused", "unknown": self = .warn
        default: return nil
        }
    }
}
