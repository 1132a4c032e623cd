/// An error in what was written, at its place, with what may help.
package struct Diagnostic: Error, Sendable {
    package let message: String
    package let source: SourceText
    package let span: Span
    package let help: String?

    package init(_ message: String, at span: Span, in source: SourceText, help: String? = nil) {
        self.message = message
        self.span = span
        self.source = source
        self.help = help
    }

    package var position: (line: Int, column: Int) { source.position(at: span.start) }

    /// The error as a person reads it: place and message, the line with a caret below, the help.
    ///
    /// - Parameter width: the number of terminal columns that a text takes, so that the caret stands right below wide characters.
    package func text(width: (String) -> Int = { $0.unicodeScalars.count }) -> String {
        let place = position
        var text = "\(source.name):\(place.line):\(place.column): error: \(message)\n"
        text += excerpt(line: place.line, width: width)
        if let help { text += "  help: \(help)\n" }
        return text
    }

    private func excerpt(line number: Int, width: (String) -> Int) -> String {
        let line = source.line(at: span.start)
        let longest = 400
        guard !line.bytes.isEmpty, line.bytes.count <= longest else { return "" }
        let shown = printable(line.bytes)
        let caretStart = min(max(span.start, line.start), line.bytes.endIndex)
        let caretEnd = min(max(span.end, caretStart), line.bytes.endIndex)
        let before = width(printable(line.bytes[line.start..<caretStart]))
        let under = max(1, width(printable(line.bytes[caretStart..<caretEnd])))
        let label = String(number)
        let margin = String(repeating: " ", count: max(5, label.count + 1))
        let gutter = String(margin.dropLast(label.count)) + label
        let caret = "^" + String(repeating: "~", count: under - 1)
        return "\(gutter) | \(shown)\n\(margin) | \(String(repeating: " ", count: before))\(caret)\n"
    }

    /// The bytes as text in which a control character can do nothing to a terminal, and a tab takes one column.
    private func printable(_ bytes: ArraySlice<UInt8>) -> String {
        var result = String.UnicodeScalarView()
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            switch scalar.value {
            case 9: result.append(" ")
            case 0..<32, 127..<160, 0x202A...0x202E, 0x2066...0x2069: result.append("\u{FFFD}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
