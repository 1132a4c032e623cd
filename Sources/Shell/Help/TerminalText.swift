/// Renders help blocks for a terminal of 80 columns, or of less.
enum TerminalText {
    static let width = 78

    /// - Parameter columns: the terminal's; nil where there is none.
    static func text(_ blocks: [HelpBlock], columns: Int? = nil) -> String {
        // Two cells stay free.
        let width = min(width, max(24, (columns ?? .max) - 2))
        return blocks.map { lines($0, width).joined(separator: "\n") }.joined(separator: "\n\n")
            // No empty line after a heading.
            .replacing(":\n\n  ", with: ":\n  ")
    }

    private static func lines(_ block: HelpBlock, _ width: Int) -> [String] {
        switch block {
        case .heading(let title): [title + ":"]
        case .paragraph(let text): wrapped(text, to: width)
        case .usage(let text): wrapped(text, first: "  ", following: "      ", to: width)
        case .lines(let lines): lines.map { "  " + $0 }
        case .definitions(let definitions): self.lines(definitions, width)
        }
    }

    private static func lines(_ definitions: [HelpDefinition], _ width: Int) -> [String] {
        // A term that is much longer than the others has a line to itself, and so has each where there is little room.
        let longest = width < 60 ? 8 : 28
        let column = min(definitions.map(\.term.count).max() ?? 0, longest) + 2
        let margin = String(repeating: " ", count: column + 2)
        return definitions.flatMap { definition in
            guard definition.term.count + 2 <= column else {
                return ["  " + definition.term]
                    + wrapped(definition.meaning, first: margin, following: margin, to: width)
            }
            let gap = String(repeating: " ", count: column - definition.term.count)
            return wrapped(definition.meaning, first: "  \(definition.term)\(gap)", following: margin, to: width)
        }
    }

    /// The text in lines. What is in brackets or quotes is kept together.
    static func wrapped(_ text: String, first: String = "", following: String = "", to width: Int = width) -> [String] {
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
