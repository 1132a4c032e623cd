/// Whether the state that a cell describes is good or bad, shown as a colour.
package enum CellStyle: Sendable {
    case good
    case bad
    case warn
    /// For what is no value.
    case dim

    /// `text` in this colour, by the "select graphic rendition" sequences of ECMA-48, section 8.3.117.
    package func colored(_ text: String) -> String {
        text.isEmpty ? text : "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }

    private var code: Int {
        switch self {
        case .good: 32
        case .bad: 31
        case .warn: 33
        case .dim: 2
        }
    }
}
