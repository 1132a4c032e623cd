/// Reading commands, up to what the binder makes of their words.
extension Parser {
    mutating func bareSQL() throws(ScanFailure) -> Step {
        let start = scanner.position
        let isPsqls = restriction != nil || scanner.source.isSQL
        let text = try scanner.sql(overLines: true, keepsValues: isPsqls)
        guard let syntax = table.bareSQL?.command else { return .end }
        return .statement(
            .command(
                Invocation(
                    syntax: syntax, table: table, source: scanner.source, span: Span(start, text.span.end), text: text,
                    isPsqls: isPsqls))
        )
    }

    mutating func command() throws(ScanFailure) -> Part {
        var place = 0
        phase = .name(place)
        var name = Span(scanner.position, scanner.position)
        var next: Word?
        while !isAtCommandEnd {
            let word = try scanner.word()
            guard word.isBare, let deeper = table.place(behind: place, at: word.span, in: scanner.bytes) else {
                next = word
                break
            }
            place = deeper
            phase = .name(place)
            name.end = word.span.end
            let syntax = table.syntax(at: place)
            // What stands before a block is read otherwise.
            if syntax?.hasBlock == true { break }
            try scanner.skipBlanks()
            // SQL begins where it stands: nothing in it is read as a word.
            if syntax?.text != nil { break }
        }
        if let syntax = table.syntax(at: place) {
            if table.control(at: place) === syntax { return try control(syntax, name, next) }
            let step = try bind(syntax, name, next)
            if case .failure(let diagnostics) = step { return refused(diagnostics) }
            return .step(step)
        }
        phase = .unknown
        if place != 0, let next, next.isHelpOption(in: scanner.source), let help = table.help {
            return .step(try bind(help, name, next))
        }
        if place == 0, let next, let step = try databaseChange(next) { return .step(step) }
        if place == 0, let next, let part = try misplaced(next) { return part }
        let unknown = UnknownCommand(place: place, groupSpan: name, word: next, table: table)
        return try unknownCommand(unknown.diagnostic(in: scanner.source), next)
    }

    mutating func bind(_ syntax: CommandSyntax, _ nameSpan: Span, _ first: Word?) throws(ScanFailure) -> Step {
        takesSecret = syntax.takesSecret
        phase = .arguments
        binder.begin(syntax, nameSpan: nameSpan)
        do throws(ScanFailure) {
            let (end, text) = try readArguments(from: nameSpan.end, first)
            if let invocation = binder.finish(end: end, text: text) { return .statement(.command(invocation)) }
            return .failure(binder.diagnostics)
        } catch {
            guard case .malformed(let diagnostics) = error else { throw error }
            throw .malformed(binder.diagnostics + diagnostics)
        }
    }

    /// A command that is refused. Where its line ends in a `{`, what stands up to the `}` was to be run on some condition, and
    /// is not run without it.
    func refused(_ diagnostics: [Diagnostic]) -> Part {
        openedAtEnd.map { .opening(.broken, $0, diagnostics) } ?? .step(.failure(diagnostics))
    }

    /// Reads what is behind a command's name: where it ends, and the SQL at its end.
    private mutating func readArguments(
        from start: Int, _ first: Word?
    ) throws(ScanFailure) -> (end: Int, text: SQLText?) {
        var end = start
        openedAtEnd = nil
        if let first {
            binder.accept(first)
            end = first.span.end
            try scanner.skipBlanks()
            noteOpening(at: first)
        }
        while !isAtCommandEnd {
            if binder.expectsText, binder.hasEndedOptions || !isAtOption {
                let text = try scanner.sql(overLines: false)
                return (text.span.end, text)
            }
            let word = try scanner.word()
            end = word.span.end
            binder.accept(word)
            try scanner.skipBlanks()
            noteOpening(at: word)
        }
        return (end, nil)
    }

    private mutating func noteOpening(at word: Word) {
        if isAtCommandEnd, word.bareText(in: scanner.source) == "{" { openedAtEnd = word.span }
    }

    private var isAtOption: Bool {
        guard scanner.peek() == UInt8(ascii: "-") else { return false }
        // A dash at the cursor may become an option.
        return scanner.peek(1).map { $0 == UInt8(ascii: "-") } ?? scanner.stopsAtEnd
    }

    var isAtCommandEnd: Bool { scanner.isAtCommandEnd || scanner.peek() == UInt8(ascii: "#") }

    /// Skips the words of a command that is none; what else is wrong in them says less.
    private mutating func unknownCommand(
        _ diagnostic: Diagnostic, _ first: Word?
    ) throws(ScanFailure) -> Part {
        do throws(ScanFailure) {
            var brace = try skipWords()
            if brace == nil, let first, isAtCommandEnd, endsInBrace(first) {
                brace = Span(first.span.end - 1, first.span.end)
            }
            if let brace { return .opening(.broken, brace, [diagnostic]) }
            return .step(.failure([diagnostic]))
        } catch {
            guard case .malformed = error else { throw error }
            throw .malformed([diagnostic])
        }
    }

    /// Skips the rest of a command.
    ///
    /// - Returns: the `{` up to which it was skipped, as behind a misspelt `if`.
    @discardableResult
    mutating func skipWords() throws(ScanFailure) -> Span? {
        phase = .unknown
        try scanner.skipBlanks()
        while !isAtCommandEnd {
            if scanner.isAtOpeningBrace { return try openingBrace() }
            let word = try scanner.word()
            try scanner.skipBlanks()
            if isAtCommandEnd, endsInBrace(word) { return Span(word.span.end - 1, word.span.end) }
        }
        return nil
    }

    // MARK: Heads

    mutating func begin(_ head: Head) {
        phase = .head(head)
        headWords = []
    }

    mutating func append(toHead word: Word) {
        // Of too many the last one stands for the rest: a line may be as long as its file.
        if headWords.count > Binder.mostElements { headWords.removeLast() }
        headWords.append(word)
    }

    /// The `{` that stands here.
    mutating func openingBrace() throws(ScanFailure) -> Span {
        scanner.position += 1
        // What follows at the cursor without a blank would belong to the same word.
        if scanner.isAtEnd, scanner.stopsAtEnd { throw .stopped(.nowhere) }
        return Span(scanner.position - 1, scanner.position)
    }
}

extension Scanner {
    /// Whether a statement of SQL begins here: by its first word, or in parentheses.
    func isAtBareSQL(_ table: CommandTable) -> Bool {
        guard table.bareSQL != nil else { return false }
        if peek() == UInt8(ascii: "(") || SetStatement.isSQL(at: position, end: end, in: bytes) { return true }
        guard let length = table.bareSQLLength(at: position, end: end, in: bytes) else { return false }
        // A word at the cursor may become a longer one.
        guard let next = peek(length) else { return !stopsAtEnd }
        return next != UInt8(ascii: "-") && next != UInt8(ascii: "=")
    }
}
