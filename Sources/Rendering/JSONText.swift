extension JSON {
    /// The value on one line, without blanks and without the newline that ends the line.
    package var text: String {
        var output = OutputBuffer()
        write(to: &output)
        return output.text
    }

    func write(to output: inout OutputBuffer) {
        switch self {
        case .null: output.append("null")
        case .bool(let bool): output.append(bool ? "true" : "false")
        case .integer(let integer): output.append(String(integer))
        case .number(let number):
            if JSON.isNumber(number) { output.append(number) } else { output.append(json: number) }
        case .string(let string): output.append(json: string)
        case .written(let json): json.withBytes { output.append(writtenJSON: $0) }
        case .array(let elements):
            output.append("[")
            for (index, element) in elements.enumerated() {
                if index > 0 { output.append(",") }
                element.write(to: &output)
            }
            output.append("]")
        case .object(let members):
            output.append("{")
            JSON.write(members, to: &output)
            output.append("}")
        }
    }

    /// The members of an object without its braces, as a part of an object that is written in pieces.
    package static func write(_ members: [Member], to output: inout OutputBuffer) {
        for (index, member) in members.enumerated() {
            if index > 0 { output.append(",") }
            output.append(json: member.key)
            output.append(":")
            member.value.write(to: &output)
        }
    }

    /// Whether `text` is a number in JSON; RFC 8259, section 6.
    static func isNumber(_ text: String) -> Bool { text.withBytes { isNumber($0) } }

    static func isNumber(_ text: UnsafeRawBufferPointer) -> Bool {
        var rest = text[...]
        _ = rest.take("-")
        // No digit may follow a leading zero.
        guard rest.take("0") || rest.takeDigits() else { return false }
        if rest.take("."), !rest.takeDigits() { return false }
        if rest.take("e") || rest.take("E") {
            _ = rest.take("+") || rest.take("-")
            if !rest.takeDigits() { return false }
        }
        return rest.isEmpty
    }
}

// Of a slice and not of the text: a variable that nested functions share is looked after while the program runs, which
// took longer than the reading.
extension Slice<UnsafeRawBufferPointer> {
    /// - Parameter character: an ASCII character.
    fileprivate mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard let next = first, next == UInt8(ascii: character) else { return false }
        removeFirst()
        return true
    }

    /// Takes digits; at least one must be there.
    fileprivate mutating func takeDigits() -> Bool {
        let digits = prefix { 0x30 <= $0 && $0 <= 0x39 }
        self = self[digits.endIndex...]
        return !digits.isEmpty
    }
}
