/// How a table becomes text for people: it is measured first, and then written row by row.
///
/// More rows may follow those that were measured. A cell that is wider than its column then moves what stands behind it;
/// in a column that was folded it is folded, too.
package struct TableLayout: Sendable {
    let style: TableStyle
    private(set) var header: [CellText]
    let alignments: [Table.Alignment]
    /// The width of each column, in terminal cells.
    private(set) var widths: [Int]
    /// That of the widest value, without the names of columns.
    let valueWidth: Int
    let isExpanded: Bool
    /// What stands for a null.
    private let null: String
    /// The columns that were folded.
    private var folded: [Int] = []
    /// How many rows were written.
    private(set) var written = 0

    package init(of table: Table, _ style: TableStyle) {
        self.style = style
        null = table.marksNull ? style.null : ""
        header = table.columns.map { CellText($0.name) }
        alignments = table.columns.map(\.alignment)
        widths = header.map(\.width)
        var valueWidth = 0
        for index in 0..<table.count {
            let row = table.row(index)
            for column in widths.indices {
                let width = Self.cell(row, column, style, null).width
                widths[column] = max(widths[column], width)
                valueWidth = max(valueWidth, width)
            }
        }
        self.valueWidth = valueWidth
        let width = widths.reduce(0, +) + Self.margins(columns: widths.count)
        let tooWide = style.width.map { width > $0 } ?? false
        isExpanded = style.expanded == .always || style.expanded == .automatic && tooWide
        if !isExpanded, tooWide, let width = style.width { fold(to: width) }
    }

    /// Writes what stands in front of the rows.
    package mutating func begin(in output: inout OutputBuffer) {
        if !isExpanded { appendHeader(to: &output) }
    }

    /// - Parameter styles: the colours of the cells.
    package mutating func append(_ row: [Value], styles: [CellStyle?]? = nil, to output: inout OutputBuffer) {
        written += 1
        var styles = style.color ? styles : nil
        let cells = widths.indices.map { column in
            let cell = Self.cell(row, column, style, null)
            if style.color, !null.isEmpty, column >= row.count || row[column] == .null {
                styles = styles ?? Array(repeating: nil, count: widths.count)
                styles?[column] = .dim
            }
            return folded.contains(column) ? cell.folded(to: widths[column]) : cell
        }
        if isExpanded {
            appendRecord(cells, styles, to: &output)
        } else {
            appendRow(cells, styles, to: &output)
        }
    }

    /// Writes the last line below the rows, as psql does.
    package func end(in output: inout OutputBuffer) {
        guard !isExpanded || written == 0 || header.isEmpty else { return }
        output.append(written == 1 ? "(1 row)\n" : "(\(written) rows)\n")
    }

    private static func cell(_ row: [Value], _ column: Int, _ style: TableStyle, _ null: String) -> CellText {
        guard column < row.count, row[column] != .null else { return CellText(null) }
        // Words are for people: what reads a table from a pipe finds the same as in the other formats.
        return CellText(style.width == nil ? row[column].text : row[column].words)
    }

    // MARK: Width

    /// Each column has a margin on both sides, and a line before the next column.
    private static func margins(columns: Int) -> Int { max(0, 3 * columns - 1) }

    /// The least width of a folded column: a narrower one can't be read, so the table stays wider than the terminal.
    private static let leastFoldedWidth = 4

    /// Folds the widest columns so that the aligned table fits into `width` terminal cells, if it can.
    private mutating func fold(to width: Int) {
        let room = width - Self.margins(columns: widths.count)
        var limit = widths.max() ?? 0
        while limit > Self.leastFoldedWidth, widths.reduce(0, { $0 + min($1, limit) }) > room { limit -= 1 }
        folded = widths.indices.filter { widths[$0] > limit }
        for column in folded {
            header[column] = header[column].folded(to: limit)
            widths[column] = limit
        }
    }
}
