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
        if syntax === ControlSyntax.transaction { return try bareHead(.transaction(name), syntax, name) }
        if syntax === ControlSyntax.attempt { return try bareHead(.attempt(name), syntax, name) }
        if syntax === ControlSyntax.lock { return try lockHead(name) }
        return try simple(syntax, name, next)
    }

    /// A word that begins nothing where it stands, but belongs to a block; nil for any other.
    mutating func misplaced(_ word: Word) throws(ScanFailure) -> Part? {
        switch word.bareText(in: scanner.source) {
        case ControlSyntax.otherwise, ControlSyntax.finally:
            let (words, opening) = try headWords(.otherwise)
            let name = scanner.source.text(word.span)
            let stray = problem("unexpected \(name)", word.span, help: "\(name) stands on the line of the } before it")
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
            guard !words.isEmpty else { throw problem("foreach needs NAME", name, help: loopUsage) }
            let names = try LoopNames(words, in: scanner.source)
            let elements = try loopElements(words, names, of: name)
            let head = OpenBlock.Head.loop(
                name.union(words[words.count - 1].span), variables: names.names, elements)
            return part(head, words, opening, of: name, ControlSyntax.loop)
        } catch {
            return part(.broken, words, opening, of: name, ControlSyntax.loop, [error])
        }
    }

    private func loopElements(
        _ words: [Word], _ names: LoopNames, of name: Span
    ) throws(Diagnostic) -> Loop.Elements {
        let rest = words[names.wordCount...]
        guard let first = rest.first else {
            throw problem("foreach needs 'in' and words behind NAME", name.union(names.span), help: loopUsage)
        }
        guard first.bareText(in: scanner.source) == "in" else {
            throw problem("unexpected \(scanner.source.citation(of: first))", first.span, help: loopUsage)
        }
        let elements = Array(rest.dropFirst())
        guard let last = elements.last else {
            throw problem("'in' needs a word behind it", first.span, help: loopUsage)
        }
        guard words.count <= Binder.mostElements else {
            throw problem("a foreach of more than \(Binder.mostElements) words", last.span)
        }
        if let rows = try loopRows(elements) { return rows }
        guard names.names.count == 1 else {
            throw problem(
                "several names take the columns of rows, and these are words", names.span,
                help: "foreach \(names.names.joined(separator: ", ")) in rows $$ SELECT … $$ { … }")
        }
        if elements.count == 1, let listing = last.bareText(in: scanner.source).flatMap(LoopListing.init) {
            return Loop.Elements(listing)
        }
        return .words(elements)
    }

    /// The query whose rows a loop goes over; nil where it goes over words.
    private func loopRows(_ words: [Word]) throws(Diagnostic) -> Loop.Elements? {
        if words.count == 2, let source = words[0].bareText(in: scanner.source).flatMap(RowSource.init),
            !words[1].isBare
        {
            return .rows(try words[1].query(in: scanner.source, isArgument: false), source)
        }
        guard let span = queryMeant(words) else { return nil }
        throw problem(
            "a query stands behind rows or query, in quotes", span,
            help: "foreach NAME in rows $$ SELECT … $$ { … }; query $$ … $$ asks the data nodes")
    }

    /// Where a query stands in place of words, over which a loop would go word by word.
    private func queryMeant(_ words: [Word]) -> Span? {
        guard words.count > 1, let first = words[0].bareText(in: scanner.source)?.uppercased() else { return nil }
        let next = words[1].constantText(in: scanner.source)?.uppercased()
            .split(whereSeparator: \.isWhitespace).first.map(String.init)
        let isFrom = { [scanner] (word: Word) in word.bareText(in: scanner.source)?.uppercased() == "FROM" }
        let isQuery =
            ["SQL", "QUERY", "ROWS"].contains(first) && next.map(SQLText.queryVerbs.contains) ?? false
            || SQLText.queryVerbs.contains(first) && words[1...].prefix(64).contains(where: isFrom)
        return isQuery ? words[0].span.union(words[words.count - 1].span) : nil
    }

    /// Whether a word says that a query follows it.
    func isRowSource(_ word: Word) -> Bool {
        word.bareText(in: scanner.source).flatMap(RowSource.init) != nil
    }

    private var loopUsage: String { "usage: \(ControlSyntax.loop.usage)" }

    /// A head of which the name is all.
    private mutating func bareHead(
        _ head: OpenBlock.Head, _ syntax: CommandSyntax, _ name: Span
    ) throws(ScanFailure) -> Part {
        let (words, opening) = try headWords(.bare)
        return part(head, words, opening, of: name, syntax, unexpected(words, opening, syntax))
    }

    private mutating func lockHead(_ name: Span) throws(ScanFailure) -> Part {
        let syntax = ControlSyntax.lock
        let (words, opening) = try headWords(.lock)
        guard let word = words.first, !endsInBrace(word) || opening != nil else {
            let missing = problem("lock needs NAME", name, help: "usage: \(syntax.usage)")
            return part(.broken, words, opening, of: name, syntax, [missing])
        }
        let faults = unexpected(Array(words.dropFirst()), opening, syntax)
        return part(.lock(name.union(word.span), word), words, opening, of: name, syntax, faults)
    }

    /// The error for the first of the words that a head has no place for.
    private func unexpected(_ words: [Word], _ opening: Span?, _ syntax: CommandSyntax) -> [Diagnostic] {
        guard let extra = words.first, !endsInBrace(extra) || opening != nil else { return [] }
        return [
            problem("unexpected \(scanner.source.citation(of: extra))", extra.span, help: "usage: \(syntax.usage)")
        ]
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
                    "\(syntax?.name ?? scanner.source.text(name)) needs a { at the end of its line",
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
        switch word.bareText(in: scanner.source) {
        case ControlSyntax.otherwise: return try branch(word.span, diagnostics)
        case ControlSyntax.finally: return try lastBranch(word.span, diagnostics)
        default: break
        }
        let isGlued = endsInBrace(word)
        diagnostics.append(
            problem(
                "unexpected \(scanner.source.citation(of: word)) behind }", word.span,
                help: isGlued
                    ? "a blank must stand before {" : "a command begins on a line of its own or behind a ;"))
        // What stands in the block of a misspelt else does not run.
        let opening = try skipWords() ?? (isGlued ? Span(word.span.end - 1, word.span.end) : nil)
        return opening.map { .branch(.broken, $0, diagnostics) } ?? .closing(diagnostics)
    }

    private mutating func branch(_ name: Span, _ diagnostics: [Diagnostic]) throws(ScanFailure) -> Part {
        var diagnostics = diagnostics
        if !blocks.continuations.contains(ControlSyntax.otherwise) {
            diagnostics.append(
                problem(
                    "unexpected else", name,
                    help: blocks.isElse
                        ? "an else comes last"
                        : blocks.isFinally ? "else comes before finally" : "only if and try have an else"))
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
        return behindBlock(branch, words, opening, of: name, diagnostics)
    }

    private mutating func lastBranch(_ name: Span, _ diagnostics: [Diagnostic]) throws(ScanFailure) -> Part {
        var diagnostics = diagnostics
        if !blocks.continuations.contains(ControlSyntax.finally) {
            let help = blocks.isFinally ? "a finally comes last" : "only try has a finally"
            diagnostics.append(problem("unexpected finally", name, help: help))
        }
        let (words, opening) = try headWords(.bare)
        if let extra = words.first, !endsInBrace(extra) || opening != nil {
            let citation = scanner.source.citation(of: extra)
            diagnostics.append(problem("unexpected \(citation) behind finally", extra.span, help: "finally { … }"))
        }
        return behindBlock(.finally, words, opening, of: name, diagnostics)
    }

    private func behindBlock(
        _ branch: OpenBlock.Branch, _ words: [Word], _ opening: Span?, of name: Span, _ diagnostics: [Diagnostic]
    ) -> Part {
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
                return refused([error])
            }
        case .failure(let diagnostics): return refused(diagnostics)
        case let step: return .step(step)
        }
    }

    private func problem(_ message: String, _ span: Span, help: String? = nil) -> Diagnostic {
        Diagnostic(message, at: span, in: scanner.source, help: help)
    }
}
