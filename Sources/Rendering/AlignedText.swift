extension TextGrid {
    /// Lays the table out with one line per row, under a header; psql's `\pset format aligned` with border 1.
    func aligned(_ style: TableStyle) -> String {
        var output = OutputBuffer()
        appendRow(header, to: &output, style) { _ in .center }
        for (column, width) in widths.enumerated() {
            if column > 0 { output.append(style.lines.cross) }
            output.append(style.lines.horizontal, times: width + 2)
        }
        output.append(widths.isEmpty ? "--\n" : "\n")
        let placements = alignments.map { $0 == .left ? Placement.left : .right }
        let colored = style.color && !styles.isEmpty
        for (index, row) in rows.enumerated() {
            appendRow(row, to: &output, style, row: colored ? index : nil) { placements[$0] }
        }
        output.append(footer)
        return output.text
    }

    private enum Placement {
        case left
        case right
        case center
    }

    /// Appends the lines of a row. `row` is its number, or nil if its cells have no colours.
    private func appendRow(
        _ cells: [CellText], to output: inout OutputBuffer, _ style: TableStyle, row: Int? = nil,
        placement: (Int) -> Placement
    ) {
        let height = cells.reduce(0) { max($0, $1.count) }
        for index in 0..<height {
            for (column, cell) in cells.enumerated() {
                if column > 0 { output.append(style.lines.vertical) }
                output.append(cell.opening(of: index, style.lines))
                let line = cell[index] ?? CellText.Line(text: "", width: 0, end: .value)
                let space = widths[column] - line.width
                let before: Int
                switch placement(column) {
                case _ where line.text.isEmpty: before = 0
                case .left: before = 0
                case .right: before = space
                case .center: before = space / 2
                }
                output.pad(before)
                let color = row.flatMap { styles[Table.Position(row: $0, column: column)] }
                output.append(color?.colored(line.text) ?? line.text)
                // The last column gets no blanks but only a mark, because blanks would wrap on a narrow terminal.
                if column < cells.count - 1 || line.end != .value {
                    output.pad(space - before)
                    output.append(line.closing(style.lines))
                }
            }
            output.append(byte: 0x0A)
        }
    }
}

extension CellText {
    /// The margin before a line: a mark if the line above was folded, otherwise a space.
    func opening(of index: Int, _ lines: LineDrawing) -> String {
        index > 0 && self[index - 1]?.end == .fold ? lines.foldMark : " "
    }
}

extension CellText.Line {
    /// The margin after a line: a mark if the value goes on below, otherwise a space.
    func closing(_ lines: LineDrawing) -> String {
        switch end {
        case .value: " "
        case .newline: lines.newlineMark
        case .fold: lines.foldMark
        }
    }
}
