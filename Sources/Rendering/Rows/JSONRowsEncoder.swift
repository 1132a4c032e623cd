/// Rows as arrays of JSON with commas between them: what stands in the "rows" of an object.
package struct JSONRowsEncoder: RowEncoder {
    package let hasArrays = true
    private var isFirstRow = true
    private var isFirst = true

    package init() {}

    package mutating func begin(_ columns: [String], in output: inout OutputBuffer) {}

    package mutating func beginRow(in output: inout OutputBuffer) {
        output.append(isFirstRow ? "[" : ",[")
        (isFirstRow, isFirst) = (false, true)
    }

    package mutating func append(
        _ cell: UnsafeRawBufferPointer?, _ type: CellType, to output: inout OutputBuffer
    ) {
        separate(in: &output)
        output.append(jsonCell: cell, type)
    }

    package mutating func append(array elements: [Value], to output: inout OutputBuffer) {
        separate(in: &output)
        Value.array(elements).json.write(to: &output)
    }

    package mutating func endRow(in output: inout OutputBuffer) { output.append(byte: UInt8(ascii: "]")) }

    private mutating func separate(in output: inout OutputBuffer) {
        if !isFirst { output.append(byte: UInt8(ascii: ",")) }
        isFirst = false
    }
}

/// Each row as an object of JSON on a line of its own.
///
/// Where columns have the same name, the later ones are told apart by a number: `n`, `n_2`.
package struct JSONLinesEncoder: RowEncoder {
    package let hasArrays = true
    /// What stands before the values, one behind the other: `{"node":`, `,"state":`.
    private var keys: [UInt8] = []
    /// Where the key of each column ends.
    private var ends: [Int] = []
    private var column = 0

    package init() {}

    package mutating func begin(_ columns: [String], in output: inout OutputBuffer) {
        var taken: Set<String> = []
        var written = OutputBuffer()
        ends = columns.map { name in
            var (key, number) = (name, 1)
            while !taken.insert(key).inserted {
                number += 1
                key = "\(name)_\(number)"
            }
            written.append(taken.count == 1 ? "{" : ",")
            written.append(json: key)
            written.append(":")
            return written.count
        }
        keys = written.bytes
    }

    package mutating func beginRow(in output: inout OutputBuffer) {
        column = 0
        if keys.isEmpty { output.append("{") }
    }

    package mutating func append(
        _ cell: UnsafeRawBufferPointer?, _ type: CellType, to output: inout OutputBuffer
    ) {
        appendKey(to: &output)
        output.append(jsonCell: cell, type)
    }

    package mutating func append(array elements: [Value], to output: inout OutputBuffer) {
        appendKey(to: &output)
        Value.array(elements).json.write(to: &output)
    }

    package mutating func endRow(in output: inout OutputBuffer) { output.append("}\n") }

    private mutating func appendKey(to output: inout OutputBuffer) {
        let start = column == 0 ? 0 : ends[column - 1]
        keys.withUnsafeBytes { output.append(UnsafeRawBufferPointer(rebasing: $0[start..<ends[column]])) }
        column += 1
    }
}

extension OutputBuffer {
    /// Appends a cell as a value of JSON. NaN and the infinities become strings, because JSON has no such numbers.
    fileprivate mutating func append(jsonCell cell: UnsafeRawBufferPointer?, _ type: CellType) {
        guard let cell else { return append("null") }
        switch type {
        case .text: append(json: cell)
        case .number: if JSON.isNumber(cell) { append(cell) } else { append(json: cell) }
        case .bool: append(cell.first == UInt8(ascii: "t") ? "true" : "false")
        case .json: append(writtenJSON: cell)
        }
    }
}
