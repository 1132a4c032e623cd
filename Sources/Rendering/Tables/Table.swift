/// Rows under named columns: what every output format is made from.
///
/// A row with too few values ends in nulls; surplus values are not shown.
package struct Table: Sendable, Equatable {
    /// The side of the column to which its values are aligned.
    package enum Alignment: Sendable {
        case left
        /// For numbers.
        case right
    }

    package struct Column: Sendable, Equatable, ExpressibleByStringLiteral {
        /// What its values are, where they are not null.
        package enum Kind: String, Sendable {
            case string, integer, number, boolean
            /// Of strings.
            case array
            /// Whatever each row has.
            case any
        }

        package var name: String
        package var alignment: Alignment
        package var kind: Kind
        /// Whether its values are words for a state, which a terminal may show in colour.
        package var isState = false

        package init(_ name: String, _ alignment: Alignment = .left) {
            self.name = name
            self.alignment = alignment
            kind = .string
        }

        private init(_ name: String, _ alignment: Alignment, _ kind: Kind) {
            self.init(name, alignment)
            self.kind = kind
        }

        package static func integer(_ name: String) -> Column { Column(name, .right, .integer) }
        package static func number(_ name: String) -> Column { Column(name, .right, .number) }
        package static func boolean(_ name: String) -> Column { Column(name, .left, .boolean) }
        package static func array(_ name: String) -> Column { Column(name, .left, .array) }
        package static func any(_ name: String) -> Column { Column(name, .left, .any) }

        /// A column of words for a state.
        package static func state(_ name: String) -> Column {
            var column = Column(name)
            column.isState = true
            return column
        }

        package init(stringLiteral name: String) { self.init(name) }
    }

    /// The place of a cell; both numbers count from 0.
    package struct Position: Sendable, Hashable {
        package var row: Int
        package var column: Int

        package init(row: Int, column: Int) {
            self.row = row
            self.column = column
        }
    }

    package var columns: [Column]
    package var rows: [[Value]]
    /// Rows that are made when they are written, behind the others: what they are made of takes less room.
    private var made: MadeRows?
    /// The colours of single cells. The text must say the same, because only a terminal shows colours.
    package var styles: [Position: CellStyle]
    /// Whether a null is shown, as in the rows of a query, where it is not an empty text. In a listing nothing stands for
    /// what there is not.
    package var marksNull = false

    /// A table whose rows are made when they are written.
    package init(columns: [Column], count: Int, row: @escaping @Sendable (Int) -> [Value]) {
        self.init(columns: columns)
        made = MadeRows(count: count, row: row)
    }

    package init(columns: [Column], rows: [[Value]] = [], styles: [Position: CellStyle] = [:]) {
        self.columns = columns
        self.rows = rows
        self.styles = styles
    }

    /// The table with some of its columns only, in this order.
    ///
    /// - Parameter chosen: the numbers of the columns.
    package func choosing(_ chosen: [Int]) -> Table {
        var table = Table(columns: chosen.map { columns[$0] }, count: count) { index in
            let row = row(index)
            return chosen.map { $0 < row.count ? row[$0] : .null }
        }
        table.marksNull = marksNull
        for (position, style) in styles {
            for (number, column) in chosen.enumerated() where column == position.column {
                table.styles[Position(row: position.row, column: number)] = style
            }
        }
        return table
    }

    /// Its rows, and behind them those of another, which has the same columns. Each is made when it is written.
    package func followed(by other: Table) -> Table {
        Table(columns: columns, count: count + other.count) { $0 < count ? row($0) : other.row($0 - count) }
    }

    /// The number of its rows.
    package var count: Int { rows.count + (made?.count ?? 0) }

    package func row(_ index: Int) -> [Value] {
        index < rows.count ? rows[index] : made?.row(index - rows.count) ?? []
    }

    /// The table as text for people, in the layout of psql's "aligned" format, ending in a newline.
    ///
    /// Controls in a value are escaped, see ``printable(_:)``, but a newline begins a new line inside the cell. See the
    /// manual of psql, `\pset format`, `expanded` and `linestyle`.
    package func text(_ style: TableStyle = TableStyle()) -> String {
        var layout = TableLayout(of: self, style)
        var output = OutputBuffer()
        layout.begin(in: &output)
        for index in 0..<count { layout.append(row(index), styles: rowStyles(index), to: &output) }
        layout.end(in: &output)
        return output.text
    }

    /// The colours of a row's cells, by column.
    package func rowStyles(_ row: Int) -> [CellStyle?]? {
        styles.isEmpty ? nil : columns.indices.map { styles[Position(row: row, column: $0)] }
    }
}

/// Rows that are made one by one.
private struct MadeRows: Sendable, Equatable {
    let count: Int
    let row: @Sendable (Int) -> [Value]

    static func == (first: MadeRows, second: MadeRows) -> Bool {
        first.count == second.count && (0..<first.count).allSatisfy { first.row($0) == second.row($0) }
    }
}
