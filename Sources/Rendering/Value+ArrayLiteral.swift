extension Value {
    /// An array as PostgreSQL writes it, but for its booleans, which are spelt as they are alone; PostgreSQL manual, "Array
    /// Input and Output Syntax".
    static func arrayLiteral(_ elements: [Value]) -> String {
        "{" + elements.map(\.arrayElement).joined(separator: ",") + "}"
    }

    private var arrayElement: String {
        let plain: String
        switch self {
        case .null: return "NULL"
        case .array(let elements): return Self.arrayLiteral(elements)
        case .bool, .text, .integer, .number, .json: plain = text
        }
        let quoted =
            plain.isEmpty || plain.utf8.count == 4 && plain.lowercased() == "null"
            || plain.utf8.contains { byte in
                switch byte {
                case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "\\"),
                    UInt8(ascii: " "), 0x09...0x0D:
                    true
                default: false
                }
            }
        guard quoted else { return plain }
        var element = "\""
        for scalar in plain.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { element += "\\" }
            element.unicodeScalars.append(scalar)
        }
        return element + "\""
    }
}
