package import CommandLanguage

/// The commands of one group, the control statements among them.
package struct CommandList: Sendable {
    package let title: String
    package let commands: [CommandSyntax]

    /// All commands.
    package static func all(_ table: CommandTable) -> [CommandList] {
        CommandGroup.allCases.map { group in
            let commands = table.commands + ControlSyntax.all
            return CommandList(title: group.title, commands: commands.filter { $0.group == group })
        }
    }
}
