/// Matches the words behind a command's name with its description, one by one.
///
/// One binder serves for command after command.
struct Binder {
    let table: CommandTable
    let source: SourceText
    private(set) var syntax: CommandSyntax
    private var nameSpan: Span
    private var elements: [Invocation.Element] = []
    /// The numbers of the options that have been given.
    private var givenOptions = NumberSet()
    /// Room for as many as the last command had: often the next is of the same kind.
    private var expected = 0
    /// The last option, when it takes the next word if that is none itself.
    private var open: (option: OptionSyntax, span: Span, isEmpty: Bool)?
    private var optionsEnded = false
    private var operandCount = 0
    /// Whether `--help` was among the options, which no command has itself.
    private var asksForHelp = false
    private(set) var diagnostics: [Diagnostic] = []

    init(_ syntax: CommandSyntax, nameSpan: Span, source: SourceText, table: CommandTable) {
        self.syntax = syntax
        self.nameSpan = nameSpan
        self.source = source
        self.table = table
    }

    /// Begins with another command of the same source.
    mutating func begin(_ syntax: CommandSyntax, nameSpan: Span) {
        self.syntax = syntax
        self.nameSpan = nameSpan
        expected = min(elements.count, 16)
        elements = []
        givenOptions = NumberSet()
        open = nil
        optionsEnded = false
        asksForHelp = false
        if !diagnostics.isEmpty { diagnostics = [] }
    }

    /// Whether what comes next, unless it is an option, is the SQL that the command ends with.
    var expectsText: Bool { syntax.text != nil && open == nil }

    var hasEndedOptions: Bool { optionsEnded }

    /// The option whose value may come next.
    var openOption: OptionSyntax? { open?.option }

    /// The operands and values so far.
    var words: [Word] {
        elements.compactMap { element in
            switch element {
            case .operand(let word), .value(let word): word
            case .option: nil
            }
        }
    }

    var operandWords: [Word] {
        elements.compactMap { if case .operand(let word) = $0 { word } else { nil } }
    }

    func hasGiven(_ option: OptionSyntax) -> Bool {
        elements.contains { if case .option(ObjectIdentifier(option), _) = $0 { true } else { false } }
    }

    mutating func accept(_ word: Word) {
        guard elements.count < Self.mostElements else { return refuseRest(from: word) }
        let start = word.span.start
        if !optionsEnded, word.bareLength >= 2, source.bytes[start] == UInt8(ascii: "-"),
            source.bytes[start + 1] == UInt8(ascii: "-")
        {
            closeOption()
            if word.isBare, word.span.end - start == 2 {
                optionsEnded = true
            } else {
                acceptOption(word)
            }
        } else if let option = open?.option {
            acceptValue(word, of: option)
        } else {
            append(.operand(word))
        }
    }

    /// Takes a flag that is written otherwise where it stands.
    mutating func accept(optionNamed name: String, at span: Span) {
        guard let number = syntax.options.firstIndex(where: { $0.name == name }) else { return }
        append(syntax.options[number], number, at: span)
    }

    /// How many words and options a command may have: many times the names that one can stand for.
    static let mostElements = 100_000

    /// The rest is read and not kept: a line may be as long as its file.
    private mutating func refuseRest(from word: Word) {
        open = nil
        if diagnostics.isEmpty { fail("a command of more than \(Self.mostElements) words", word.span) }
    }

    private mutating func append(_ element: Invocation.Element) {
        if elements.isEmpty { elements.reserveCapacity(expected) }
        elements.append(element)
    }

    private mutating func acceptValue(_ word: Word, of option: OptionSyntax) {
        if option.isVariadic { open?.isEmpty = false } else { open = nil }
        append(.value(word))
        check(word, option.kind, called: option.name, expands: option.expands, option.check)
    }

    private mutating func append(_ option: OptionSyntax, _ number: Int, at span: Span) {
        givenOptions.insert(number)
        append(.option(ObjectIdentifier(option), span))
    }

    private mutating func acceptOption(_ word: Word) {
        let bareEnd = word.span.start + word.bareLength
        let nameEnd = source.bytes.withUnsafeBufferPointer { buffer in
            var index = word.span.start
            while index < bareEnd, buffer[index] != UInt8(ascii: "=") { index += 1 }
            return index
        }
        let span = Span(word.span.start, nameEnd)
        guard let number = table.optionNumber(at: span, in: source.bytes, of: syntax) else {
            if table.help != nil, word.isHelpOption(in: source) {
                asksForHelp = true
                return
            }
            return refuseOption(span)
        }
        let option = table.option(number, of: syntax)
        if givenOptions.contains(number) { fail("\(option.name) is given twice", span) }
        if nameEnd < bareEnd {
            guard option.value != nil else { return fail("\(option.name) takes no value", span) }
            append(option, number, at: span)
            open = (option, span, true)
            acceptValue(word.dropping(nameEnd + 1 - word.span.start, in: source), of: option)
        } else if nameEnd < word.span.end {
            fail("an option's value is written \(option.name)=VALUE or \(option.name) VALUE", word.span)
        } else {
            append(option, number, at: span)
            if option.value != nil { open = (option, span, true) }
        }
    }

    private mutating func refuseOption(_ span: Span) {
        let known = (syntax.options + table.universalOptions).map(\.name)
        let nearest = Suggestion.nearest(to: source.text(span), among: known).map { "did you mean \($0)?" }
        // What is none of the options of such a command may be the secret.
        let written = syntax.takesSecret ? "" : " " + source.citation(span)
        fail("unknown option\(written)", span, help: nearest ?? "usage: \(syntax.usage)")
    }

    private mutating func closeOption() {
        guard let last = open else { return }
        open = nil
        if last.isEmpty, !last.option.mayBeBare {
            fail("\(last.option.name) needs a value", last.span, help: last.option.usage)
        }
    }

    /// - Parameter end: where the command ends, for what is missing there.
    mutating func finish(end: Int, text: SQLText?) -> Invocation? {
        // What is missing or wrong beside it is why it was asked for.
        if asksForHelp, let help = table.help {
            return Invocation(
                syntax: help, table: table, source: source, span: Span(nameSpan.start, max(end, nameSpan.end)),
                elements: [.operand(Word(plain: nameSpan, quoted: true))], text: nil)
        }
        closeOption()
        checkOperands(end: end)
        // A first error explains more than what follows from it.
        for number in syntax.requiredOptions where !givenOptions.contains(number) && diagnostics.isEmpty {
            fail("\(syntax.name) needs \(syntax.options[number].usage)", nameSpan, help: "usage: \(syntax.usage)")
        }
        if let name = syntax.text, text?.isBlank ?? true, diagnostics.isEmpty {
            fail("\(syntax.name) needs \(name)", nameSpan, help: "usage: \(syntax.usage)")
        }
        guard diagnostics.isEmpty else { return nil }
        let invocation = Invocation(
            syntax: syntax, table: table, source: source, span: Span(nameSpan.start, max(end, nameSpan.end)),
            elements: elements, text: text)
        if let constraint = syntax.violatedConstraint(givenOptions, operandCount: operandCount) {
            diagnostics.append(constraint.diagnostic(invocation))
            return nil
        }
        return invocation
    }

    private mutating func checkOperands(end: Int) {
        guard diagnostics.isEmpty else { return }
        var count = 0
        defer { operandCount = count }
        var extra: Word?
        for index in elements.indices {
            guard case .operand(let word) = elements[index] else { continue }
            // Only the last operand may be several.
            let position = min(count, syntax.operands.count - 1)
            count += 1
            if position >= 0, count - 1 == position || syntax.operands[position].expands {
                let operand = syntax.operands[position]
                check(word, operand.kind, called: operand.name, expands: operand.expands, operand.check)
            } else if extra == nil {
                extra = word
            }
        }
        for operand in syntax.operands.dropFirst(count) where operand.arity == .one || operand.arity == .oneOrMore {
            return fail("\(syntax.name) needs \(operand.name)", nameSpan, help: "usage: \(syntax.usage)")
        }
        if let extra { fail("unexpected \(cited(extra))", extra.span, help: "usage: \(syntax.usage)") }
    }

    private mutating func check(
        _ word: Word, _ kind: ValueKind, called name: String, expands: Bool, _ more: ValueCheck?
    ) {
        if let (message, help) = kind.problem(with: word, in: source, called: name, expands: expands) {
            return fail(message, word.span, help: help)
        }
        guard let more, !(expands && word.hasBraces), let text = word.constantText(in: source),
            let (message, help) = more(text)
        else { return }
        fail(message, word.span, help: help)
    }

    /// A word as a message cites it, unless it may be a secret: in a command that can take one, and has an option or `--`.
    private func cited(_ word: Word) -> String {
        let hasOptions = optionsEnded || elements.contains { if case .option = $0 { true } else { false } }
        return syntax.takesSecret && hasOptions ? "word" : source.citation(of: word)
    }

    private mutating func fail(_ message: String, _ span: Span, help: String? = nil) {
        diagnostics.append(Diagnostic(message, at: span, in: source, help: help))
    }
}

extension Word {
    /// Whether it is `--help`, by which a command is explained instead of run.
    func isHelpOption(in source: SourceText) -> Bool {
        span.end - span.start == 6 && source.text(span) == "--help"
    }
}
