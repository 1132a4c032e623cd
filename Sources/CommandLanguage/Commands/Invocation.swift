/// A command as it was written, matched with its description; nothing in it is evaluated yet.
package struct Invocation: Sendable {
    package let syntax: CommandSyntax
    package let source: SourceText
    /// The whole command.
    package let span: Span
    private let elements: [Element]
    /// A bit for each option that was given.
    let given: UInt64
    package let text: SQLText?
    private let table: CommandTable

    /// What stands behind the command's name, in the order in which it was written.
    enum Element: Sendable {
        case operand(Word)
        /// The number of an option among the command's and those that every command takes.
        case option(Int32, Span)
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
        given: UInt64 = 0, text: SQLText?
    ) {
        self.syntax = syntax
        self.table = table
        self.source = source
        self.span = span
        self.elements = elements
        self.given = given
        self.text = text
    }

    package var operands: [Word] {
        elements.compactMap { if case .operand(let word) = $0 { word } else { nil } }
    }

    /// The options in the order in which they were written.
    package var options: [GivenOption] {
        var options: [GivenOption] = []
        for element in elements {
            switch element {
            case .operand: break
            case .option(let number, let span):
                options.append(GivenOption(syntax: table.option(Int(number), of: syntax), span: span, values: []))
            case .value(let word): options[options.count - 1].values.append(word)
            }
        }
        return options
    }

    var operandCount: Int {
        elements.count { if case .operand = $0 { true } else { false } }
    }

    /// The operands and the options' values, as they were written.
    var words: some Sequence<Word> {
        elements.lazy.compactMap {
            switch $0 {
            case .operand(let word), .value(let word): word
            case .option: nil
            }
        }
    }

    /// An option where it was given.
    package func option(_ key: some OptionKey) -> GivenOption? {
        if given == 0 { return nil }
        return options.first { $0.syntax === key.syntax }
    }

    /// Whether what was written holds something that must be stored and shown nowhere.
    package var holdsSecret: Bool {
        guard syntax.takesSecret else { return false }
        return syntax.operands.contains { operand in
            operand.secretWith.map { option($0) != nil } ?? false
        }
    }

    /// An error at a place in what was written, which it hides when it holds a secret.
    func problem(_ message: String, at span: Span, help: String? = nil) -> Diagnostic {
        let diagnostic = Diagnostic(message, at: span, in: source, help: help)
        return holdsSecret ? diagnostic.hidingLine() : diagnostic
    }

    /// The operands' words for one operand of the description, which stand in its order; only the last may be several.
    package func words(for operand: OperandSyntax) -> ArraySlice<Word> {
        let operands = operands
        guard let index = syntax.operands.firstIndex(where: { $0.name == operand.name }), index < operands.count
        else { return [] }
        return operand.expands ? operands[index...] : operands[index...index]
    }
}
