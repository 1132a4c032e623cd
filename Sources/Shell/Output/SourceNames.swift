import CommandLanguage

extension SourceText {
    static let promptName = "<prompt>"

    /// Whether a person sees the command right above the error: it need not be shown again.
    var isBeforeTheUser: Bool { name == Self.promptName || name == ArgumentWords.sourceName }
}
