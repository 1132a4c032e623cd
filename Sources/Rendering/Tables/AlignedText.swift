/// One line per row, under a header; psql's `\pset format aligned` with border 1.
extension TableLayout {
    func appendHeader(to output: inout OutputBuffer) {
        append(header, nil, to: &output) { _ in .center }
        for (column, width) in widths.enumerated() {
            if column > 0 { output.append(style.lines.cross) }
            output.append(style.lines.horizontal, times: width + 2)
        }
        output.append(widths.isEmpty ? "--\n" : "\n")
    }

    func appendRow(_ cells: [CellText], _ styles: [CellStyle?]?, to output: inout OutputBuffer) {
        append(cells, styles, to: &output) { alignments[$0] == .left ? .left : .right }
    }

    private enum Placement {
        case left
        case right
        case center
    }

    /// Appends the lines of a row.
    private func append(
        _ cells: [CellText], _ styles: [CellStyle?]?, to output: inout OutputBuffer, placement: (Int) -> Placement
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
                case .right: before = max(0, space)
                case .center: before = space / 2
                }
                output.pad(before)
                output.append(styles?[column]?.colored(line.text) ?? line.text)
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
