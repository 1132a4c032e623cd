import CommandLanguage

struct TimingCommand: SwitchCommand {
    static let syntax = describe(
        "timing", "Tell after each command how long it took, or stop telling", example: "timing on")
    static let setting: any WritableKeyPath<Settings, Bool> & Sendable = \.timing

    let state: Bool?
}
