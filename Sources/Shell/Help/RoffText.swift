/// Renders help blocks for man(1), with the man macros of groff and mandoc.
enum RoffText {
    static func text(_ blocks: [HelpBlock]) -> String { blocks.map(text).joined(separator: "\n") }

    private static func text(_ block: HelpBlock) -> String {
        switch block {
        case .heading(let title): ".PP\n\(escaped(title)):"
        case .paragraph(let text): ".PP\n" + filled(text)
        case .usage(let text): ".PP\n\\fB" + filled(text) + "\\fR"
        case .lines(let lines):
            ".PP\n.RS 4\n.nf\n" + lines.map(escaped).joined(separator: "\n") + "\n.fi\n.RE"
        case .definitions(let definitions):
            definitions.map { ".TP\n.B \(escaped($0.term))\n\(filled($0.meaning))" }.joined(separator: "\n")
        }
    }

    /// The text in lines, which may break at any space except within a command in quotes.
    private static func filled(_ text: String) -> String {
        var lines: [String] = []
        for part in TerminalText.unbroken(text) {
            let part = escaped(part).replacing(" ", with: "\\ ")
            if let last = lines.last, last.utf8.count + 1 + part.utf8.count < 80 {
                lines[lines.count - 1] = last + " " + part
            } else {
                lines.append(part)
            }
        }
        return lines.joined(separator: "\n")
    }

    /// The text with everything escaped that roff would interpret or replace: requests, escapes, special characters.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "'": result += "\\(aq"
            case "\"": result += "\\(dq"
            case "`": result += "\\(ga"
            case "^": result += "\\(ha"
            case "~": result += "\\(ti"
            case "…": result += "..."
            case "∅": result += "\\(es"
            default: result.append(character)
            }
        }
        return result.hasPrefix(".") ? "\\&" + result : result
    }
}
