/// All commands, found by the words they begin with.
package final class CommandTable: Sendable {
    package let commands: [CommandSyntax]
    /// Options that every command takes.
    package let universalOptions: [OptionSyntax]
    /// What begins a statement of SQL, of `SQLBeginnings`, and the command that runs it.
    package let bareSQL: (words: Set<String>, command: String)?
    /// What is said of the commands of other clients.
    package let foreignCommands: ForeignCommands?
    /// The command that runs in place of one that `--help` is given to; its operand is the name of that one.
    let help: CommandSyntax?
    /// The option that every command takes where there is such a command.
    let helpOption: OptionSyntax?
    private let byName: [String: Int]
    /// The words that may follow a beginning: "" → node, role…; "node" → add, list….
    private let continuations: [String: [String]]
    private let tree: CommandTree
    private let universalKeys: ByteKeys
    private let bareSQLKeys: SQLBeginningKeys

    package init(
        _ commands: [CommandSyntax], universalOptions: [OptionSyntax] = [],
        bareSQL: (words: Set<String>, command: String)? = nil, helpCommand: String? = nil,
        foreignCommands: ForeignCommands? = nil
    ) {
        self.commands = commands
        self.universalOptions = universalOptions
        self.bareSQL = bareSQL
        self.foreignCommands = foreignCommands
        help = commands.first { $0.name == helpCommand }
        helpOption = help.map { _ in OptionSyntax("--help", "Show the command's page") }
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
        tree = CommandTree(commands, control: ControlSyntax.all)
        universalKeys = ByteKeys(universalOptions.map(\.name))
        bareSQLKeys = SQLBeginningKeys(bareSQL?.words ?? [])
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

    // MARK: By the bytes of a source

    /// Where one is when these bytes are the next word behind a beginning; nil when no command goes on so.
    func place(behind place: CommandTree.Place, at span: Span, in bytes: [UInt8]) -> CommandTree.Place? {
        tree.place(behind: place, at: span, in: bytes)
    }

    /// The command or the statement that controls others whose words were read; nil where they are none's.
    func syntax(at place: CommandTree.Place) -> CommandSyntax? { tree.syntax(at: place) }

    /// The statement that controls others whose words begin so.
    func control(at place: CommandTree.Place) -> CommandSyntax? { tree.control(at: place) }

    func name(at place: CommandTree.Place) -> String { tree.name(at: place) }

    /// The words that may come behind a place.
    func words(behind place: CommandTree.Place) -> [String] { tree.words(behind: place).map(\.word) }

    /// What may come behind the beginning of a name: more of its words, and behind nothing a statement of SQL.
    ///
    /// - Parameters:
    ///   - word: what is written there so far.
    ///   - areArguments: whether the words come from a command line, where no block can stand.
    func expected(_ word: PartialWord, behind place: CommandTree.Place, areArguments: Bool) -> [Expected] {
        if word.belongsToOption {
            // A command's own options are its binder's to tell.
            let isName = place == 0 || syntax(at: place) != nil
            return isName || word.option != nil ? [] : helpOption.map { [.option($0)] } ?? []
        }
        let words = tree.words(behind: place).filter { !areArguments || $0.control?.hasBlock != true }
        return words.map { .word($0.word, summary: $0.summary) } + (place == 0 && bareSQL != nil ? [.sql] : [])
    }

    /// The number of an option among a command's and those that every command takes; nil when it has none of that name.
    func optionNumber(at span: Span, in bytes: [UInt8], of command: CommandSyntax) -> Int? {
        if let index = command.optionKeys.index(of: span, in: bytes) { return index }
        return universalKeys.index(of: span, in: bytes).map { command.options.count + $0 }
    }

    /// - Parameter identity: of an option's syntax.
    func option(_ identity: ObjectIdentifier, of command: CommandSyntax) -> OptionSyntax? {
        command.options.first { ObjectIdentifier($0) == identity }
            ?? universalOptions.first { ObjectIdentifier($0) == identity }
    }

    /// - Parameter number: from `optionNumber`.
    func option(_ number: Int, of command: CommandSyntax) -> OptionSyntax {
        let own = command.options.count
        return number < own ? command.options[number] : universalOptions[number - own]
    }

    /// The length of what begins a statement of SQL here, in any case of letters; nil when there is none.
    func bareSQLLength(at start: Int, end: Int, in bytes: [UInt8]) -> Int? {
        bareSQLKeys.length(at: start, end: end, in: bytes)
    }
}
