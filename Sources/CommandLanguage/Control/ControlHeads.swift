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

    /// A statement that controls others, of which the first word has been read; nil when that begins none.
    mutating func control(_ word: Word) throws(ScanFailure) -> Part? {
        switch word.bareText(in: scanner.source) {
        case "if": return try conditionalHead(word)
        case "foreach": return try loopHead(word)
        case "transaction": return try transactionHead(word)
        case "else": return try strayElse(word)
        case "{": return .opening(.broken, word.span, [strayBrace(word)])
        case "wait": return try wait(word)
        case let name?:
            return try ControlSyntax.simple.first { $0.words == [name] }.map { syntax throws(ScanFailure) in
                try simple(syntax, word.span)
            }
        case nil: return nil
        }
    }

    // MARK: Heads

    private mutating func conditionalHead(_ word: Word) throws(ScanFailure) -> Part {
        let (words, opening) = try headWords()
        var reader = ConditionReader(words, in: scanner.source)
        do throws(Diagnostic) {
            let condition = try reader.condition(of: "if", at: word.span)
            try reader.end(help: "usage: \(ControlSyntax.conditional.usage)")
            return part(.conditional(word.span.union(condition.span), condition), words, opening, of: word)
        } catch {
            return part(.broken, words, opening, of: word, [error])
        }
    }

    private mutating func loopHead(_ word: Word) throws(ScanFailure) -> Part {
        let (words, opening) = try headWords()
        do throws(Diagnostic) {
            let variable = try loopVariable(words, of: word)
            let elements = try loopElements(words, of: word)
            let span = word.span.union(words[words.count - 1].span)
            return part(.loop(span, variable: variable, elements), words, opening, of: word)
        } catch {
            return part(.broken, words, opening, of: word, [error])
        }
    }

    private func loopVariable(_ words: [Word], of head: Word) throws(Diagnostic) -> String {
        guard let name = words.first else { throw problem("foreach needs NAME", head.span, help: loopUsage) }
        guard let text = name.bareText(in: scanner.source), Variables.isName(text) else {
            throw problem(
                "\(scanner.source.citation(of: name)) can't be a variable's name", name.span,
                help: "letters, digits and _, not beginning with a digit")
        }
        return text
    }

    private func loopElements(_ words: [Word], of head: Word) throws(Diagnostic) -> Loop.Elements {
        guard words.count > 1 else {
            throw problem("foreach needs in and words behind NAME", head.span.union(words[0].span), help: loopUsage)
        }
        guard words[1].bareText(in: scanner.source) == "in" else {
            throw problem("unexpected \(scanner.source.citation(of: words[1]))", words[1].span, help: loopUsage)
        }
        guard words.count > 2 else { throw problem("in needs a word behind it", words[1].span, help: loopUsage) }
        guard words.count <= Binder.mostElements else {
            throw problem("a foreach of more than \(Binder.mostElements) words", words[words.count - 1].span)
        }
        if words.count == 3 {
            switch words[2].bareText(in: scanner.source) {
            case "nodes": return .nodes
            case "roles": return .roles
            case "hypertables": return .hypertables
            default: break
            }
        }
        return .words(Array(words[2...]))
    }

    private var loopUsage: String { "usage: \(ControlSyntax.loop.usage)" }

    private mutating func transactionHead(_ word: Word) throws(ScanFailure) -> Part {
        let (words, opening) = try headWords()
        guard let extra = words.first, !endsInBrace(extra) || opening != nil else {
            return part(.transaction(word.span), words, opening, of: word)
        }
        let unexpected = problem(
            "unexpected \(scanner.source.citation(of: extra))", extra.span,
            help: "usage: \(ControlSyntax.transaction.usage)")
        return part(.broken, words, opening, of: word, [unexpected])
    }

    /// The words of a head, and the `{` behind them where there is one.
    private mutating func headWords() throws(ScanFailure) -> (words: [Word], opening: Span?) {
        var words: [Word] = []
        while !isAtCommandEnd {
            if scanner.isAtOpeningBrace {
                scanner.position += 1
                return (words, Span(scanner.position - 1, scanner.position))
            }
            // Of too many the last one stands for the rest: a line may be as long as its file.
            if words.count > Binder.mostElements { words.removeLast() }
            words.append(try scanner.word())
            try scanner.skipBlanks()
        }
        return (words, nil)
    }

    /// A head with its block; the block of one that lacks its `{` is looked for where a `{` is near enough.
    private func part(
        _ head: OpenBlock.Head, _ words: [Word], _ opening: Span?, of word: Word, _ diagnostics: [Diagnostic] = []
    ) -> Part {
        if let opening { return .opening(head, opening, diagnostics) }
        if let last = words.last, endsInBrace(last) {
            let brace = Span(last.span.end - 1, last.span.end)
            let glued = problem("a blank must stand before {", brace)
            return .opening(.broken, brace, [glued])
        }
        if !diagnostics.isEmpty { return .step(.failure(diagnostics)) }
        let name = word.bareText(in: scanner.source) ?? ""
        let end = words.last?.span.end ?? word.span.end
        return .step(
            .failure([
                problem(
                    "\(name) needs a { at the end of its line", word.span.union(Span(end, end)),
                    help: ControlSyntax.syntax(named: name).map { "usage: \($0.usage)" })
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
        if scanner.isAtEnd, !scanner.isFinal { throw .incomplete(.block) }
        try scanner.skipBlanks()
        var diagnostics: [Diagnostic] = []
        if !scanner.isInBlock {
            diagnostics.append(problem("unexpected }", brace, help: "no block is open here"))
        }
        guard !isAtCommandEnd else { return .closing(diagnostics) }
        let word = try scanner.word()
        try scanner.skipBlanks()
        if word.bareText(in: scanner.source) == "else" { return try branch(word, diagnostics) }
        diagnostics.append(
            problem(
                "unexpected \(scanner.source.citation(of: word)) behind }", word.span,
                help: "a command begins on a line of its own or behind a ;"))
        try skipWords()
        return .closing(diagnostics)
    }

    private mutating func branch(_ word: Word, _ diagnostics: [Diagnostic]) throws(ScanFailure) -> Part {
        var diagnostics = diagnostics
        if !blocks.takesElse {
            diagnostics.append(
                problem(
                    "unexpected else", word.span,
                    help: blocks.isElse ? "an else comes last" : "only if has an else"))
        }
        let (words, opening) = try headWords()
        var branch = OpenBlock.Branch.otherwise
        do throws(Diagnostic) {
            if let first = words.first, !endsInBrace(first) || opening != nil {
                branch = .broken
                guard first.bareText(in: scanner.source) == "if" else {
                    throw problem(
                        "unexpected \(scanner.source.citation(of: first)) behind else", first.span,
                        help: "else { … } or else if PREDICATE { … }")
                }
                var reader = ConditionReader(Array(words.dropFirst()), in: scanner.source)
                let condition = try reader.condition(of: "if", at: first.span)
                try reader.end(help: "usage: \(ControlSyntax.conditional.usage)")
                branch = .conditional(condition)
            }
        } catch {
            diagnostics.append(error)
        }
        switch part(.broken, words, opening, of: word) {
        case .opening(_, let opening, let more): return .branch(branch, opening, diagnostics + more)
        case .step(.failure(let more)): return .closing(diagnostics.isEmpty ? more : diagnostics)
        case let part: return part
        }
    }

    /// An `else` that stands behind no `}`: its block is read as any other.
    private mutating func strayElse(_ word: Word) throws(ScanFailure) -> Part {
        let (words, opening) = try headWords()
        let stray = problem("unexpected else", word.span, help: "else stands on the line of the } before it")
        return part(.broken, words, opening, of: word, [stray])
    }

    private func strayBrace(_ word: Word) -> Diagnostic {
        problem("unexpected {", word.span, help: "a block begins on the line of its if, foreach, transaction or else")
    }

    // MARK: Statements without a block

    private mutating func wait(_ word: Word) throws(ScanFailure) -> Part {
        guard !isAtCommandEnd else { return .step(.failure([problem("wait needs until", word.span, help: waitUsage)])) }
        let until = try scanner.word()
        try scanner.skipBlanks()
        guard until.bareText(in: scanner.source) == "until" else {
            let unknown = problem(
                "unknown command wait \(scanner.source.citation(of: until))", until.span, help: waitUsage)
            try skipWords()
            return .step(.failure([unknown]))
        }
        return try simple(ControlSyntax.wait, word.span.union(until.span))
    }

    private var waitUsage: String { "usage: \(ControlSyntax.wait.usage)" }

    private mutating func simple(_ syntax: CommandSyntax, _ span: Span) throws(ScanFailure) -> Part {
        switch try bind(syntax, span, nil) {
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
