/// Matches the words behind a command's name with its description, one by one.
struct Binder {
    private let syntax: CommandSyntax
    private let table: CommandTable
    private let source: SourceText
    private let nameSpan: Span
    private var operands: [Word] = []
    private var options: [Invocation.Option] = []
    private var open: (syntax: OptionSyntax, span: Span, values: [Word])?
    private var optionsEnded = false
    private(set) var diagnostics: [Diagnostic] = []

    init(_ syntax: CommandSyntax, nameSpan: Span, source: SourceText, table: CommandTable) {
        self.syntax = syntax
        self.nameSpan = nameSpan
        self.source = source
        self.table = table
    }

    /// Whether what comes next, unless it is an option, is the SQL that the command ends with.
    var expectsText: Bool { syntax.text != nil && open == nil }

    var hasEndedOptions: Bool { optionsEnded }

    mutating func accept(_ word: Word) {
        if !optionsEnded, case .text(let first, quoted: false)? = word.pieces.first,
            first.utf8.starts(with: "--".utf8)
        {
            closeOption()
            if first == "--", word.pieces.count == 1 {
                optionsEnded = true
            } else {
                acceptOption(word, first)
            }
        } else if let option = open {
            open?.values.append(word)
            check(word, option.syntax.kind, called: option.syntax.name, expands: option.syntax.expands)
            if !option.syntax.isVariadic { closeOption() }
        } else {
            operands.append(word)
        }
    }

    private mutating func acceptOption(_ word: Word, _ first: String) {
        let equals = first.utf8.firstIndex(of: UInt8(ascii: "="))
        let name = String(first[..<(equals ?? first.endIndex)])
        let span = Span(word.span.start, min(word.span.start + name.utf8.count, word.span.end))
        guard let option = table.option(named: name, of: syntax) else {
            let known = (syntax.options + table.universalOptions).map(\.name)
            let nearest = Suggestion.nearest(to: name, among: known).map { "did you mean \($0)?" }
            // What is none of the options of such a command may be the secret.
            let written = syntax.takesSecret ? "" : " " + source.citation(span)
            return fail("unknown option\(written)", span, help: nearest ?? "usage: \(syntax.usage)")
        }
        if options.contains(where: { $0.syntax.name == name }) { fail("\(name) is given twice", span) }
        let pieces = Array(word.pieces.dropFirst())
        if let equals {
            guard option.value != nil else { return fail("\(name) takes no value", span) }
            let rest = String(first[first.utf8.index(after: equals)...])
            var value = rest.isEmpty ? pieces : [.text(rest, quoted: false)] + pieces
            if value.isEmpty { value = [.text("", quoted: true)] }
            let valueWord = Word(span: Span(span.end + 1, word.span.end), pieces: value)
            check(valueWord, option.kind, called: name, expands: option.expands)
            open = (option, span, [valueWord])
            if !option.isVariadic { closeOption() }
        } else if !pieces.isEmpty {
            fail("an option's value is written \(name)=VALUE or \(name) VALUE", word.span)
        } else if option.value == nil {
            options.append(Invocation.Option(syntax: option, span: span, values: []))
        } else {
            open = (option, span, [])
        }
    }

    private mutating func closeOption() {
        guard let option = open else { return }
        open = nil
        if option.values.isEmpty { fail("\(option.syntax.name) needs a value", option.span, help: option.syntax.usage) }
        options.append(Invocation.Option(syntax: option.syntax, span: option.span, values: option.values))
    }

    /// - Parameter end: where the command ends, for what is missing there.
    mutating func finish(end: Int, text: SQLText?) -> Invocation? {
        closeOption()
        checkOperands(end: end)
        for option in syntax.options
        where option.isRequired && !options.contains(where: { $0.syntax.name == option.name }) {
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
            syntax: syntax, source: source, span: Span(nameSpan.start, max(end, nameSpan.end)), operands: operands,
            options: options, text: text)
    }

    private mutating func checkOperands(end: Int) {
        guard diagnostics.isEmpty else { return }
        for (index, operand) in syntax.operands.enumerated() {
            if index >= operands.count {
                if operand.arity == .one || operand.arity == .oneOrMore {
                    fail("\(syntax.name) needs \(operand.name)", nameSpan, help: "usage: \(syntax.usage)")
                    return
                }
                continue
            }
            for word in operand.expands ? operands[index...] : operands[index...index] {
                check(word, operand.kind, called: operand.name, expands: operand.expands)
            }
        }
        let takesMany = syntax.operands.last?.expands ?? false
        if !takesMany, operands.count > syntax.operands.count {
            let extra = operands[syntax.operands.count]
            fail("unexpected \(cited(extra))", extra.span, help: "usage: \(syntax.usage)")
        }
    }

    private mutating func check(_ word: Word, _ kind: ValueKind, called name: String, expands: Bool) {
        if let (message, help) = kind.problem(with: word, called: name, expands: expands) {
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
