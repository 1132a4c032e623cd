/// All commands, and what is said of all of them.
package final class CommandTable: Sendable {
    /// Options that every command takes.
    package let universalOptions: [OptionSyntax]
    /// What begins a statement of SQL, of `SQLBeginnings`, and the command that runs it.
    package let bareSQL: (words: Set<String>, command: CommandSyntax)?
    /// What is said of the commands of other clients.
    package let foreignCommands: ForeignCommands?
    /// The option that every command takes where there is a command that shows a page of help.
    let helpOption: OptionSyntax?
    private let helpCommand: String?
    private let names: @Sendable () -> CommandNames
    private let universalKeys: ByteKeys
    private let bareSQLKeys: SQLBeginningKeys

    /// - Parameters:
    ///   - names: asked for where the name of a command is read: statements of SQL need none, and to make the syntax of all
    ///     commands takes a sixth of what tscl does for one statement.
    ///   - helpCommand: the command that runs in place of one that `--help` is given to; its operand is the name of that one.
    package init(
        names: @escaping @Sendable () -> CommandNames, universalOptions: [OptionSyntax] = [],
        bareSQL: (words: Set<String>, command: CommandSyntax)? = nil, helpCommand: String? = nil,
        foreignCommands: ForeignCommands? = nil
    ) {
        self.names = names
        self.universalOptions = universalOptions
        self.bareSQL = bareSQL
        self.foreignCommands = foreignCommands
        self.helpCommand = helpCommand
        helpOption = helpCommand.map { _ in OptionSyntax("--help", "Show the command's page") }
        universalKeys = ByteKeys(universalOptions.map(\.name))
        bareSQLKeys = SQLBeginningKeys(bareSQL?.words ?? [])
    }

    /// - Parameter bareSQL: the command by its name.
    package convenience init(
        _ commands: [CommandSyntax], universalOptions: [OptionSyntax] = [],
        bareSQL: (words: Set<String>, command: String)? = nil, helpCommand: String? = nil
    ) {
        let names = CommandNames(commands)
        self.init(
            names: { names }, universalOptions: universalOptions,
            bareSQL: bareSQL.flatMap { words, name in names.command(named: name).map { (words, $0) } },
            helpCommand: helpCommand)
    }

    package var commands: [CommandSyntax] { names().commands }

    var help: CommandSyntax? { helpCommand.flatMap { command(named: $0) } }

    package func command(named name: String) -> CommandSyntax? { names().command(named: name) }

    /// The words that may come behind a beginning such as `node`.
    package func words(after prefix: String) -> [String] { names().words(after: prefix) ?? [] }

    package func isGroup(_ prefix: String) -> Bool { names().words(after: prefix) != nil }

    package func option(named name: String, of command: CommandSyntax) -> OptionSyntax? {
        command.options.first { $0.name == name } ?? universalOptions.first { $0.name == name }
    }

    // MARK: By the bytes of a source

    /// Where one is when these bytes are the next word behind a beginning; nil when no command goes on so.
    func place(behind place: CommandTree.Place, at span: Span, in bytes: [UInt8]) -> CommandTree.Place? {
        names().tree.place(behind: place, at: span, in: bytes)
    }

    /// The command or the statement that controls others whose words were read; nil where they are none's.
    func syntax(at place: CommandTree.Place) -> CommandSyntax? { names().tree.syntax(at: place) }

    /// The statement that controls others whose words begin so.
    func control(at place: CommandTree.Place) -> CommandSyntax? { names().tree.control(at: place) }

    func name(at place: CommandTree.Place) -> String { names().tree.name(at: place) }

    /// The words that may come behind a place.
    func words(behind place: CommandTree.Place) -> [String] { names().tree.words(behind: place).map(\.word) }

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
        let words = names().tree.words(behind: place).filter { !areArguments || $0.control?.hasBlock != true }
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
