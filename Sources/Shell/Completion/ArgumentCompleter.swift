package import CommandLanguage
import LineEditing

/// What may come next on tscl's own command line: one completer for the completions of all shells.
package struct ArgumentCompleter {
    package struct Answer: Sendable, Equatable {
        package var candidates: [Candidate] = []
        /// Whether the name of a file may stand here.
        package var takesFile = false

        /// A line that says what kinds of things may come next, then one for each candidate; its summary is behind a tab.
        package var text: String {
            // A name that would end its line early is none that a shell could be given this way.
            let lines = candidates.filter { !$0.text.contains(where: { $0.isNewline || $0 == "\t" }) }
                .map { $0.summary.isEmpty ? $0.text : "\($0.text)\t\($0.summary)" }
            return ([takesFile ? "words files" : "words"] + lines).joined(separator: "\n")
        }
    }

    package struct Candidate: Sendable, Equatable {
        /// In place of the whole word that is being written.
        package let text: String
        package let summary: String
    }

    /// The first word that asks for this instead of a run.
    package static let request = "__complete"

    private let table: CommandTable
    private let names: CompletionNames

    package init(_ table: CommandTable, names: CompletionNames) {
        self.table = table
        self.names = names
    }

    /// The options of tscl that stand before the first word, without the word that is being written.
    package static func outerArguments(of words: [String]) -> [String] {
        Array(words.dropLast().prefix(outerLength(of: words)))
    }

    /// How many words tscl's own options take, the one being written among them where it is the value of the last.
    private static func outerLength(of words: [String]) -> Int {
        var index = 0
        while index < words.count - 1, words[index].hasPrefix("-"), words[index] != "-" {
            index += openOption(words[index]) == nil ? 1 : 2
        }
        return index
    }

    /// - Parameter words: what stands behind `tscl`, the last of them being written and maybe empty.
    package func answer(_ words: [String]) -> Answer {
        guard let current = words.last else { return Answer() }
        let outer = Self.outerArguments(of: words)
        if Self.outerLength(of: words) == words.count {
            return value(of: outer.last.flatMap(Self.openOption), beginning: current)
        }
        let inner = Array(words.dropFirst(outer.count))
        if inner.count == 1, current.hasPrefix("-") { return outerOptions(current, given: outer) }
        let takesScript = !outer.contains { ["-c", "-f", "--command", "--file"].contains($0) }
        guard takesScript else { return Answer() }
        if inner.count == 1 {
            var answer = commands(inner)
            answer.takesFile = true
            return answer
        }
        // What follows a script is the script's.
        if inner[0] == "-" || inner[0].hasSuffix(".tscl") || inner[0].contains("/") { return Answer(takesFile: true) }
        return commands(inner)
    }

    /// The option that takes the next word as its value.
    private static func openOption(_ argument: String) -> OptionSyntax? {
        guard argument.hasPrefix("-"), !argument.contains("=") else { return nil }
        let option = OuterOption.all.first { option in
            // A letter with its value attached, as in -han1, takes no further word.
            argument.hasPrefix("--")
                ? option.syntax.name == argument
                : argument.last == option.short && isFlags(argument.dropFirst().dropLast())
        }
        return option?.syntax.value == nil ? nil : option?.syntax
    }

    private static func isFlags(_ letters: Substring) -> Bool {
        letters.allSatisfy { letter in OuterOption.all.contains { $0.short == letter && $0.syntax.value == nil } }
    }

    private func value(of option: OptionSyntax?, beginning current: String) -> Answer {
        switch option?.kind {
        case .choice(let choices):
            Answer(candidates: choices.filter { $0.hasPrefix(current) }.map { Candidate(text: $0, summary: "") })
        case .file: Answer(takesFile: true)
        default: Answer()
        }
    }

    private func outerOptions(_ current: String, given: [String]) -> Answer {
        if let equals = current.firstIndex(of: "=") {
            let option = OuterOption.all.first { $0.syntax.name == current[..<equals] }?.syntax
            var answer = value(of: option, beginning: String(current[current.index(after: equals)...]))
            answer.candidates = answer.candidates.map {
                Candidate(text: current[...equals] + $0.text, summary: $0.summary)
            }
            return answer
        }
        let options = OuterOption.all.filter { option in
            let name = option.syntax.name
            let repeats = ["--command", "--file", "--variable"].contains(name)
            return name.hasPrefix(current) && (repeats || !given.contains(name))
        }
        return Answer(candidates: options.map { Candidate(text: $0.syntax.name, summary: $0.syntax.summary) })
    }

    // MARK: A command as words

    private func commands(_ words: [String]) -> Answer {
        let current = words.last ?? ""
        let before = words.dropLast()
        let line = words.map(Self.written).joined(separator: " ")
        let command = command(before)
        let statements = controlWords(behind: before).filter { $0.text.hasPrefix(current) }
        // Those with a block are no words of a command line, and the others have their summaries.
        let controls = Set(before.isEmpty ? ControlSyntax.firstWords : statements.map(\.text))
        var answer = Answer()
        answer.candidates = Completer(table, names: names).words(line).filter { !controls.contains($0) }.map { word in
            Candidate(text: word, summary: summary(of: word, behind: before, command))
        }
        answer.candidates += statements
        if let command {
            answer.takesFile = takesFile(before, command, current)
            // The shell knows files better.
            if answer.takesFile { answer.candidates.removeAll { !$0.text.hasPrefix("-") || $0.summary.isEmpty } }
        }
        return answer
    }

    /// A word as it stands in a line of commands.
    private static func written(_ word: String) -> String {
        let isPlain = word.hasPrefix("--") || word.contains(",") || word.isEmpty
        return isPlain ? word : Arguments.quoted(word)
    }

    private func command(_ words: ArraySlice<String>) -> CommandSyntax? {
        let names = words.indices.reversed().map { words[...$0].joined(separator: " ") }
        for name in names {
            if let command = table.command(named: name) ?? ControlSyntax.all.first(where: { $0.name == name }) {
                return command
            }
        }
        return nil
    }

    private func summary(of word: String, behind words: ArraySlice<String>, _ command: CommandSyntax?) -> String {
        if word == "--help" { return "Show the command's page" }
        if word.hasPrefix("-") { return command.flatMap { table.option(named: word, of: $0) }?.summary ?? "" }
        let name = (words + [word]).joined(separator: " ")
        let isInHelp = words.first == "help"
        let named = isInHelp ? String(name.dropFirst("help ".count)) : name
        if let command = table.command(named: named) { return command.summary }
        if isInHelp, let topic = HelpTopic.all(table).first(where: { $0.name == named }) { return topic.summary }
        return table.isGroup(named) ? table.words(after: named).joined(separator: ", ") : ""
    }

    /// The statements without a block, which are commands too.
    private func controlWords(behind words: ArraySlice<String>) -> [Candidate] {
        ControlSyntax.all.filter { statement in
            !statement.usage.contains("{") && statement.words.count > words.count
                && statement.words.starts(with: words)
        }.map { Candidate(text: $0.words[words.count], summary: $0.summary) }
    }

    private func takesFile(_ words: ArraySlice<String>, _ command: CommandSyntax, _ current: String) -> Bool {
        let written = current.firstIndex(of: "=").map { String(current[..<$0]) } ?? words.last ?? ""
        if let option = table.option(named: written, of: command), option.value != nil {
            return option.kind == .file
        }
        return command.operands.first?.kind == .file && !current.hasPrefix("-")
    }
}
