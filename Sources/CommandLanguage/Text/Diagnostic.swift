/// An error in what was written, or a warning of it, at its place, with what may help.
package struct Diagnostic: Error, Sendable {
    package let message: String
    package let source: SourceText
    package let span: Span
    package let help: String?
    /// Whether what was written can be run all the same.
    package let isWarning: Bool
    /// Whether the line may hold a secret, and so is not shown and must not be stored.
    package private(set) var hidesLine = false

    package init(_ message: String, at span: Span, in source: SourceText, help: String? = nil) {
        self.message = message
        self.span = span
        self.source = source
        self.help = help
        isWarning = false
    }

    package init(warning message: String, at span: Span, in source: SourceText, help: String? = nil) {
        self.message = message
        self.span = span
        self.source = source
        self.help = help
        isWarning = true
    }

    /// The same with other words.
    package func replacing(_ message: String, help: String?) -> Diagnostic {
        isWarning
            ? Diagnostic(warning: message, at: span, in: source, help: help)
            : Diagnostic(message, at: span, in: source, help: help)
    }

    package var position: (line: Int, column: Int) { source.position(at: span.start) }

    /// The same error, without the line in which it is.
    package func hidingLine() -> Diagnostic {
        var hidden = self
        hidden.hidesLine = true
        return hidden
    }

    /// The error as a person reads it: place and message, the line with a caret below, the help.
    ///
    /// - Parameter width: the number of terminal columns that a text takes, so that the caret stands right below wide characters.
    package func text(width: (String) -> Int = { $0.unicodeScalars.count }) -> String {
        let place = position
        let severity = isWarning ? "warning" : "error"
        var text = "\(printable(source.name)):\(place.line):\(place.column): \(severity): \(printable(message))\n"
        if !hidesLine { text += excerpt(width) }
        if let help { text += "   help: \(printable(help))\n" }
        return text
    }

    /// A line of more bytes is not shown.
    package static let longestLine = 400

    private func excerpt(_ width: (String) -> Int) -> String {
        guard let line = source.line(at: span.start, longest: Self.longestLine), !line.bytes.isEmpty else { return "" }
        // Another command on the line may be the one with the secret.
        guard !contains(line.bytes, Array("--secret".utf8)) else { return "" }
        let caretStart = min(max(span.start, line.start), line.bytes.endIndex)
        let caretEnd = min(max(span.end, caretStart), line.bytes.endIndex)
        let before = width(printable(line.bytes[line.start..<caretStart]))
        let under = max(1, width(printable(line.bytes[caretStart..<caretEnd])))
        let label = String(line.number)
        let margin = String(repeating: " ", count: max(5, label.count + 1))
        let gutter = String(margin.dropLast(label.count)) + label
        let caret = "^" + String(repeating: "~", count: under - 1)
        return """
            \(gutter) | \(printable(line.bytes))
            \(margin) | \(String(repeating: " ", count: before))\(caret)

            """
    }

    private func contains(_ bytes: ArraySlice<UInt8>, _ wanted: [UInt8]) -> Bool {
        bytes.indices.contains { bytes[$0...].starts(with: wanted) }
    }

    private func printable(_ bytes: ArraySlice<UInt8>) -> String { printable(String(decoding: bytes, as: UTF8.self)) }

    /// The text with nothing in it that a terminal would obey or show nothing for; a tab takes one column.
    private func printable(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 9: result.append(" ")
            case 0..<32, 127..<160, 0x00AD, 0x061C, 0x115F...0x1160, 0x180E, 0x200B, 0x200E...0x200F, 0x2028...0x202E,
                0x2060...0x206F, 0x3164, 0xFEFF, 0xFFA0, 0xFFF9...0xFFFB, 0xE0000...0xE007F:
                result.append("\u{FFFD}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
