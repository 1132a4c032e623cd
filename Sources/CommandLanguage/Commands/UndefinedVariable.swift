extension Diagnostic {
    /// The error for a variable without a value.
    ///
    /// - Parameters:
    ///   - message: what is said of it where it stands.
    ///   - known: the names that may have been meant.
    static func undefinedVariable(
        _ name: String, _ message: String? = nil, at span: Span, in source: SourceText,
        known: @autoclosure () -> [String]
    ) -> Diagnostic {
        if let message, !message.isEmpty { return Diagnostic(message, at: span, in: source) }
        if name.hasPrefix("env:") {
            let help = "${\(name):-default} gives a value for that case"
            return Diagnostic(
                "the environment variable \(name.dropFirst(4)) is not set", at: span, in: source, help: help)
        }
        if !Variables.isName(name) {
            return Diagnostic("the script was given no argument \(name)", at: span, in: source)
        }
        let nearest = Suggestion.nearest(to: name, among: known()).map { "did you mean ${\($0)}?" }
        return Diagnostic("undefined variable \(name)", at: span, in: source, help: nearest ?? "set \(name) VALUE")
    }
}
