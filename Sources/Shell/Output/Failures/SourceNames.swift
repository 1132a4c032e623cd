import CommandLanguage

extension SourceText {
    static let promptName = "<prompt>"

    /// Whether the command is still on the screen right above the error, so that it need not be shown again.
    var isBeforeTheUser: Bool { name == Self.promptName || name == ArgumentWords.sourceName }
}
