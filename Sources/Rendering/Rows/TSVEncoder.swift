/// Bare values, a row a line and a tab between two values, without a heading: for cut(1), awk(1) and `while read`.
///
/// A tab, the end of a line and a backslash in a value are `\t`, `\n`, `\r` and `\\`; null is nothing, as an empty text is.
package struct TSVEncoder: RowEncoder {
    package let hasArrays = false
    private let null: String
    private var isFirst = true

    /// - Parameter null: what stands for a null.
    package init(null: String = "") { self.null = null }

    package mutating func begin(_ columns: [String], in output: inout OutputBuffer) {}

    package mutating func beginRow(in output: inout OutputBuffer) { isFirst = true }

    package mutating func append(
        _ cell: UnsafeRawBufferPointer?, _ type: CellType, to output: inout OutputBuffer
    ) {
        if !isFirst { output.append(byte: 0x09) }
        isFirst = false
        guard let cell else { return output.append(null) }
        switch type {
        case .number: output.append(cell)
        case .bool: output.append(cell.first == UInt8(ascii: "t") ? "true" : "false")
        case .text, .json: Self.append(cell, to: &output)
        }
    }

    package mutating func append(array elements: [Value], to output: inout OutputBuffer) {
        Value.arrayLiteral(elements).withBytes { append($0, .text, to: &output) }
    }

    package mutating func endRow(in output: inout OutputBuffer) { output.append(byte: 0x0A) }

    private static func append(_ value: UnsafeRawBufferPointer, to output: inout OutputBuffer) {
        guard value.contains(where: { escape(of: $0) != nil }) else { return output.append(value) }
        for byte in value {
            if let escape = escape(of: byte) { output.append(escape) } else { output.append(byte: byte) }
        }
    }

    private static func escape(of byte: UInt8) -> String? {
        switch byte {
        case 0x09: "\\t"
        case 0x0A: "\\n"
        case 0x0D: "\\r"
        case UInt8(ascii: "\\"): "\\\\"
        default: nil
        }
    }
}
