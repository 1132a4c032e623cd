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
            plain.isEmpty || plain.lowercased() == "null"
            || plain.unicodeScalars.contains { scalar in
                switch scalar {
                case "{", "}", ",", "\"", "\\", " ", "\t", "\n", "\r", "\u{0B}", "\u{0C}": true
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
