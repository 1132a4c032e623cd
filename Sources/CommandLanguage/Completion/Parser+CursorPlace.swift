extension CursorPlace {
    /// The place of a cursor in a text of commands.
    ///
    /// - Parameter cursor: a byte offset; what is behind it is not looked at.
    package init(in text: String, cursor: Int, table: CommandTable) {
        let source = SourceText(name: "", bytes: Array(text.utf8.prefix(cursor)))
        var parser = Parser(stoppingAtEndOf: source, table: table)
        while parser.stop == nil {
            if case .end = parser.next() { break }
        }
        self = parser.stop ?? CursorPlace(.nothing)
    }
}

extension Parser {
    /// The place where reading has stopped, by what is being read there.
    func cursorPlace(at stop: ScanStop) -> CursorPlace {
        if case .word(let start) = stop, scanner.isQuote(at: start), takesQuery(at: start) {
            return CursorPlace(CursorPlace.Subject(.sql(start), in: scanner.source))
        }
        let subject = CursorPlace.Subject(stop, in: scanner.source)
        guard case .word(let word) = subject else { return CursorPlace(subject) }
        switch phase {
        case .beginning:
            return CursorPlace(subject, expected: table.expected(word, behind: 0, areArguments: false))
        case .name(let place):
            return CursorPlace(subject, expected: expected(word, behind: place))
        case .arguments:
            return CursorPlace(subject, expected: binder.expected(word, areArguments: false), given: binder.given)
        case .head(let head):
            return CursorPlace(subject, expected: expected(behind: headWords, of: head))
        case .behindBlock:
            return CursorPlace(subject, expected: blocks.continuations.map { .word($0) })
        case .unknown:
            return CursorPlace(subject)
        }
    }

    /// Whether a quote that opens here may hold a query: `in rows $$ SELECT … $$`.
    private func takesQuery(at start: Int) -> Bool {
        let expected: [Expected]
        switch phase {
        case .head(.loop): return isBehindRowSource(headWords)
        case .head(let head): expected = self.expected(behind: headWords, of: head)
        case .arguments: expected = binder.expected(PartialWord(text: "", start: start), areArguments: false)
        case .beginning, .name, .behindBlock, .unknown: return false
        }
        return expected.contains { if case .operand(let operand) = $0 { operand.kind == .query } else { false } }
    }

    /// Whether the query of a loop comes next.
    private func isBehindRowSource(_ words: [Word]) -> Bool {
        guard let last = words.last, let names = try? LoopNames(words, in: scanner.source) else { return false }
        return words.count - names.wordCount + 1 == ControlSyntax.loop.operands.count && isRowSource(last)
    }

    /// What may come behind words that name a command, or begin the name of several.
    private func expected(_ word: PartialWord, behind place: CommandTree.Place) -> [Expected] {
        let words = table.expected(word, behind: place, areArguments: false)
        guard let syntax = table.syntax(at: place) else { return words }
        return words
            + Binder(syntax, nameSpan: Span(0, 0), source: scanner.source, table: table)
            .expected(word, areArguments: false)
    }

    private func expected(behind words: [Word], of head: Head) -> [Expected] {
        switch head {
        case .conditional: return condition(words)
        case .bare: return words.isEmpty ? [.word("{")] : []
        // The lock's name may be a new one.
        case .lock: return words.count == 1 ? [.word("{")] : []
        case .loop:
            // The variables' names are new ones.
            guard let names = try? LoopNames(words, in: scanner.source) else { return [] }
            let operands = ControlSyntax.loop.operands
            let place = words.count - names.wordCount + 1
            guard place < operands.count else { return isBehindRowSource(words) ? [] : [.word("{")] }
            return operands[place].keywords.map { .word($0) }
        case .otherwise:
            guard let first = words.first else { return [.word(ControlSyntax.conditional.name), .word("{")] }
            let isConditional = first.bareText(in: scanner.source) == ControlSyntax.conditional.name
            return isConditional ? condition(Array(words.dropFirst())) : []
        }
    }

    private func condition(_ words: [Word]) -> [Expected] {
        let (next, isWhole) = ConditionReader(words, in: scanner.source).expected()
        return next + (isWhole ? [.word("{")] : [])
    }
}

extension Scanner {
    /// Whether a quote that may hold SQL opens here: `'` or `$$`.
    fileprivate func isQuote(at index: Int) -> Bool {
        index < bytes.count && (bytes[index] == UInt8(ascii: "'") || dollarQuoteLength(at: index) != nil)
    }
}
