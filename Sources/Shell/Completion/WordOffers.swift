import CommandLanguage

/// The words that make sense at a place of a command.
struct WordOffers {
    struct Offer {
        var text: String
        /// What the list of candidates shows.
        var label: String
        /// What it stands for, one line; empty where there is nothing to say.
        var summary = ""
        /// Whether it is a word of the language, which is never quoted.
        var isSyntax = false
        /// Whether the word ends with it.
        var isWhole = true
        var isFile = false
    }

    private(set) var words: [Offer] = []
    /// Whether the word is a list of names with commas.
    private(set) var isList = false
    /// Whether the name of a file may stand here.
    private(set) var takesFile = false
    private let table: CommandTable
    private let names: CompletionNames
    private let given: [String]
    private let word: PartialWord

    init(_ table: CommandTable, names: CompletionNames, place: CursorPlace, word: PartialWord) {
        self.table = table
        self.names = names
        self.word = word
        given = place.given
        for expected in place.expected { offer(expected) }
        // Options and their values stand in the order of the help, and so do the commands of one group.
        let (hasWords, hasOthers) = (
            place.expected.contains { if case .word = $0 { true } else { false } },
            place.expected.contains { if case .word = $0 { false } else { true } }
        )
        if hasWords, hasOthers { words.sort { $0.text < $1.text } }
    }

    private mutating func offer(_ expected: Expected) {
        switch expected {
        case .word(let text, let summary): syntax([text], summary)
        case .option(let option): syntax([option.name], option.summary)
        case .value(let option): offer(option.kind, option.offering)
        case .operand(let operand): offer(operand)
        case .sql: sql()
        }
    }

    private mutating func syntax(_ words: some Sequence<String>, _ summary: String = "") {
        self.words += words.map { Offer(text: $0, label: $0, summary: summary, isSyntax: true) }
    }

    private mutating func data(_ words: [String]) {
        self.words += words.filter { !given.contains($0) }.map { Offer(text: $0, label: $0) }
    }

    /// The words that begin a statement of SQL. They are offered only to who has begun to write one.
    private mutating func sql() {
        let typed = word.text
        guard !typed.isEmpty, !words.contains(where: { $0.text.hasPrefix(typed) }) else { return }
        let isUpper = typed == typed.uppercased()
        syntax((table.bareSQL?.words ?? []).sorted().map { isUpper ? $0 : $0.lowercased() })
    }

    private mutating func offer(_ operand: OperandSyntax) {
        if operand.kind == .command { return commands() }
        data(operand.keywords)
        offer(operand.kind, operand.offering)
        isList = false
        words.sort { $0.text < $1.text }
    }

    /// What there is help for.
    private mutating func commands() {
        let group = given.joined(separator: " ")
        for word in table.words(after: group) {
            let name = group.isEmpty ? word : group + " " + word
            let further = table.words(after: name).joined(separator: ", ")
            syntax([word], table.command(named: name)?.summary ?? further)
        }
        guard given.isEmpty else { return }
        for statement in ControlSyntax.all { syntax(statement.words.prefix(1), statement.summary) }
        for topic in HelpTopic.all(table) { syntax([topic.name], topic.summary) }
    }

    private mutating func offer(_ kind: ValueKind, _ offering: Offering?) {
        isList = kind == .nodes || kind == .variables
        if let offering {
            offer(offering)
        } else if kind == .file {
            files()
        } else if case .choice(let choices) = kind {
            // A value that an earlier word has by chance is no reason to leave it out.
            words += choices.map { Offer(text: $0, label: $0) }
        } else {
            data(names.names(kind))
        }
    }

    private mutating func offer(_ offering: Offering) {
        switch offering {
        case .jobs, .pausedJobs, .scheduledJobs:
            // A number alone tells nobody which job it is.
            let labels = Dictionary(
                names.jobs.map { (String($0.id), "\($0.id) \($0.name)") }, uniquingKeysWith: { first, _ in first })
            words += names.names(offering).map { Offer(text: $0, label: labels[$0] ?? $0) }
        default: data(names.names(offering))
        }
    }

    private mutating func files() {
        takesFile = true
        words += FileNames.beginning(word.text).map { path in
            let shown = path.hasSuffix("/") ? path.dropLast() : path[...]
            let last = shown.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
            return Offer(text: path, label: String(last), isWhole: !path.hasSuffix("/"), isFile: true)
        }
    }
}
