/// A small terminal: the grid of characters that an editor's output leaves on the screen.
package struct TerminalModel {
    package private(set) var columns: Int
    package private(set) var height: Int
    package private(set) var grid: [[Character?]]
    package private(set) var row = 0
    package private(set) var column = 0
    /// Rows that have left the screen at its top.
    package private(set) var scrolledOff: [String] = []
    package private(set) var bells = 0
    /// Everything that was output.
    package private(set) var raw: [UInt8] = []
    package private(set) var bracketedPaste = false
    /// How often it was switched off, as it is at the end of every line.
    package private(set) var endedLines = 0

    /// The rows, from the first that was shown, whose line was too long and goes on in the next row.
    private var continued: Set<Int> = []
    private var pending: [UInt8] = []
    /// Whether the next character first goes to the next row, as after one in the last column.
    private var wrapsNext = false

    package init(columns: Int, height: Int) {
        self.columns = columns
        self.height = height
        grid = Array(repeating: Array(repeating: nil, count: columns), count: height)
    }

    /// The rows without the blanks at their ends, nor the empty ones at the bottom.
    package var lines: [String] {
        var lines = grid.map(Self.text)
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    /// The row of the cursor.
    package var line: String { Self.text(grid[row]) }

    /// Everything the terminal has shown.
    package var transcript: [String] { scrolledOff + lines }

    /// Everything the terminal has shown from a row on, each line in one piece however many rows it took.
    package func text(from first: Int = 0) -> String {
        var text = ""
        for (place, row) in transcript.enumerated().dropFirst(first) {
            text += row
            // A blank in the last column is part of the line.
            text += continued.contains(place) ? String(repeating: " ", count: max(0, columns - row.count)) : "\n"
        }
        return text
    }

    package mutating func resize(columns: Int) {
        self.columns = columns
        grid = grid.map { Array(($0 + Array(repeating: nil, count: columns)).prefix(columns)) }
        column = min(column, columns - 1)
    }

    package mutating func feed(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            raw.append(byte)
            pending.append(byte)
            consume()
        }
    }

    private mutating func consume() {
        guard let first = pending.first else { return }
        if first == 0x1b {
            guard pending.count > 1 else { return }
            if pending[1] != UInt8(ascii: "[") {
                pending = []
            } else if pending.count > 2, let last = pending.last, (0x40...0x7e).contains(last) {
                let parameters = String(decoding: pending[2..<pending.count - 1], as: UTF8.self)
                pending = []
                control(Character(Unicode.Scalar(last)), parameters)
            }
            return
        }
        let length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
        guard pending.count == length, let scalar = String(decoding: pending, as: UTF8.self).unicodeScalars.first
        else { return }
        pending = []
        put(scalar)
    }

    private mutating func put(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\r": column = 0
        case "\n": lineFeed()
        case "\u{8}": column = max(0, column - 1)
        case "\u{7}":
            bells += 1
            return
        default:
            let width = Self.width(scalar)
            if width == 0 {
                var last = wrapsNext ? column : column - 1
                if last > 0, grid[row][last] == nil { last -= 1 }
                if last >= 0, let before = grid[row][last] {
                    grid[row][last] = (String(before) + String(scalar)).first
                }
                return
            }
            if wrapsNext || column + width > columns {
                continued.insert(scrolledOff.count + row)
                column = 0
                lineFeed()
            }
            grid[row][column] = Character(scalar)
            if width == 2 { grid[row][column + 1] = nil }
            column += width
            wrapsNext = column == columns
            if wrapsNext { column -= 1 }
            return
        }
        wrapsNext = false
    }

    private mutating func lineFeed() {
        if row + 1 < height {
            row += 1
        } else {
            scrolledOff.append(Self.text(grid.removeFirst()))
            grid.append(Array(repeating: nil, count: columns))
        }
    }

    private mutating func control(_ final: Character, _ parameters: String) {
        let number = Int(parameters) ?? 1
        wrapsNext = false
        switch final {
        case "A": row = max(0, row - number)
        case "B": row = min(height - 1, row + number)
        case "C": column = min(columns - 1, column + number)
        case "D": column = max(0, column - number)
        case "H": (row, column) = (0, 0)
        case "K": clear(row, from: column)
        case "J":
            if parameters == "2" {
                for row in 0..<height { clear(row, from: 0) }
            } else {
                clear(row, from: column)
                for row in row + 1..<max(height, row + 1) { clear(row, from: 0) }
            }
        case "h" where parameters == "?2004": bracketedPaste = true
        case "l" where parameters == "?2004":
            bracketedPaste = false
            endedLines += 1
        default: break
        }
    }

    private mutating func clear(_ row: Int, from column: Int) {
        for column in column..<columns { grid[row][column] = nil }
        continued.remove(scrolledOff.count + row)
    }

    private static func text(_ row: [Character?]) -> String {
        var text = ""
        var column = 0
        while column < row.count {
            let character = row[column] ?? " "
            text.append(character)
            column += character.unicodeScalars.first.map { max(1, width($0)) } ?? 1
        }
        while text.last == " " { text.removeLast() }
        return text
    }

    private static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x300..<0x370, 0x200d: 0
        case 0x1100..<0x1160, 0x2e80..<0xa4d0, 0xac00..<0xd7a4, 0xff00..<0xff61, 0x1f300..<0x1fb00: 2
        default: 1
        }
    }
}
