/// Renders help blocks for a terminal of 80 columns.
enum TerminalText {
    static let width = 78

    static func text(_ blocks: [HelpBlock]) -> String {
        blocks.map { lines($0).joined(separator: "\n") }.joined(separator: "\n\n")
            // No empty line after a heading.
            .replacing(":\n\n  ", with: ":\n  ")
    }

    private static func lines(_ block: HelpBlock) -> [String] {
        switch block {
        case .heading(let title): [title + ":"]
        case .paragraph(let text): wrapped(text)
        case .usage(let text): wrapped(text, first: "  ", following: "      ")
        case .lines(let lines): lines.map { "  " + $0 }
        case .definitions(let definitions): self.lines(definitions)
        }
    }

    private static func lines(_ definitions: [HelpDefinition]) -> [String] {
        // A term that is much longer than the others has a line to itself.
        let column = min(definitions.map(\.term.count).max() ?? 0, 28) + 2
        let margin = String(repeating: " ", count: column + 2)
        return definitions.flatMap { definition in
            guard definition.term.count + 2 <= column else {
                return ["  " + definition.term] + wrapped(definition.meaning, first: margin, following: margin)
            }
            let gap = String(repeating: " ", count: column - definition.term.count)
            return wrapped(definition.meaning, first: "  \(definition.term)\(gap)", following: margin)
        }
    }

    /// The text in lines. What is in brackets or quotes is kept together.
    static func wrapped(_ text: String, first: String = "", following: String = "") -> [String] {
        var lines: [String] = []
        var line = first
        var isEmpty = true
        for part in unbroken(text) {
            if !isEmpty, line.count + 1 + part.count > width {
                lines.append(line)
                line = following
                isEmpty = true
            }
            line += isEmpty ? part : " " + part
            isEmpty = false
        }
        lines.append(line)
        return lines
    }

    /// The words of a text. A command in quotes, or an option with its value in brackets, counts as one word.
    static func unbroken(_ text: String) -> [String] {
        var parts: [String] = []
        var closing: Character?
        for word in text.split(separator: " ") {
            if closing != nil {
                parts[parts.count - 1] += " " + word
            } else {
                parts.append(String(word))
                let opening = word.drop { $0 == "(" }.first
                closing = opening == "[" ? "]" : opening == "'" && word.count > 1 ? "'" : nil
                // The same word may close the quote.
                if closing == "'", word.drop(while: { $0 == "(" }).dropFirst().contains("'") { closing = nil }
            }
            if let end = closing, word.contains(end), end == "]" || parts[parts.count - 1].count > word.count {
                closing = nil
            }
        }
        return parts
    }
}
