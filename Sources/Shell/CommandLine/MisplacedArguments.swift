package import CommandLanguage

/// Arguments that stand where tscl does not take them: its own options behind a command, and a database's name alone.
package struct MisplacedArguments {
    private let words: [String]
    private let table: CommandTable
    private let isFile: (String) -> Bool

    /// - Parameters:
    ///   - words: what stands behind tscl's own options, which is no command.
    ///   - isFile: whether a word is the path of a file.
    package init(_ words: [String], table: CommandTable, isFile: @escaping (String) -> Bool = { _ in false }) {
        self.words = words
        self.table = table
        self.isFile = isFile
    }

    /// The command line that was meant, behind what is given already; nil where none can be told.
    package var remedy: String? {
        if let moved { return shown(moved) }
        if let script { return shown(script) }
        guard words.count == 1, let name = words.first, isNoCommand(name), !Secrets.areIn(line: name) else {
            return nil
        }
        return shown(["-d", name])
    }

    /// The errors, with what was meant as their help.
    package func advising(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
        guard diagnostics.count == 1, let first = diagnostics.first, let remedy else { return diagnostics }
        if moved != nil {
            return [first.replacing(first.message, help: "tscl's own options stand before the command: \(remedy)")]
        }
        if script != nil { return [first.replacing(first.message, help: "a file is run so: \(remedy)")] }
        return [first.replacing(first.message, help: "'help' lists the commands; a database is named so: \(remedy)")]
    }

    /// The words as a script and its arguments, where the first is one.
    private var script: [String]? {
        guard let name = words.first, isNoCommand(name), isFile(name) else { return nil }
        return ["./\(name)"] + words.dropFirst()
    }

    private func shown(_ words: [String]) -> String {
        (["tscl"] + words.map { Secrets.areIn(conninfo: $0) ? "…" : ShellWord.quoted($0) }).joined(separator: " ")
    }

    /// Whether a word is not even the misspelt name of a command, nor another client's, nor a statement of SQL.
    private func isNoCommand(_ word: String) -> Bool {
        guard case .failure(let diagnostics) = ArgumentWords([word]).parse(table: table) else { return false }
        return diagnostics.first?.help?.hasPrefix("'help'") == true && !word.hasPrefix("-")
            && word.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: ";") }
    }

    /// The words with the options of tscl before the command, where that makes it a command.
    private var moved: [String]? {
        var (options, command): ([String], [String]) = ([], [])
        var rest = words[...]
        while let word = rest.first {
            guard !command.isEmpty, word.hasPrefix("-"), word != "-", word != "--",
                let reading = try? TsclOptions.all.read(Array(rest))
            else {
                command.append(word)
                rest.removeFirst()
                continue
            }
            let sources = [TsclOptions.command.syntax, TsclOptions.file.syntax]
            guard !reading.given.isEmpty,
                !reading.given.contains(where: { given in sources.contains { $0 === given.option } })
            else { return nil }
            options += rest.dropLast(reading.rest.count)
            rest = rest.suffix(reading.rest.count)
        }
        guard !options.isEmpty, case .statement = ArgumentWords(command).parse(table: table) else { return nil }
        return options + command
    }
}
