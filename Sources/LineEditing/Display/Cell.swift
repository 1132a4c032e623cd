/// One place on the screen, or two for a wide character.
package struct Cell: Equatable, Sendable {
    /// The character, with the marks that combine with it.
    package var text: String
    /// In columns.
    package let width: Int
    /// The SGR sequences in force, empty for the plain look.
    package let style: String

    /// The width that no cell exceeds.
    static let widest = 2

    init(_ text: String, width: Int = 1, style: String = "") {
        self.text = text
        self.width = width
        self.style = style
    }
}

extension Collection where Element == Cell {
    /// In columns.
    var width: Int { reduce(0) { $0 + $1.width } }
}

extension Array where Element == Cell {
    /// Text that may hold SGR sequences. Every other escape sequence and control character is left out, but newlines,
    /// which part the rows.
    static func rows(of text: String, _ charset: Charset) -> [[Cell]] {
        var rows: [[Cell]] = [[]]
        var style = ""
        var plain = ""
        func place() {
            rows[rows.count - 1].append(plain, charset, style: style)
            plain = ""
        }
        var scalars = text.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            switch scalar {
            case "\u{1b}":
                place()
                guard let sequence = controlSequence(after: &scalars) else { continue }
                let resets = ["\u{1b}[m", "\u{1b}[0m"].contains(sequence)
                style = resets ? "" : style + sequence
            case "\n":
                place()
                rows.append([])
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                continue
            default:
                plain.unicodeScalars.append(scalar)
            }
        }
        place()
        return rows
    }

    /// Adds what shows a text.
    mutating func append(_ text: String, _ charset: Charset, style: String = "") {
        for character in text { append(character, charset.cells(for: character, style: style)) }
    }

    /// Adds the cells of a character, or the character itself to the last cell if it only changes that one.
    mutating func append(_ character: Character, _ cells: [Cell]) {
        if cells.isEmpty, !isEmpty { self[count - 1].text.append(character) }
        append(contentsOf: cells)
    }

    /// The rest of an escape sequence whose ESC was read; nil if it is none that sets colours.
    private static func controlSequence(after scalars: inout String.UnicodeScalarView.Iterator) -> String? {
        guard scalars.next() == "[" else { return nil }
        var sequence = "\u{1b}["
        while let scalar = scalars.next() {
            sequence.unicodeScalars.append(scalar)
            if (0x40...0x7e).contains(scalar.value) { return scalar == "m" ? sequence : nil }
        }
        return nil
    }
}
