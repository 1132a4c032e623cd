/// The error for words that name no command.
struct UnknownCommand {
    /// The words that do begin a command, empty when not even the first does.
    let group: String
    let groupSpan: Span
    /// The word that is none of those that may come next; nil when nothing came.
    let word: Word?
    let table: CommandTable

    func diagnostic(in source: SourceText) -> Diagnostic {
        let choices = table.words(after: group) + (group.isEmpty ? ControlSyntax.firstWords : [])
        guard let word else {
            return Diagnostic("\(group) needs one of: \(choices.joined(separator: ", "))", at: groupSpan, in: source)
        }
        let prefix = group.isEmpty ? "" : group + " "
        let help: String
        if let nearest = word.constantText(in: source).flatMap({ Suggestion.nearest(to: $0, among: choices) }) {
            help = "did you mean \(prefix)\(nearest)?"
        } else if group.isEmpty {
            help = "'help' lists the commands; SQL begins with 'sql'"
        } else {
            help = "\(group) knows: \(choices.joined(separator: ", "))"
        }
        return Diagnostic(
            "unknown command \(prefix)\(source.citation(of: word))", at: word.span, in: source, help: help)
    }
}
