/// CSV as in RFC 4180, with a header, and a newline alone at the end of each line, as PostgreSQL's COPY has it.
///
/// The data are exact, including controls. The empty string is `""`, and booleans are `true` and `false`.
package struct CSVEncoder: RowEncoder {
    package let hasArrays = false
    private let null: [UInt8]
    private var isFirst = true

    /// - Parameter null: what stands for a null; a text that is the same is quoted.
    package init(null: String = "") { self.null = Array(null.utf8) }

    package mutating func begin(_ columns: [String], in output: inout OutputBuffer) {
        beginRow(in: &output)
        for name in columns {
            separate(in: &output)
            name.withBytes { Self.append($0, to: &output, isQuoted: false) }
        }
        endRow(in: &output)
    }

    package mutating func beginRow(in output: inout OutputBuffer) { isFirst = true }

    package mutating func append(
        _ cell: UnsafeRawBufferPointer?, _ type: CellType, to output: inout OutputBuffer
    ) {
        separate(in: &output)
        guard let cell else { return null.withUnsafeBytes { output.append($0) } }
        switch type {
        case .number: output.append(cell)
        case .bool: output.append(cell.first == UInt8(ascii: "t") ? "true" : "false")
        case .text, .json: Self.append(cell, to: &output, isQuoted: !null.isEmpty && cell.elementsEqual(null))
        }
    }

    package mutating func append(array elements: [Value], to output: inout OutputBuffer) {
        Value.arrayLiteral(elements).withBytes { append($0, .text, to: &output) }
    }

    package mutating func endRow(in output: inout OutputBuffer) { output.append(byte: 0x0A) }

    private mutating func separate(in output: inout OutputBuffer) {
        if !isFirst { output.append(byte: UInt8(ascii: ",")) }
        isFirst = false
    }

    private static func append(_ field: UnsafeRawBufferPointer, to output: inout OutputBuffer, isQuoted: Bool) {
        guard isQuoted || field.isEmpty || field.contains(where: isSpecial) else { return output.append(field) }
        let quote = UInt8(ascii: "\"")
        output.append(byte: quote)
        for byte in field {
            if byte == quote { output.append(byte: quote) }
            output.append(byte: byte)
        }
        output.append(byte: quote)
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte == 0x22 || byte == 0x2C || byte == 0x0A || byte == 0x0D
    }
}
