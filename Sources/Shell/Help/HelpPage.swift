package import CommandLanguage

/// The help for a command, for all commands that begin with some words, or for a topic; without words, the list of all.
package struct HelpPage: Sendable {
    package let blocks: [HelpBlock]

    /// - Parameter columns: the terminal's; nil where there is none.
    package func text(columns: Int? = nil) -> String { TerminalText.text(blocks, columns: columns) }

    /// - Parameter name: the words of a command, separated by one space each, or a topic's name.
    package init?(_ name: String, in table: CommandTable) {
        if name.isEmpty {
            blocks = Self.overview(table)
            return
        }
        var blocks = HelpTopic.all(table).first { $0.name == name }.map(\.blocks) ?? []
        if let command = table.command(named: name) { blocks += CommandPage(command).blocks }
        let control = ControlSyntax.all.filter { $0.name == name || $0.words.first == name }
        blocks += control.flatMap { CommandPage($0).blocks }
        if table.isGroup(name) { blocks += [Self.list(table.commands.filter { $0.name.hasPrefix(name + " ") })] }
        guard !blocks.isEmpty else { return nil }
        self.blocks = blocks
    }

    /// All commands and topics, one per line.
    package static func overview(_ table: CommandTable) -> [HelpBlock] {
        var blocks: [HelpBlock] = []
        for group in CommandList.all(table) { blocks += [.heading(group.title), list(group.commands)] }
        blocks += [
            .heading("Topics ('help scripts')"),
            .definitions(HelpTopic.all(table).map { HelpDefinition($0.name, $0.summary) }),
            .paragraph(
                "A line that begins with SELECT, WITH, TABLE, SHOW, EXPLAIN or VALUES is SQL for the access node."),
            .paragraph(
                "'help node add' explains a command, 'apropos WORD' searches, Tab completes. Every command takes "
                    + table.universalOptions.map(\.usage).joined(separator: ", ") + " and --help."),
        ]
        return blocks
    }

    private static func list(_ commands: [CommandSyntax]) -> HelpBlock {
        .definitions(commands.map { HelpDefinition($0.name, $0.summary) })
    }

    /// The commands whose names begin with the most words of a name that has no page.
    ///
    /// - Returns: how many words that is, none if no command begins with the first; and the words that come next.
    package static func group(
        of words: [Substring], in table: CommandTable
    ) -> (depth: Int, next: [String]) {
        let names = table.commands.map { $0.name.split(separator: " ") }
        let depth = (0..<words.count).last { depth in names.contains { $0.starts(with: words.prefix(depth)) } } ?? 0
        let next = names.filter { $0.count > depth && $0.starts(with: words.prefix(depth)) }.map { String($0[depth]) }
        return (depth, next.reduce(into: []) { known, word in if !known.contains(word) { known.append(word) } })
    }

    /// The name that was probably meant instead of one that has no page.
    package static func nearest(to name: String, in table: CommandTable) -> String? {
        let names = (table.commands + ControlSyntax.all).map(\.name)
        // If two names are equally near, the first wins, so the more general names come first.
        let first = names.map { $0.split(separator: " ").first.map(String.init) ?? $0 }
        return Suggestion.nearest(to: name, among: first + HelpTopic.all(table).map(\.name) + names)
    }
}
