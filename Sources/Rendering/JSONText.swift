extension JSON {
    /// The value on one line, without blanks and without the newline that ends the line.
    ///
    /// It escapes what JSON demands, and also what a terminal would obey (see ``printable(_:)``), which every JSON
    /// reader understands in the same way.
    package var text: String {
        var output = OutputBuffer()
        write(to: &output)
        return output.text
    }

    private func write(to output: inout OutputBuffer) {
        switch self {
        case .null: output.append("null")
        case .bool(let bool): output.append(bool ? "true" : "false")
        case .integer(let integer): output.append(String(integer))
        case .number(let number):
            if JSON.isNumber(number) { output.append(number) } else { JSON.write(number, to: &output) }
        case .string(let string): JSON.write(string, to: &output)
        case .array(let elements):
            output.append("[")
            for (index, element) in elements.enumerated() {
                if index > 0 { output.append(",") }
                element.write(to: &output)
            }
            output.append("]")
        case .object(let members):
            output.append("{")
            for (index, member) in members.enumerated() {
                if index > 0 { output.append(",") }
                JSON.write(member.key, to: &output)
                output.append(":")
                member.value.write(to: &output)
            }
            output.append("}")
        }
    }

    /// Writes a string with its quotes.
    private static func write(_ string: String, to output: inout OutputBuffer) {
        output.append("\"")
        if string.utf8.allSatisfy({ 0x20 <= $0 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }) {
            output.append(string)
        } else {
            var escaped = ""
            var last: Unicode.Scalar?
            for scalar in string.unicodeScalars {
                if let escape = escape(of: scalar, behind: last) {
                    escaped += escape
                    last = nil
                } else {
                    escaped.unicodeScalars.append(scalar)
                    last = scalar
                }
            }
            output.append(escaped)
        }
        output.append("\"")
    }

    private static func escape(of scalar: Unicode.Scalar, behind last: Unicode.Scalar?) -> String? {
        switch scalar {
        case "\"": "\\\""
        case "\\": "\\\\"
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        case "\u{08}": "\\b"
        case "\u{0C}": "\\f"
        case _ where isHidden(scalar, behind: last): scalar.utf16.map { "\\u" + hex($0, digits: 4) }.joined()
        default: nil
        }
    }

    /// Whether `text` is a number in JSON; RFC 8259, section 6.
    static func isNumber(_ text: String) -> Bool {
        var rest = text.utf8[...]

        func take(_ byte: Unicode.Scalar...) -> Bool {
            guard let next = rest.first, byte.contains(Unicode.Scalar(next)) else { return false }
            rest.removeFirst()
            return true
        }
        func takeDigits() -> Bool {
            let digits = rest.prefix { 0x30 <= $0 && $0 <= 0x39 }
            rest = rest[digits.endIndex...]
            return !digits.isEmpty
        }

        _ = take("-")
        // No digit may follow a leading zero.
        guard take("0") || takeDigits() else { return false }
        if take("."), !takeDigits() { return false }
        if take("e", "E") {
            _ = take("+", "-")
            if !takeDigits() { return false }
        }
        return rest.isEmpty
    }
}
