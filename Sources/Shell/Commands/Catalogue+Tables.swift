package import CommandLanguage

/// The tables of commands that parser, help and completion read.
extension Catalogue {
    /// That of all commands.
    package static let table = table(of: types)

    /// For SQL, which needs nothing of the others.
    private static let tableOfSQL = table(of: [SQLCommand.self, HelpCommand.self])

    private static func table(of types: [any Command.Type]) -> CommandTable {
        CommandTable(
            types.map { $0.syntax }, universalOptions: CommonOptions.all.map(\.syntax),
            bareSQL: (SQLBeginnings.all, "sql"), helpCommand: "help", foreignCommands: OtherClients.commands)
    }

    /// The table that a source is read with. To make that of all commands takes a good part of what one short statement does.
    package static func table(for source: SourceText) -> CommandTable { isOneStatement(source) ? tableOfSQL : table }

    /// Whether a source is no file and one statement of SQL on one line, by what it begins with.
    private static func isOneStatement(_ source: SourceText) -> Bool {
        guard !source.isFile, let blank = source.bytes.firstIndex(of: UInt8(ascii: " ")) else { return false }
        let word = String(decoding: source.bytes[..<blank], as: UTF8.self)
        guard word == "sql" || ["select", "insert", "update", "delete", "with", "show"].contains(word.lowercased())
        else { return false }
        return source.bytes.dropLast().allSatisfy { $0 >= UInt8(ascii: " ") && $0 != UInt8(ascii: ";") }
    }
}
