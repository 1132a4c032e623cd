import CommandLanguage

extension HelpTopic {
    static let optionsName = "options"

    static func options(_ table: CommandTable) -> HelpTopic {
        HelpTopic(
            optionsName, "The options of every command, and those of tscl itself",
            [
                .paragraph("Every command takes these, for that command alone:"),
                .definitions(
                    table.universalOptions.map { HelpDefinition($0.usage, $0.summary) } + [
                        HelpDefinition("--help", "Show the command's page; it does not run")
                    ]),
                .paragraph("tscl takes these before the first word, for all that it runs:"),
                .definitions(TsclOptions.all.all.map { HelpDefinition($0.usage, $0.syntax.summary) }),
            ])
    }
}
