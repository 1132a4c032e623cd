import CommandLanguage

struct ShowSQLCommand: SwitchCommand {
    static let syntax = describe(
        "show-sql", "Show each statement as it is sent, or stop showing them", example: "show-sql on")
    static let setting: any KeyPath<Settings, Bool> & Sendable = \.showSQL

    static func change(_ isOn: Bool) -> Settings.Change { .showsSQL(isOn) }

    let state: SwitchState?
}
