/// A command as it was written, matched with its description; nothing in it is evaluated yet.
package final class Invocation: Sendable {
    package let syntax: CommandSyntax
    package let source: SourceText
    /// The whole command.
    package let span: Span
    package let text: SQLText?
    /// The rows behind it, of a COPY … FROM STDIN.
    package let rows: InlineRows?
    /// Whether it is SQL that was written for psql: in a file of SQL, or behind its `\restrict`.
    package let isPsqls: Bool
    /// Whether each word is just its text: none has a variable, an escape or braces.
    let isLiteral: Bool
    private let elements: [Element]
    let table: CommandTable

    /// What stands behind the command's name, in the order in which it was written.
    enum Element: Sendable {
        case operand(Word)
        /// An option, by the identity of its syntax.
        case option(ObjectIdentifier, Span)
        /// A value of the option before it.
        case value(Word)
    }

    package struct GivenOption: Sendable {
        package let syntax: OptionSyntax
        /// The option's name where it stands.
        package let span: Span
        /// None for a flag; several only for a variadic option.
        package fileprivate(set) var values: [Word]
    }

    init(
        syntax: CommandSyntax, table: CommandTable, source: SourceText, span: Span, elements: [Element] = [],
        text: SQLText?, rows: InlineRows? = nil, isPsqls: Bool = false
    ) {
        self.syntax = syntax
        self.table = table
        self.source = source
        self.span = span
        self.elements = elements
        self.text = text
        self.rows = rows
        self.isPsqls = isPsqls
        isLiteral = elements.allSatisfy { $0.word.map { $0.textSpan != nil } ?? true }
    }

    /// The same with rows behind it.
    func followed(by rows: InlineRows) -> Invocation {
        Invocation(
            syntax: syntax, table: table, source: source, span: span, elements: elements, text: text, rows: rows,
            isPsqls: isPsqls)
    }

    /// Whether one of its options names a file.
    var namesFile: Bool { options.contains { $0.syntax.kind == .file } }

    package var operands: [Word] {
        elements.compactMap { if case .operand(let word) = $0 { word } else { nil } }
    }

    /// The options in the order in which they were written.
    package var options: [GivenOption] {
        var options: [GivenOption] = []
        for element in elements {
            switch element {
            case .operand: break
            case .option(let identity, let span):
                guard let option = table.option(identity, of: syntax) else { continue }
                options.append(GivenOption(syntax: option, span: span, values: []))
            case .value(let word): options[options.count - 1].values.append(word)
            }
        }
        return options
    }

    /// The operands and the options' values, as they were written.
    var words: some Sequence<Word> { elements.lazy.compactMap(\.word) }

    /// The operands' words for one operand of the description, which stand in its order; only the last may be several.
    package func words(for operand: OperandSyntax) -> [Word] {
        guard let number = syntax.operands.firstIndex(where: { $0 === operand }) else { return [] }
        var words: [Word] = []
        var index = 0
        for case .operand(let word) in elements {
            if index == number || index > number && operand.expands { words.append(word) }
            index += 1
        }
        return words
    }

    /// The values of an option; nil where it was not given.
    func values(of option: OptionSyntax) -> [Word]? {
        guard var index = place(of: option) else { return nil }
        var values: [Word] = []
        index += 1
        while index < elements.count, case .value(let word) = elements[index] {
            values.append(word)
            index += 1
        }
        return values
    }

    func has(_ option: OptionSyntax) -> Bool { place(of: option) != nil }

    private func place(of option: OptionSyntax) -> Int? {
        let wanted = ObjectIdentifier(option)
        return elements.firstIndex { if case .option(wanted, _) = $0 { true } else { false } }
    }

    /// An option where it was given.
    package func option(_ key: some OptionKey) -> GivenOption? {
        let option = key.syntax
        guard let index = place(of: option), case .option(_, let span) = elements[index] else { return nil }
        return GivenOption(syntax: option, span: span, values: values(of: option) ?? [])
    }

    /// Whether what was written holds something that must be stored and shown nowhere.
    package var holdsSecret: Bool {
        guard syntax.takesSecret else { return false }
        return syntax.operands.contains { operand in operand.secretWith.map(has) ?? false }
    }

    /// An error at a place in what was written, which it hides when it holds a secret.
    func problem(_ message: String, at span: Span, help: String? = nil) -> Diagnostic {
        let diagnostic = Diagnostic(message, at: span, in: source, help: help)
        return holdsSecret ? diagnostic.hidingLine() : diagnostic
    }
}

extension Invocation.Element {
    /// The operand or value; nil for an option.
    fileprivate var word: Word? {
        switch self {
        case .operand(let word), .value(let word): word
        case .option: nil
        }
    }
}

extension CommandSyntax {
    /// Whether a person is asked before this runs.
    package func asks(_ invocation: Invocation) -> Bool {
        switch asks {
        case .never: false
        case .always: true
        case .with(let flag): invocation.has(flag.syntax)
        }
    }
}
