/// What the bytes of a cell are, as far as the formats for programs tell it apart.
package enum CellType: Sendable {
    case text
    /// As PostgreSQL writes numbers; NaN and the infinities are among them.
    case number
    /// What begins with `t` is true.
    case bool
    case json
}

/// Writes rows in a format for programs, cell by cell, so that no row has to be kept.
package protocol RowEncoder: Sendable {
    /// Whether arrays are such in the format, and not the text that PostgreSQL writes.
    var hasArrays: Bool { get }

    /// Writes what stands in front of the rows.
    mutating func begin(_ columns: [String], in output: inout OutputBuffer)
    mutating func beginRow(in output: inout OutputBuffer)

    /// Writes the next cell of the row.
    ///
    /// - Parameter cell: in PostgreSQL's text format; nil for null.
    mutating func append(_ cell: UnsafeRawBufferPointer?, _ type: CellType, to output: inout OutputBuffer)
    mutating func append(array elements: [Value], to output: inout OutputBuffer)
    mutating func endRow(in output: inout OutputBuffer)
}

extension RowEncoder {
    package mutating func append(_ value: Value, to output: inout OutputBuffer) {
        func append(_ text: String, _ type: CellType) {
            text.withBytes { self.append($0, type, to: &output) }
        }
        switch value {
        case .null: self.append(nil, .text, to: &output)
        case .text(let text): append(text, .text)
        case .integer(let integer): append(String(integer), .number)
        case .number(let number): append(number, .number)
        case .bool(let bool): append(bool ? "true" : "false", .bool)
        case .json(let json): append(json, .json)
        case .array(let elements): self.append(array: elements, to: &output)
        }
    }

    /// Writes a row; one with too few values ends in nulls, surplus values are not written.
    package mutating func append(row: [Value], of columns: Int, to output: inout OutputBuffer) {
        beginRow(in: &output)
        for index in 0..<columns { append(index < row.count ? row[index] : .null, to: &output) }
        endRow(in: &output)
    }
}
