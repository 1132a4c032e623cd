package import CommandLanguage

/// Commands that belong together in a list.
package struct CommandGroup: Sendable {
    package let title: String
    package let commands: [CommandSyntax]

    /// What each title is over: the first words of its commands.
    private static let titles: [(title: String, words: [String])] = [
        ("Session", ["connect", "disconnect", "reconnect", "status", "check", "quit"]),
        ("SQL", ["sql", "exec", "query"]),
        ("Data nodes", ["node"]), ("Roles", ["role"]), ("Hypertables", ["hypertable"]),
        ("Healing", ["heal"]), ("Jobs", ["job"]), ("Recovery", ["restore-point"]),
        ("Control, in scripts and at the prompt", ControlSyntax.all.map { $0.words[0] }),
        (
            "Settings and variables",
            ["set", "unset", "echo", "format", "pager", "show-sql", "timing", "prompt", "history"]
        ),
        ("Sandbox, a cluster on this machine", ["sandbox"]),
        ("Help", ["help", "apropos", "completion", "version"]),
    ]

    /// All commands, the control statements among them; a command that no title is for is with the session's.
    package static let all: [CommandGroup] = {
        let titled = Set(titles.flatMap(\.words))
        let commands = Catalogue.table.commands + ControlSyntax.all
        return titles.compactMap { title, words in
            let own = commands.filter { command in
                let word = command.words[0]
                return words.contains(word) || title == "Session" && !titled.contains(word)
            }
            return own.isEmpty ? nil : CommandGroup(title: title, commands: own)
        }
    }()
}
