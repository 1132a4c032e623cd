/// What a word stands for once variables and braces are replaced.
package struct Argument: Sendable, Equatable {
    package let text: String
    /// Where it was written.
    package let span: Span
    package let isSecret: Bool
    /// The text as a pattern (`GlobPattern`), in which what a variable brought is escaped.
    package let pattern: String

    package init(text: String, span: Span, isSecret: Bool = false, pattern: String? = nil) {
        self.text = text
        self.span = span
        self.isSecret = isSecret
        self.pattern = pattern ?? GlobPattern.escaped(text)
    }
}
