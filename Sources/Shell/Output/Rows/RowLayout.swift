import Rendering

/// How people see rows.
enum RowLayout: Sendable {
    case table(TableLayout)
    /// Each as a line of its own.
    case lines(@Sendable (_ row: [Value]) -> String)

    mutating func begin(in output: inout OutputBuffer) {
        guard case .table(var layout) = self else { return }
        layout.begin(in: &output)
        self = .table(layout)
    }

    mutating func append(_ row: [Value], styles: [CellStyle?]? = nil, to output: inout OutputBuffer) {
        switch self {
        case .table(var layout):
            layout.append(row, styles: styles, to: &output)
            self = .table(layout)
        case .lines(let line):
            output.append(line(row))
            output.append("\n")
        }
    }

    func end(in output: inout OutputBuffer) {
        if case .table(let layout) = self { layout.end(in: &output) }
    }
}
