/// Reading what stands before, between and behind blocks.
extension Parser {
    /// What a piece of text is for the blocks around it.
    enum Part {
        case step(Step)
        /// A head with its `{`, and what is wrong with it.
        case opening(OpenBlock.Head, Span, [Diagnostic])
        case branch(OpenBlock.Branch, Span, [Diagnostic])
        case closing([Diagnostic])
    }

    /// A statement that controls others, of which the name has been read.
    ///
    /// - Parameter next: the word behind the name, where that has been read too, as it is where no block follows.
    mutating func control(_ syntax: CommandSyntax, _ name: Span, _ next: Word?) throws(ScanFailure) -> Part {
        if syntax === ControlSyntax.conditional { return try conditionalHead(name) }
        if syntax === ControlSyntax.loop { return try loopHead(name) }
        if syntax === ControlSyntax.transaction { return try transactionHead(name) }
        return try simple(syntax, name, next)
    }

    /// A word that begins nothing where it stands, but belongs to a block; nil for any other.
    mutating func misplaced(_ word: Word) throws(ScanFailure) -> Part? {
        switch word.bareText(in: scanner.source) {
        case ControlSyntax.otherwise:
            let (words, opening) = try headWords(.otherwise)
            let stray = problem("unexpected else", word.span, help: "else stands on the line of the } before it")
            return part(.broken, words, opening, of: word.span, nil, [stray])
        case "{":
            let words = ControlSyntax.blockWords
            let heads = "\(words.dropLast().joined(separator: ", ")) or \(words.last ?? "")"
            return .opening(
                .broken, word.span,
                [problem("unexpected {", word.span, help: "a block begins on the line of its \(heads)")])
        default: return nil
        }
    }

    // MARK: Heads

    private mutating func conditionalHead(_ name: Span) throws(ScanFailure) -> Part {
        let (words, opening) = try headWords(.conditional)
        do throws(Diagnostic) {
            let condition = try condition(words, of: name)
            let head = OpenBlock.Head.conditional(name.union(condition.span), condition)
            return part(head, words, opening, of: name, ControlSyntax.conditional)
        } catch {
            return part(.broken, words, opening, of: name, ControlSyntax.conditional, [error])
        }
    }

    /// The condition that the words behind an `if` are, all of them.
    private func condition(_ words: [Word], of name: Span) throws(Diagnostic) -> Condition {
        var reader = ConditionReader(words, in: scanner.source)
        let condition = try reader.condition(of: ControlSyntax.conditional.name, at: name)
        try reader.end(help: "usage: \(ControlSyntax.conditional.usage)")
        return condition
    }

    private mutating func loopHead(_ name: Span) throws(ScanFailure) -> Part {
        let (words, opening) = try headWords(.loop)
        do throws(Diagnostic) {
            let variable = try loopVariable(words, of: name)
            let elements = try loopElements(words, of: name)
            let head = OpenBlock.Head.loop(
                name.union(words[words.count - 1].span), variable: variable, elements)
            return part(head, words, opening, of: name, ControlSyntax.loop)
        } catch {
            return part(.broken, words, opening, of: name, ControlSyntax.loop, [error])
        }
    }

    private func loopVariable(_ words: [Word], of name: Span) throws(Diagnostic) -> String {
        guard let word = words.first else { throw problem("foreach needs NAME", name, help: loopUsage) }
        guard let text = word.bareText(in: scanner.source), Variables.isName(text) else {
            throw problem(
                "\(scanner.source.citation(of: word)) can't be a variable's name", word.span,
                help: "letters, digits and _, not beginning with a digit")
        }
        return text
    }

    private func loopElements(_ words: [Word], of name: Span) throws(Diagnostic) -> Loop.Elements {
        guard words.count > 1 else {
            throw problem("foreach needs in and words behind NAME", name.union(words[0].span), help: loopUsage)
        }
        guard words[1].bareText(in: scanner.source) == "in" else {
            throw problem("unexpected \(scanner.source.citation(of: words[1]))", words[1].span, help: loopUsage)
        }
        guard words.count > 2 else { throw problem("in needs a word behind it", words[1].span, help: loopUsage) }
        guard words.count <= Binder.mostElements else {
            throw problem("a foreach of more than \(Binder.mostElements) words", words[words.count - 1].span)
        }
        if let rows = rowsMeant(words) { throw rows }
        if words.count == 3, let listing = words[2].bareText(in: scanner.source).flatMap(LoopListing.init) {
            return Loop.Elements(listing)
        }
        return .words(Array(words[2...]))
    }

    /// The error for a query in place of words, over which a loop would go word by word.
    private func rowsMeant(_ words: [Word]) -> Diagnostic? {
        guard words.count > 3, let first = words[2].bareText(in: scanner.source)?.uppercased() else { return nil }
        let verbs = table.bareSQL?.words ?? []
        let next = words[3].constantText(in: scanner.source)?.uppercased()
            .split(whereSeparator: \.isWhitespace).first.map(String.init)
        let isFrom = { [scanner] (word: Word) in word.bareText(in: scanner.source)?.uppercased() == "FROM" }
        let isQuery =
            ["SQL", "QUERY", "ROWS"].contains(first) && next.map(verbs.contains) ?? false
            || verbs.contains(first) && words[3...].prefix(64).contains(where: isFrom)
        guard isQuery else { return nil }
        let span = words[2].span.union(words[words.count - 1].span)
        return problem(
            "foreach goes over words, nodes, roles or hypertables, and not over the rows of a query", span,
            help: "'sql --into NAME' takes one value; for rows, a shell's loop can read what --format csv prints")
    }

    private var loopUsage: String { "usage: \(ControlSyntax.loop.usage)" }

    private mutating func transactionHead(_ name: Span) throws(ScanFailure) -> Part {
        let (words, opening) = try headWords(.transaction)
        guard let extra = words.first, !endsInBrace(extra) || opening != nil else {
            return part(.transaction(name), words, opening, of: name, ControlSyntax.transaction)
        }
        let unexpected = problem(
            "unexpected \(scanner.source.citation(of: extra))", extra.span,
            help: "usage: \(ControlSyntax.transaction.usage)")
        return part(.broken, words, opening, of: name, ControlSyntax.transaction, [unexpected])
    }

    /// The words of a head, and the `{` behind them where there is one.
    private mutating func headWords(_ head: Head) throws(ScanFailure) -> (words: [Word], opening: Span?) {
        begin(head)
        try scanner.skipBlanks()
        while !isAtCommandEnd {
            if scanner.isAtOpeningBrace {
                let brace = try openingBrace()
                return (headWords, brace)
            }
            append(toHead: try scanner.word())
            try scanner.skipBlanks()
        }
        return (headWords, nil)
    }

    /// A head with its block; the block of one that lacks its `{` is looked for where a `{` is near enough.
    ///
    /// - Parameter syntax: nil for an `else`.
    private func part(
        _ head: OpenBlock.Head, _ words: [Word], _ opening: Span?, of name: Span, _ syntax: CommandSyntax?,
        _ diagnostics: [Diagnostic] = []
    ) -> Part {
        if let opening { return .opening(head, opening, diagnostics) }
        if let last = words.last, endsInBrace(last) {
            let brace = Span(last.span.end - 1, last.span.end)
            let glued = problem("a blank must stand before {", brace)
            return .opening(.broken, brace, [glued])
        }
        if !diagnostics.isEmpty { return .step(.failure(diagnostics)) }
        let end = words.last?.span.end ?? name.end
        return .step(
            .failure([
                problem(
                    "\(syntax?.name ?? ControlSyntax.otherwise) needs a { at the end of its line",
                    name.union(Span(end, end)), help: syntax.map { "usage: \($0.usage)" })
            ]))
    }

    func endsInBrace(_ word: Word) -> Bool {
        word.pieces(in: scanner.source).last.map {
            if case .text(let text, quoted: false) = $0 { text.utf8.last == UInt8(ascii: "{") } else { false }
        } ?? false
    }

    // MARK: Behind a block

    /// The `}` that stands here, and what follows it up to the end of its line.
    mutating func closing() throws(ScanFailure) -> Part {
        let brace = Span(scanner.position, scanner.position + 1)
        scanner.position += 1
        phase = .behindBlock
        if scanner.isAtEnd, !scanner.isFinal { throw .incomplete(.block) }
        try scanner.skipBlanks()
        var diagnostics: [Diagnostic] = []
        if !scanner.isInBlock {
            diagnostics.append(problem("unexpected }", brace, help: "no block is open here"))
        }
        guard !isAtCommandEnd else { return .closing(diagnostics) }
        let word = try scanner.word()
        if word.bareText(in: scanner.source) == ControlSyntax.otherwise { return try branch(word.span, diagnostics) }
        diagnostics.append(
            problem(
                "unexpected \(scanner.source.citation(of: word)) behind }", word.span,
                help: "a command begins on a line of its own or behind a ;"))
        try skipWords()
        return .closing(diagnostics)
    }

    private mutating func branch(_ name: Span, _ diagnostics: [Diagnostic]) throws(ScanFailure) -> Part {
        var diagnostics = diagnostics
        if !blocks.takesElse {
            diagnostics.append(
                problem(
                    "unexpected else", name,
                    help: blocks.isElse ? "an else comes last" : "only if has an else"))
        }
        let (words, opening) = try headWords(.otherwise)
        var branch = OpenBlock.Branch.otherwise
        do throws(Diagnostic) {
            if let first = words.first, !endsInBrace(first) || opening != nil {
                branch = .broken
                guard first.bareText(in: scanner.source) == ControlSyntax.conditional.name else {
                    throw problem(
                        "unexpected \(scanner.source.citation(of: first)) behind else", first.span,
                        help: "else { … } or else if PREDICATE { … }")
                }
                branch = .conditional(try condition(Array(words.dropFirst()), of: first.span))
            }
        } catch {
            diagnostics.append(error)
        }
        switch part(.broken, words, opening, of: name, nil) {
        case .opening(_, let opening, let more): return .branch(branch, opening, diagnostics + more)
        case .step(.failure(let more)): return .closing(diagnostics.isEmpty ? more : diagnostics)
        case let part: return part
        }
    }

    // MARK: Statements without a block

    private mutating func simple(
        _ syntax: CommandSyntax, _ name: Span, _ next: Word?
    ) throws(ScanFailure) -> Part {
        switch try bind(syntax, name, next) {
        case .statement(.command(let invocation)):
            do throws(Diagnostic) {
                return .step(.statement(try Statement(control: invocation)))
            } catch {
                return .step(.failure([error]))
            }
        case let step: return .step(step)
        }
    }

    private func problem(_ message: String, _ span: Span, help: String? = nil) -> Diagnostic {
        Diagnostic(message, at: span, in: scanner.source, help: help)
    }
}
