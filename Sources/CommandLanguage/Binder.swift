/// Matches the words behind a command's name with its description, one by one.
///
/// One binder serves for command after command, so that it need not make room for the words of each.
struct Binder {
    private let table: CommandTable
    private let source: SourceText
    private var syntax: CommandSyntax
    private var nameSpan: Span
    private var operands: [Word] = []
    private var options: [Invocation.GivenOption] = []
    private var values: [Word] = []
    /// Whether the last option takes the next word, if that is none itself.
    private var isOptionOpen = false
    private var optionsEnded = false
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
        if !operands.isEmpty { operands.removeAll(keepingCapacity: true) }
        if !options.isEmpty { options.removeAll(keepingCapacity: true) }
        if !values.isEmpty { values.removeAll(keepingCapacity: true) }
        isOptionOpen = false
        optionsEnded = false
        if !diagnostics.isEmpty { diagnostics = [] }
    }

    /// Whether what comes next, unless it is an option, is the SQL that the command ends with.
    var expectsText: Bool { syntax.text != nil && !isOptionOpen }

    var hasEndedOptions: Bool { optionsEnded }

    mutating func accept(_ word: Word) {
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
        } else if isOptionOpen {
            let option = options[options.count - 1].syntax
            acceptValue(word, of: option)
            if !option.isVariadic { isOptionOpen = false }
        } else {
            operands.append(word)
        }
    }

    private mutating func acceptValue(_ word: Word, of option: OptionSyntax) {
        options[options.count - 1].count += 1
        values.append(word)
        check(word, option.kind, called: option.name, expands: option.expands)
    }

    private mutating func acceptOption(_ word: Word) {
        let bareEnd = word.span.start + word.bareLength
        var nameEnd = word.span.start
        while nameEnd < bareEnd, source.bytes[nameEnd] != UInt8(ascii: "=") { nameEnd += 1 }
        let span = Span(word.span.start, nameEnd)
        guard let option = table.option(at: span, in: source.bytes, of: syntax) else { return refuseOption(span) }
        if options.contains(where: { $0.syntax === option }) { fail("\(option.name) is given twice", span) }
        if nameEnd < bareEnd {
            guard option.value != nil else { return fail("\(option.name) takes no value", span) }
            options.append(Invocation.GivenOption(syntax: option, span: span, count: 0))
            acceptValue(word.dropping(nameEnd + 1 - word.span.start, in: source), of: option)
            isOptionOpen = option.isVariadic
        } else if nameEnd < word.span.end {
            fail("an option's value is written \(option.name)=VALUE or \(option.name) VALUE", word.span)
        } else {
            options.append(Invocation.GivenOption(syntax: option, span: span, count: 0))
            isOptionOpen = option.value != nil
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
        guard isOptionOpen else { return }
        isOptionOpen = false
        let option = options[options.count - 1]
        if option.count == 0 { fail("\(option.syntax.name) needs a value", option.span, help: option.syntax.usage) }
    }

    /// - Parameter end: where the command ends, for what is missing there.
    mutating func finish(end: Int, text: SQLText?) -> Invocation? {
        closeOption()
        checkOperands(end: end)
        for option in syntax.requiredOptions where !options.contains(where: { $0.syntax === option }) {
            // A first error explains more than what follows from it.
            if diagnostics.isEmpty {
                fail("\(syntax.name) needs \(option.usage)", nameSpan, help: "usage: \(syntax.usage)")
            }
        }
        if let name = syntax.text, text?.isBlank ?? true, diagnostics.isEmpty {
            fail("\(syntax.name) needs \(name)", nameSpan, help: "usage: \(syntax.usage)")
        }
        guard diagnostics.isEmpty else { return nil }
        return Invocation(
            syntax: syntax, source: source, span: Span(nameSpan.start, max(end, nameSpan.end)), words: words(),
            given: options.isEmpty ? [] : Array(options[...]), text: text)
    }

    /// The operands and behind them the values, in an array of just their size.
    private func words() -> [Word] {
        let count = operands.count + values.count
        guard count > 0 else { return [] }
        return Array(unsafeUninitializedCapacity: count) { buffer, initialized in
            for word in operands {
                buffer.initializeElement(at: initialized, to: word)
                initialized += 1
            }
            for word in values {
                buffer.initializeElement(at: initialized, to: word)
                initialized += 1
            }
        }
    }

    private mutating func checkOperands(end: Int) {
        guard diagnostics.isEmpty else { return }
        for index in syntax.operands.indices {
            let operand = syntax.operands[index]
            if index >= operands.count {
                if operand.arity == .one || operand.arity == .oneOrMore {
                    fail("\(syntax.name) needs \(operand.name)", nameSpan, help: "usage: \(syntax.usage)")
                    return
                }
                continue
            }
            for index in index..<(operand.expands ? operands.count : index + 1) {
                check(operands[index], operand.kind, called: operand.name, expands: operand.expands)
            }
        }
        let takesMany = syntax.operands.last?.expands ?? false
        if !takesMany, operands.count > syntax.operands.count {
            let extra = operands[syntax.operands.count]
            fail("unexpected \(cited(extra))", extra.span, help: "usage: \(syntax.usage)")
        }
    }

    private mutating func check(_ word: Word, _ kind: ValueKind, called name: String, expands: Bool) {
        if kind.plainlyHolds(word, in: source.bytes) { return }
        if let (message, help) = kind.problem(with: word, in: source, called: name, expands: expands) {
            fail(message, word.span, help: help)
        }
    }

    /// A word as a message cites it, unless it may be a secret.
    private func cited(_ word: Word) -> String {
        syntax.takesSecret ? "word" : source.citation(of: word)
    }

    private mutating func fail(_ message: String, _ span: Span, help: String? = nil) {
        diagnostics.append(Diagnostic(message, at: span, in: source, help: help))
    }
}
