import CommandLanguage

struct PagerCommand: SwitchCommand {
    static let syntax = describe(
        "pager", "Show what is longer than the screen with a pager, or all at once",
        details: """
            The pager is the command in TSCL_PAGER, else in PAGER, else less. It shows tables and texts on a terminal, \
            never json, csv or a file's commands, and quitting it is no error.
            """,
        example: "pager off")
    static let setting: any KeyPath<Settings, Bool> & Sendable = \.usesPager

    static func change(_ isOn: Bool) -> Settings.Change { .usesPager(isOn) }

    let state: SwitchState?
}
