/// A command as it was written, matched with its description; nothing in it is evaluated yet.
package struct Invocation: Sendable {
    package let syntax: CommandSyntax
    package let source: SourceText
    /// The whole command.
    package let span: Span
    package let operands: [Word]
    package let options: [Option]
    package let text: SQLText?

    package struct Option: Sendable {
        package let syntax: OptionSyntax
        /// The option's name where it stands.
        package let span: Span
        /// None for a flag; several only for a variadic option.
        package let values: [Word]
    }

    package func option(_ name: String) -> Option? {
        options.first { $0.syntax.name == name }
    }

    /// Whether what was written holds something that must be stored and shown nowhere.
    package var holdsSecret: Bool {
        syntax.operands.contains { operand in
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
        guard let index = syntax.operands.firstIndex(where: { $0.name == operand.name }), index < operands.count
        else { return [] }
        return operand.expands ? operands[index...] : operands[index...index]
    }
}
