import CommandLanguage

extension Failure {
    /// The failure without advice that its command can't take. What a server's error means is known, but not which
    /// command ran into it: an option is advised only where the command has it, or where the command that does is named.
    func advising(_ command: CommandSyntax, in table: CommandTable) -> Failure {
        guard sqlstate != nil, let remedy else { return self }
        var failure = self
        let clauses = Self.clauses(of: remedy).filter { Self.fits($0, command, table) }
        failure.remedy = clauses.isEmpty ? nil : clauses.joined(separator: "; ")
        return failure
    }

    /// The parts between semicolons that are in no quotes.
    private static func clauses(of text: String) -> [String] {
        var clauses = [""]
        var isQuoted = false
        var last: Character = " "
        for character in text {
            // An apostrophe within a word is no quote.
            if character == "'" { isQuoted = isQuoted ? false : !last.isLetter }
            if character == ";", !isQuoted { clauses.append("") } else { clauses[clauses.count - 1].append(character) }
            last = character
        }
        return clauses.enumerated().map { $0 == 0 ? $1 : String($1.drop { $0 == " " }) }
    }

    private static func fits(_ clause: String, _ command: CommandSyntax, _ table: CommandTable) -> Bool {
        let words = clause.split { !($0.isLetter || $0 == "-") }
        let named = table.commands.filter { $0.name == command.name || clause.contains($0.name) }
        return words.filter { $0.hasPrefix("--") }.allSatisfy { option in
            named.contains { table.option(named: String(option), of: $0) != nil }
        }
    }
}
