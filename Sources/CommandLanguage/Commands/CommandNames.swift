/// Commands, found by the words that they begin with.
package final class CommandNames: Sendable {
    let commands: [CommandSyntax]
    let tree: CommandTree
    private let byName: [String: Int]
    /// The words that may follow a beginning: "" → node, role…; "node" → add, list….
    private let continuations: [String: [String]]

    package init(_ commands: [CommandSyntax]) {
        self.commands = commands
        var byName: [String: Int] = [:]
        var continuations: [String: [String]] = [:]
        for (index, command) in commands.enumerated() {
            byName[command.name] = index
            var prefix = ""
            for word in command.words {
                if continuations[prefix]?.contains(word) != true { continuations[prefix, default: []].append(word) }
                prefix = prefix.isEmpty ? word : prefix + " " + word
            }
        }
        self.byName = byName
        self.continuations = continuations
        tree = CommandTree(commands, control: ControlSyntax.all)
    }

    func command(named name: String) -> CommandSyntax? { byName[name].map { commands[$0] } }

    /// The words that may come behind a beginning; nil where it begins no command.
    func words(after prefix: String) -> [String]? { continuations[prefix] }
}
