package import CommandLanguage

/// The manual page tscl(1), made entirely from the tables.
package enum ManualPage {
    package static func text(_ table: CommandTable) -> String {
        var parts = [
            ".TH TSCL 1 \(Version.date) \"tscl \(Version.text)\" \"TimescaleDB multi\\-node\"",
            // Left-aligned and without hyphenation, because commands that are broken or stretched would be wrong.
            ".ad l", ".nh", ".SH NAME", "tscl \\- the shell for TimescaleDB multi\\-node clusters",
            ".SH SYNOPSIS",
            Usage.ways.map { ".B " + RoffText.escaped($0.term) }.joined(separator: "\n.br\n"),
            ".SH DESCRIPTION", RoffText.text([.definitions(Usage.ways), .paragraph(description)]),
            ".SH OPTIONS",
            RoffText.text(TsclOptions.all.all.map { .definitions([HelpDefinition($0.term, $0.syntax.summary)]) }),
            ".SH COMMANDS", RoffText.text([.paragraph(common(table))]),
        ]
        for group in CommandList.all(table) {
            parts.append(".SS " + RoffText.escaped(group.title))
            for command in group.commands {
                let page = CommandPage(command)
                parts += [
                    ".PP\n.B " + RoffText.escaped(command.name), ".RS 4",
                    RoffText.text([.usage(command.usage), .paragraph(command.summary + ".")] + page.explanation), ".RE",
                ]
            }
        }
        for topic in HelpTopic.all(table) where topic.name != HelpTopic.optionsName {
            parts += [".SH " + RoffText.escaped(topic.title.uppercased()), RoffText.text(topic.blocks)]
        }
        parts += [".SH SEE ALSO", ".BR psql (1)"]
        // A section starts a paragraph by itself, so a .PP after it is dropped.
        var lines: [Substring] = []
        for line in parts.joined(separator: "\n").split(separator: "\n", omittingEmptySubsequences: false) {
            if line == ".PP", let last = lines.last, last.hasPrefix(".SH") || last.hasPrefix(".SS") { continue }
            lines.append(line)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static let description = """
        tscl manages a TimescaleDB multi-node cluster through its access node: data nodes, roles, distributed \
        hypertables, jobs, and distributed transactions that were left in doubt. It works with TimescaleDB 2.0 to 2.13 \
        on PostgreSQL 11 to 15, the versions that have multi-node.
        """

    private static func common(_ table: CommandTable) -> String {
        "Every command takes \(table.universalOptions.map(\.usage).joined(separator: ", ")), as tscl itself does but "
            + "for that command alone, and --help, which shows its page."
    }
}
