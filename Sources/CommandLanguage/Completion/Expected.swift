/// One of the things that may stand at a place of a text.
package enum Expected: Sendable {
    /// A word of the language: of a command's name, or one such as `in`, `exists` and `{`.
    ///
    /// The summary is that of the command that the word names or begins, and empty for other words.
    case word(String, summary: String)
    /// The name of an option.
    case option(OptionSyntax)
    /// The value of an option.
    case value(OptionSyntax)
    case operand(OperandSyntax)
    /// A statement of SQL.
    case sql

    static func word(_ text: String) -> Expected { .word(text, summary: "") }
}
