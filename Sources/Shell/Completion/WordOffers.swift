import CommandLanguage

/// The words that make sense at a place of a command.
struct WordOffers {
    struct Offer {
        var text: String
        /// What the list of candidates shows.
        var label: String
        /// Whether it is a word of the language, which is never quoted.
        var isSyntax = false
        /// Whether the word ends with it.
        var isWhole = true
        var isFile = false
    }

    private(set) var words: [Offer] = []
    /// Whether the word is a list of names with commas.
    private(set) var isList = false
    private let table: CommandTable
    private let names: CompletionNames
    private let before: [String?]
    private let word: PartialWord

    init(_ table: CommandTable, names: CompletionNames, place: CursorPlace, word: PartialWord) {
        self.table = table
        self.names = names
        self.word = word
        before = place.words
        if before.isEmpty {
            offerBeginnings(isBehindBlock: place.isBehindBlock)
        } else if !offerControl() {
            offerCommand()
        }
    }

    private mutating func syntax(_ words: some Sequence<String>) {
        self.words += words.map { Offer(text: $0, label: $0, isSyntax: true) }
    }

    private mutating func data(_ words: [String]) {
        self.words += words.filter { !before.contains($0) }.map { Offer(text: $0, label: $0) }
    }

    // MARK: The first word

    private mutating func offerBeginnings(isBehindBlock: Bool) {
        if isBehindBlock { return syntax(["else"]) }
        syntax(Set(table.firstWords).sorted())
        // SQL needs no command before it; its words are offered only to who has begun to write one.
        let typed = word.text
        guard !typed.isEmpty, !words.contains(where: { $0.text.hasPrefix(typed) }) else { return }
        let isUpper = typed == typed.uppercased()
        syntax((table.bareSQL?.words ?? []).sorted().map { isUpper ? $0 : $0.lowercased() })
    }

    // MARK: What controls others

    /// - Returns: false where this is a command.
    private mutating func offerControl() -> Bool {
        switch before[0] {
        case "if", "assert": predicate(before[1...])
        case "else" where before.count == 1: syntax(["if", "{"])
        case "else" where before[1] == "if": predicate(before[2...])
        case "wait" where before.count == 1: syntax(["until"])
        case "wait": offerWait()
        case "foreach" where before.count == 1: break
        case "foreach" where before.count == 2: syntax(["in"])
        case "foreach" where before.count == 3: syntax(["nodes", "roles", "hypertables"])
        case "foreach", "transaction": syntax(["{"])
        case "include" where before.count == 1: files()
        case "include", "sleep", "else": break
        default: return false
        }
        return true
    }

    private mutating func offerWait() {
        let words = before[2...]
        let options = ControlSyntax.wait.options
        if let last = words.last ?? nil, options.contains(where: { $0.name == last }) { return }
        let predicate = words.prefix { !($0?.hasPrefix("--") ?? false) }
        if word.text.hasPrefix("-") || predicate.count < words.count {
            syntax(options.map(\.name).filter { !words.contains($0) })
        } else {
            self.predicate(predicate)
        }
    }

    private mutating func predicate(_ words: ArraySlice<String?>) {
        var rest = words
        let isNegated = rest.first == "not"
        if isNegated { rest = rest.dropFirst() }
        let forms = Predicate.forms.filter { form in
            zip(form.parts, rest).allSatisfy { part, word in
                if case .word(let text) = part { text == word } else { true }
            }
        }
        let isWhole = forms.contains { $0.parts.count == rest.count }
        let next = forms.filter { $0.parts.count > rest.count }.map { $0.parts[rest.count] }
        // A word that begins another predicate is not meant to be compared.
        let keywords = next.compactMap {
            if case .word(let text) = $0, !["==", "!="].contains(text) { text } else { nil }
        }
        let subjects = next.compactMap {
            if case .subject(let operand) = $0, operand.kind != .text { operand } else { nil }
        }
        syntax(keywords)
        if let subject = subjects.first { self.words += names.names(subject.kind).map { Offer(text: $0, label: $0) } }
        if keywords.isEmpty, subjects.isEmpty {
            syntax(next.compactMap { if case .word(let text) = $0 { text } else { nil } })
        }
        if rest.isEmpty, !isNegated { syntax(["not"]) }
        if isWhole, before[0] == "if" || before[0] == "else" { syntax(["{"]) }
        if isWhole, before[0] == "wait" { syntax(ControlSyntax.wait.options.map(\.name)) }
    }

    // MARK: Commands

    private mutating func offerCommand() {
        var name = ""
        var rest = before[...]
        while let word = rest.first ?? nil, table.words(after: name).contains(word) {
            name = name.isEmpty ? word : name + " " + word
            rest = rest.dropFirst()
        }
        if rest.isEmpty, !name.isEmpty { syntax(table.words(after: name).sorted()) }
        guard let command = table.command(named: name) else { return }
        if name == "help" { return help(rest) }
        let values = OperandReading(rest, of: command, in: table)
        if let name = word.option ?? values.openOption {
            guard let option = table.option(named: name, of: command) else { return }
            if word.option != nil { words = [] }
            offer(option.kind, option.offering)
            // More values may come, or the next operand, or the next option.
            guard word.option == nil, values.isOptional else { return }
        }
        if word.text.hasPrefix("-"), !values.hasEndedOptions {
            let given = Set(rest.compactMap { $0.map { String($0.prefix { $0 != "=" }) } })
            let options = (command.options + table.universalOptions).map(\.name) + ["--help"]
            return syntax(options.filter { !given.contains($0) })
        }
        guard !values.isOptional, let operand = values.nextOperand else { return }
        // `all|NAMES` stands for the word itself or for names.
        data(operand.name.split(separator: "|").map(String.init).filter { $0 == $0.lowercased() })
        offer(operand.kind, operand.offering)
        isList = false
        words.sort { $0.text < $1.text }
    }

    private mutating func help(_ rest: ArraySlice<String?>) {
        words = []
        let group = rest.compactMap { $0 }.joined(separator: " ")
        let control = rest.isEmpty ? ControlSyntax.firstWords + HelpTopic.all(table).map(\.name) : []
        syntax(Set(table.words(after: group) + control).sorted())
    }

    private mutating func offer(_ kind: ValueKind, _ offering: Offering?) {
        isList = kind == .nodes
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
        words += FileNames.beginning(word.text).map { path in
            let shown = path.hasSuffix("/") ? path.dropLast() : path[...]
            let last = shown.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
            return Offer(text: path, label: String(last), isWhole: !path.hasSuffix("/"), isFile: true)
        }
    }
}
