/// A block of `column | value` lines per row; psql's `\pset expanded`.
///
/// Values are never folded here, so that a long one can be copied from the terminal as a whole.
extension TableLayout {
    func appendRecord(_ cells: [CellText], _ styles: [CellStyle?]?, to output: inout OutputBuffer) {
        guard !header.isEmpty else { return }
        let names = header.reduce(0) { max($0, $1.width) }
        var values = valueWidth
        if let width = style.width { values = min(values, max(0, width - names - 3)) }
        output.append(recordLine(written, names: names, values: values, style.lines))
        for (column, value) in cells.enumerated() {
            append(value, of: header[column], names: names, styles?[column], to: &output, style.lines)
        }
    }

    /// `-[ RECORD 1 ]---+-----`. The cross is above the line between names and values, if there is room for it.
    private func recordLine(_ number: Int, names: Int, values: Int, _ lines: LineDrawing) -> String {
        let label = "\(lines.horizontal)[ RECORD \(number) ]"
        let room = names + 1 - label.count
        var line = OutputBuffer()
        line.append(label)
        if room >= 0 {
            line.append(lines.horizontal, times: room)
            line.append(lines.cross)
            line.append(lines.horizontal, times: values + 1)
        } else {
            line.append(lines.horizontal, times: room + values + 2)
        }
        line.append(byte: 0x0A)
        return line.text
    }

    private func append(
        _ value: CellText, of name: CellText, names: Int, _ color: CellStyle?, to output: inout OutputBuffer,
        _ lines: LineDrawing
    ) {
        for index in 0..<max(name.count, value.count) {
            let nameLine = name[index]
            output.append(nameLine?.text ?? "")
            output.pad(names - (nameLine?.width ?? 0))
            output.append(nameLine?.closing(lines) ?? " ")
            output.append(lines.vertical)
            if let line = value[index], !line.text.isEmpty || line.end != .value {
                output.append(" ")
                output.append(color?.colored(line.text) ?? line.text)
                if line.end != .value {
                    output.pad(value.width - line.width)
                    output.append(line.closing(lines))
                }
            }
            output.append(byte: 0x0A)
        }
    }
}
