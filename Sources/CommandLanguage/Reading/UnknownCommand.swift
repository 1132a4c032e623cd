/// The error for words that name no command.
struct UnknownCommand {
    /// Where the words lead that do begin a command, 0 when not even the first does.
    let place: CommandTree.Place
    let groupSpan: Span
    /// The word that is none of those that may come next; nil when nothing came.
    let word: Word?
    let table: CommandTable

    func diagnostic(in source: SourceText) -> Diagnostic {
        let group = table.name(at: place)
        let choices = table.words(behind: place)
        let control = table.control(at: place)
        guard let word else {
            let needed = choices.joined(separator: ", ")
            return Diagnostic(
                control == nil ? "\(group) needs one of: \(needed)" : "\(group) needs \(needed)", at: groupSpan,
                in: source, help: control.map { "usage: \($0.usage)" })
        }
        let prefix = group.isEmpty ? "" : group + " "
        let help: String
        if let control {
            help = "usage: \(control.usage)"
        } else if group.isEmpty, let answer = table.foreignCommands?.answer(to: line(from: word, in: source)) {
            help = answer
        } else if let nearest = nearest(to: word.constantText(in: source), among: choices) {
            help = "did you mean \(prefix)\(nearest)?"
        } else if group.isEmpty {
            help = "'help' lists the commands"
        } else {
            help = "\(group) knows: \(choices.joined(separator: ", "))"
        }
        return Diagnostic(
            "unknown command \(prefix)\(source.citation(of: word))", at: word.span, in: source, help: help)
    }

    /// The rest of the line that a word begins.
    private func line(from word: Word, in source: SourceText) -> String {
        let bytes = source.bytes[word.span.start...]
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: ";") }, as: UTF8.self)
    }

    /// The word that was probably meant.
    private func nearest(to word: String?, among choices: [String]) -> String? {
        word.flatMap { Suggestion.nearest(to: $0, among: choices) }
    }
}
