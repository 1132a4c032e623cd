/// Renders help blocks as Markdown.
enum MarkdownText {
    static func text(_ blocks: [HelpBlock]) -> String { blocks.map(text).joined(separator: "\n\n") }

    private static func text(_ block: HelpBlock) -> String {
        switch block {
        case .heading(let title): title + ":"
        case .paragraph(let text): TerminalText.wrapped(escaped(text)).joined(separator: "\n")
        case .usage(let text): fence(TerminalText.wrapped(text, following: "    "))
        case .lines(let lines): fence(lines)
        case .definitions(let definitions):
            definitions.map { "- `\($0.term)`: \(escaped($0.meaning))" }.joined(separator: "\n")
        }
    }

    private static func fence(_ lines: [String]) -> String { (["```"] + lines + ["```"]).joined(separator: "\n") }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            if "\\`*_<>[]|".contains(character) { result.append("\\") }
            result.append(character)
        }
    }
}
