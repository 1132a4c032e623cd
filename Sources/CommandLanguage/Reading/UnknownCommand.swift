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
        } else if group.isEmpty, let meant = inAnotherOrder(word, in: source) {
            help = "did you mean \(meant)?"
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

    /// The word that was probably meant; where nothing came before it, a statement of SQL may have been.
    private func nearest(to word: String?, among choices: [String]) -> String? {
        guard let word else { return nil }
        // Of a letter or two there is always a word of SQL that differs in one.
        let statements = place == 0 && word.utf8.count > 2 ? SQLBeginnings.all.sorted() : []
        return Suggestion.nearest(to: word, among: choices + statements)
    }

    /// The command of which the words come in another order, or whose group is left out or in the plural: `nodes`,
    /// `list nodes`, `ping dn1`.
    private func inAnotherOrder(_ word: Word, in source: SourceText) -> String? {
        guard let first = word.constantText(in: source)?.lowercased() else { return nil }
        let next = line(from: word, in: source).split(whereSeparator: \.isWhitespace).dropFirst().first?.lowercased()
        let groups = table.words(behind: 0).filter(table.isGroup)
        func group(_ text: String?) -> String? { groups.first { $0 == text || $0 + "s" == text } }
        func isVerb(_ text: String?, of group: String) -> Bool { table.words(after: group).contains { $0 == text } }
        if let group = group(first) {
            let verb = isVerb(next, of: group) ? next : "list"
            return isVerb(verb, of: group) ? verb.map { "\(group) \($0)" } : nil
        }
        let known = groups.filter { isVerb(first, of: $0) }
        if let named = group(next), known.contains(named) { return "\(named) \(first)" }
        return (1...3).contains(known.count) ? known.map { "\($0) \(first)" }.joined(separator: " or ") : nil
    }
}
