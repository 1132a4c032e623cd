/// The text of a cell as lines, each safe for the terminal and measured.
struct CellText {
    struct Line {
        var text: String
        /// In terminal cells.
        var width: Int
        var end: End
    }

    /// Why a line of the cell ends.
    enum End {
        case value
        case newline
        case fold
    }

    // The first line is stored apart because nearly every cell has only one, and an empty array costs nothing.
    private let first: Line
    private let rest: [Line]

    init(_ text: String) {
        if isPrintableASCII(text) {
            self.init(lines: [], last: Line(text: text, width: text.utf8.count, end: .value))
            return
        }
        // Splits scalars, because CR and LF together are one Character.
        var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { part in
            let text = printable(String(part))
            return Line(text: text, width: displayWidth(of: text), end: .newline)
        }
        var last = lines.popLast() ?? Line(text: "", width: 0, end: .value)
        last.end = .value
        self.init(lines: lines, last: last)
    }

    private init(lines: [Line], last: Line) {
        guard let first = lines.first else {
            self.first = last
            rest = []
            return
        }
        self.first = first
        rest = lines.dropFirst() + [last]
    }

    var count: Int { 1 + rest.count }

    /// The line at `index`, or nil below the last.
    subscript(index: Int) -> Line? {
        if index == 0 { return first }
        return index <= rest.count ? rest[index - 1] : nil
    }

    /// The width of the widest line, in terminal cells.
    var width: Int { rest.reduce(first.width) { max($0, $1.width) } }

    /// The cell with all lines wider than `width` folded between grapheme clusters. A wider cluster stays whole.
    func folded(to width: Int) -> CellText {
        guard self.width > width else { return self }
        var lines: [Line] = []
        for line in [first] + rest {
            var part = Line(text: "", width: 0, end: .fold)
            for cluster in line.text {
                let clusterWidth = displayWidth(of: cluster)
                if part.width + clusterWidth > width, part.width > 0 {
                    lines.append(part)
                    part = Line(text: "", width: 0, end: .fold)
                }
                part.text.append(cluster)
                part.width += clusterWidth
            }
            part.end = line.end
            lines.append(part)
        }
        let last = lines.removeLast()
        return CellText(lines: lines, last: last)
    }
}
