/// Explanations as man(1) reads them: the man macros of groff and mandoc.
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

    /// A text whose lines may end at any space but those within a command in quotes.
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

    /// A text of which roff takes nothing for its own: no request, no escape, no character that it would make another.
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
            default: result.append(character)
            }
        }
        return result.hasPrefix(".") ? "\\&" + result : result
    }
}
