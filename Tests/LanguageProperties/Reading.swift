package import CommandLanguage

/// What a text is read as.
struct Reading {
    /// A line for each statement and each error.
    private(set) var lines: [String] = []
    private var firstError: Int?

    mutating func append(_ statement: Statement) { lines.append(statement.summary) }

    mutating func append(_ diagnostics: [Diagnostic]) {
        if firstError == nil, !diagnostics.isEmpty { firstError = lines.count }
        lines += diagnostics.map(\.summary)
    }

    var upToFirstError: [String] { firstError.map { Array(lines[...$0]) } ?? lines }
}

/// What a text is read as, a line for each statement and each error.
package func reading(of text: String, name: String = "t") -> [String] { reading(of: SourceText(name: name, text)) }

package func reading(of source: SourceText) -> [String] {
    var parser = Parser(source, table: table)
    var reading = Reading()
    while true {
        switch parser.next() {
        case .statement(let statement): reading.append(statement)
        case .failure(let diagnostics): reading.append(diagnostics)
        case .incomplete(let reason): return reading.lines + ["incomplete: \(reason)"]
        case .end: return reading.lines
        }
    }
}
