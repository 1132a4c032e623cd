/// A table as measured text, ready to be laid out.
struct TextGrid {
    private(set) var header: [CellText]
    private(set) var rows: [[CellText]]
    let alignments: [Table.Alignment]
    private(set) var styles: [Table.Position: CellStyle]
    /// The width of each column, in terminal cells.
    private(set) var widths: [Int]

    init(_ table: Table, _ style: TableStyle) {
        let null = table.marksNull ? style.null : ""
        header = table.columns.map { CellText($0.name) }
        alignments = table.columns.map(\.alignment)
        styles = table.styles
        widths = header.map(\.width)
        rows = []
        rows.reserveCapacity(table.rows.count)
        let columns = table.columns.indices
        for (index, row) in table.rows.enumerated() {
            let cells = columns.map { column in
                guard column < row.count, row[column] != .null else {
                    if !null.isEmpty { styles[.init(row: index, column: column)] = .dim }
                    return CellText(null)
                }
                return CellText(row[column].text)
            }
            for column in columns { widths[column] = max(widths[column], cells[column].width) }
            rows.append(cells)
        }
    }

    /// The width of the aligned table. Each column has a margin on both sides, and a line before the next column.
    var width: Int { widths.reduce(0, +) + TextGrid.margins(columns: widths.count) }

    private static func margins(columns: Int) -> Int { max(0, 3 * columns - 1) }

    /// The least width of a folded column: a narrower one can't be read, so the table stays wider than the terminal.
    private static let leastFoldedWidth = 4

    /// Folds the widest columns so that the aligned table fits into `width` terminal cells, if it can.
    mutating func fold(to width: Int) {
        let room = width - TextGrid.margins(columns: widths.count)
        var limit = widths.max() ?? 0
        while limit > TextGrid.leastFoldedWidth, widths.reduce(0, { $0 + min($1, limit) }) > room { limit -= 1 }
        let tooWide = widths.indices.filter { widths[$0] > limit }
        for column in tooWide {
            header[column] = header[column].folded(to: limit)
            widths[column] = limit
        }
        for row in rows.indices {
            for column in tooWide { rows[row][column] = rows[row][column].folded(to: limit) }
        }
    }

    /// The last line below the rows, as psql writes it.
    var footer: String { rows.count == 1 ? "(1 row)\n" : "(\(rows.count) rows)\n" }
}
