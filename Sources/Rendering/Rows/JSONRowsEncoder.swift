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
    /// What stands before each value: `{"node":`, `,"state":`.
    private var keys: [[UInt8]] = []
    private var column = 0

    package init() {}

    package mutating func begin(_ columns: [String], in output: inout OutputBuffer) {
        var taken: Set<String> = []
        keys = columns.map { name in
            var (key, number) = (name, 1)
            while !taken.insert(key).inserted {
                number += 1
                key = "\(name)_\(number)"
            }
            var output = OutputBuffer()
            output.append(taken.count == 1 ? "{" : ",")
            output.append(json: key)
            output.append(":")
            return output.bytes
        }
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
        keys[column].withUnsafeBytes { output.append($0) }
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
