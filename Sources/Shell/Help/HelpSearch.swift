package import CommandLanguage

/// Finds commands and topics by words in their help.
package struct HelpSearch: Sendable {
    package struct Finding: Sendable, Equatable {
        package let name: String
        package let summary: String
    }

    /// A command or topic with its texts, from the most to the least significant.
    private struct Subject: Sendable {
        let name: String
        let summary: String
        /// The texts in lower case, each with the weight of a word that occurs in it.
        let texts: [(text: String, weight: Int)]

        init(_ name: String, _ summary: String, options: [String], rest: [String]) {
            self.name = name
            self.summary = summary
            texts = [
                (name.lowercased(), 8), (summary.lowercased(), 4),
                (options.joined(separator: " ").lowercased(), 2), (rest.joined(separator: " ").lowercased(), 1),
            ]
        }

        /// The total weight of the words; nil if one of them does not occur.
        func weight(of words: [String]) -> Int? {
            var sum = 0
            for word in words {
                let found = texts.filter { $0.text.contains(word) }.map(\.weight)
                guard !found.isEmpty else { return nil }
                sum += found.reduce(0, +)
            }
            return sum
        }
    }

    private static func subjects(_ table: CommandTable) -> [Subject] {
        (table.commands + ControlSyntax.all).map { command in
            let options = command.options.map { "\($0.usage) \($0.summary)" }
            return Subject(
                command.name, command.summary, options: options, rest: [command.details] + command.examples)
        }
            + HelpTopic.all(table).map { Subject($0.name, $0.summary, options: [], rest: $0.body.flatMap(\.texts)) }
    }

    /// The commands and topics in which all words occur, the best match first.
    package static func findings(_ words: [String], in table: CommandTable) -> [Finding] {
        let words = words.map { $0.lowercased() }
        let found = subjects(table).enumerated().compactMap { index, subject in
            subject.weight(of: words).map { (subject: subject, weight: $0, index: index) }
        }
        return found.sorted { ($1.weight, $0.index) < ($0.weight, $1.index) }
            .map { Finding(name: $0.subject.name, summary: $0.subject.summary) }
    }
}

extension HelpBlock {
    /// All texts in the block.
    package var texts: [String] {
        switch self {
        case .heading(let text), .paragraph(let text), .usage(let text): [text]
        case .lines(let lines): lines
        case .definitions(let definitions): definitions.flatMap { [$0.term, $0.meaning] }
        }
    }
}
