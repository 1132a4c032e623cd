import CommandLanguage

struct ShowSQLCommand: SwitchCommand {
    static let syntax = describe(
        "show-sql", "Show each statement as it is sent, or stop showing them", example: "show-sql on")
    static let setting: any WritableKeyPath<Settings, Bool> & Sendable = \.showSQL

    let state: Bool?
}
