extension Table {
    /// The table as CSV, RFC 4180: CRLF at the end of each line, and always a header.
    ///
    /// The data are exact, including controls. Null is an empty field, and the empty string is `""`, as in the
    /// PostgreSQL manual, COPY, "CSV Format". Booleans are `true` and `false`, arrays are literals such as `{a,b}`.
    ///
    /// - Parameter null: what stands for a null of a query; a text that is the same is quoted.
    package func csv(null: String = "") -> String {
        let null = marksNull ? null : ""
        var output = OutputBuffer()
        for (index, column) in columns.enumerated() {
            if index > 0 { output.append(",") }
            output.append(csvField(column.name))
        }
        output.append("\r\n")
        for row in rows {
            for index in columns.indices {
                if index > 0 { output.append(",") }
                if index < row.count, let text = row[index].plain {
                    output.append(csvField(text, quoted: text == null))
                } else {
                    output.append(null)
                }
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
        case .array, .text, .integer, .number: text
        }
    }
}

/// A text, which is not null, as a CSV field.
private func csvField(_ text: String, quoted: Bool = false) -> String {
    let quoted =
        quoted || text.isEmpty || text.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
    guard quoted else { return text }
    var field = "\""
    for scalar in text.unicodeScalars {
        if scalar == "\"" { field += "\"" }
        field.unicodeScalars.append(scalar)
    }
    return field + "\""
}
