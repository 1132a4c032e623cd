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
        package var name: String
        package var alignment: Alignment
        /// Whether its values are words for a state, which a terminal may show in colour.
        package var isState = false

        package init(_ name: String, _ alignment: Alignment = .left) {
            self.name = name
            self.alignment = alignment
        }

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
    /// The colours of single cells. The text must say the same, because only a terminal shows colours.
    package var styles: [Position: CellStyle]
    /// Whether a null is shown, as in the rows of a query, where it is not an empty text. In a listing nothing stands for
    /// what there is not.
    package var marksNull = false

    package init(columns: [Column], rows: [[Value]] = [], styles: [Position: CellStyle] = [:]) {
        self.columns = columns
        self.rows = rows
        self.styles = styles
    }

    /// The table as text for people, in the layout of psql's "aligned" format, ending in a newline.
    ///
    /// Controls in a value are escaped, see ``printable(_:)``, but a newline begins a new line inside the cell. See the
    /// manual of psql, `\pset format`, `expanded` and `linestyle`.
    package func text(_ style: TableStyle = TableStyle()) -> String {
        var grid = TextGrid(self, style)
        let tooWide = style.width.map { grid.width > $0 } ?? false
        switch style.expanded {
        case .always: return grid.expanded(style)
        case .automatic where tooWide: return grid.expanded(style)
        case .never, .automatic:
            if let width = style.width, tooWide { grid.fold(to: width) }
            return grid.aligned(style)
        }
    }
}
