/// All commands, found by the words they begin with.
package struct CommandTable: Sendable {
    package let commands: [CommandSyntax]
    /// Options that every command takes.
    package let universalOptions: [OptionSyntax]
    /// The first words that begin a statement of SQL, and the command that runs it.
    package let bareSQL: (words: Set<String>, command: String)?
    private let byName: [String: Int]
    /// The words that may follow a beginning: "" → node, role…; "node" → add, list….
    private let continuations: [String: [String]]

    package init(
        _ commands: [CommandSyntax], universalOptions: [OptionSyntax] = [],
        bareSQL: (words: Set<String>, command: String)? = nil
    ) {
        self.commands = commands
        self.universalOptions = universalOptions
        self.bareSQL = bareSQL
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
    }

    package func command(named name: String) -> CommandSyntax? {
        byName[name].map { commands[$0] }
    }

    /// The words that may come behind a beginning such as `node`.
    package func words(after prefix: String) -> [String] { continuations[prefix] ?? [] }

    package func isGroup(_ prefix: String) -> Bool { continuations[prefix] != nil }

    package func option(named name: String, of command: CommandSyntax) -> OptionSyntax? {
        command.options.first { $0.name == name } ?? universalOptions.first { $0.name == name }
    }

    /// No word that begins a statement of SQL is longer; longer words are not looked up.
    static let longestBareSQL = 16

    func isBareSQL(_ word: String) -> Bool {
        guard let bareSQL, word.utf8.count <= Self.longestBareSQL else { return false }
        return bareSQL.words.contains(word.uppercased())
    }
}
