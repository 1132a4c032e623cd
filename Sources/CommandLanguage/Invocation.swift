/// A command as it was written, matched with its description; nothing in it is evaluated yet.
package struct Invocation: Sendable {
    package let syntax: CommandSyntax
    package let source: SourceText
    /// The whole command.
    package let span: Span
    /// The operands, and behind them the values of the options in their order.
    private let words: [Word]
    private let given: [GivenOption]
    package let text: SQLText?

    /// An option, with the number of its values.
    struct GivenOption: Sendable {
        let syntax: OptionSyntax
        let span: Span
        var count: Int
    }

    package struct Option: Sendable {
        package let syntax: OptionSyntax
        /// The option's name where it stands.
        package let span: Span
        /// None for a flag; several only for a variadic option.
        package let values: ArraySlice<Word>
    }

    /// - Parameter words: the operands, and behind them as many values as the options given have together.
    init(
        syntax: CommandSyntax, source: SourceText, span: Span, words: [Word] = [], given: [GivenOption] = [],
        text: SQLText?
    ) {
        self.syntax = syntax
        self.source = source
        self.span = span
        self.words = words
        self.given = given
        self.text = text
    }

    package var operands: ArraySlice<Word> {
        words.prefix(words.count - given.reduce(0) { $0 + $1.count })
    }

    /// The options in the order in which they were written.
    package var options: [Option] {
        var start = operands.endIndex
        return given.map { option in
            defer { start += option.count }
            return Option(syntax: option.syntax, span: option.span, values: words[start..<start + option.count])
        }
    }

    package func option(_ name: String) -> Option? {
        options.first { $0.syntax.name == name }
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
