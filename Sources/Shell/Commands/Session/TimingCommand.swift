import CommandLanguage

struct TimingCommand: SwitchCommand {
    static let syntax = describe(
        "timing", "Tell after each command how long it took, or stop telling", example: "timing on")
    static let setting: any KeyPath<Settings, Bool> & Sendable = \.timing

    static func change(_ isOn: Bool) -> Settings.Change { .timing(isOn) }

    let state: SwitchState?
}
