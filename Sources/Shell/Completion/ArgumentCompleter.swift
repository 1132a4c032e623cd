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
        Array(words.prefix(TsclOptions.all.place(in: words).length))
    }

    /// - Parameter words: what stands behind `tscl`, the last of them being written and maybe empty.
    package func answer(_ words: [String]) -> Answer {
        guard let current = words.last else { return Answer() }
        let outer = TsclOptions.all.place(in: words)
        if let cursor = outer.cursor { return answer(at: cursor) }
        let sources = [TsclOptions.command.syntax, TsclOptions.file.syntax]
        // These are all that runs.
        if outer.given.contains(where: { given in sources.contains { $0 === given } }) { return Answer() }
        let inner = Array(words.dropFirst(outer.length))
        if inner.count == 1 {
            var answer = command(inner)
            answer.takesFile = !current.hasPrefix("-")
            return answer
        }
        // What follows a script is the script's.
        if inner[0] == "-" || inner[0].hasSuffix(".tscl") || inner[0].contains("/") { return Answer(takesFile: true) }
        return command(inner)
    }

    /// What may stand at the place of one of tscl's own options, or of its value.
    private func answer(at cursor: CursorPlace) -> Answer {
        guard case .word(let word) = cursor.subject else { return Answer() }
        var answer = Answer()
        for expected in cursor.expected {
            switch expected {
            case .option(let option): answer.candidates.append(Candidate(text: option.name, summary: option.summary))
            case .value(let option):
                answer.takesFile = option.kind == .file
                guard case .choice(let choices) = option.kind else { continue }
                let prefix = word.option.map { $0 + "=" } ?? ""
                answer.candidates += choices.filter { $0.hasPrefix(word.text) }
                    .map { Candidate(text: prefix + $0, summary: "") }
            case .word, .operand, .sql: break
            }
        }
        if word.option == nil { answer.candidates.removeAll { !$0.text.hasPrefix(word.text) } }
        return answer
    }

    /// What may stand at the end of a command given as words. The shell itself knows the names of files better.
    private func command(_ words: [String]) -> Answer {
        let (offers, takesFile) = Completer(table, names: names).offers(words)
        let candidates = offers.filter { !$0.isFile }.map { Candidate(text: $0.text, summary: $0.summary) }
        return Answer(candidates: candidates, takesFile: takesFile)
    }
}
