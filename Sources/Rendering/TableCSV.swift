extension Table {
    /// The table as CSV, RFC 4180: CRLF at the end of each line, and always a header.
    ///
    /// The data are exact, including controls. Null is an empty field, and the empty string is `""`, as in the
    /// PostgreSQL manual, COPY, "CSV Format". Booleans are `true` and `false`, arrays are literals such as `{a,b}`.
    package func csv() -> String {
        var output = OutputBuffer()
        for (index, column) in columns.enumerated() {
            if index > 0 { output.append(",") }
            output.append(csvField(column.name))
        }
        output.append("\r\n")
        for row in rows {
            for index in columns.indices {
                if index > 0 { output.append(",") }
                if index < row.count, let text = row[index].plain { output.append(csvField(text)) }
            }
            output.append("\r\n")
        }
        return output.text
    }
}

extension Value {
    /// The value in the form that PostgreSQL reads; nil for null.
    fileprivate var plain: String? {
        switch self {
        case .null: nil
        case .bool(let bool): bool ? "true" : "false"
        case .array(let elements): "{" + elements.map(\.arrayElement).joined(separator: ",") + "}"
        case .text, .integer, .number: text
        }
    }

    /// The value inside an array literal; PostgreSQL manual, "Array Input and Output Syntax".
    private var arrayElement: String {
        guard let plain else { return "NULL" }
        if case .array = self { return plain }
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

/// A text, which is not null, as a CSV field.
private func csvField(_ text: String) -> String {
    let quoted = text.isEmpty || text.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
    guard quoted else { return text }
    var field = "\""
    for scalar in text.unicodeScalars {
        if scalar == "\"" { field += "\"" }
        field.unicodeScalars.append(scalar)
    }
    return field + "\""
}
