package import CommandLanguage

/// The command reference of the repository, in Markdown.
package enum CommandReference {
    package static func text(_ table: CommandTable) -> String {
        var parts = [
            "# The commands of tscl",
            """
            Made from the table of commands (`Catalogue`, `ControlSyntax`), which `help`, `man tscl` and the completions
            come from too; a test keeps it so.
            """,
        ]
        parts += CommandList.all(table).map { group in
            "- \(group.title): "
                + group.commands.map { "[\($0.name)](#\($0.name.replacing(" ", with: "-")))" }.joined(separator: ", ")
        }.joined(separator: "\n").split(separator: "\n\n").map(String.init)
        parts.append("Every command also takes " + universalOptions(table) + ".")
        for group in CommandList.all(table) {
            for command in group.commands {
                parts += ["## \(command.name)", MarkdownText.text(CommandPage(command).blocks)]
            }
        }
        return parts.joined(separator: "\n\n") + "\n"
    }

    private static func universalOptions(_ table: CommandTable) -> String {
        table.universalOptions.map { "`\($0.usage)`" }.joined(separator: ", ") + " and `--help`"
    }
}
