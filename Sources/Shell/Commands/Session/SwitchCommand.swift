import CommandLanguage

/// Turns a setting on or off, or shows its state.
protocol SwitchCommand: Command {
    static var setting: any KeyPath<Settings, Bool> & Sendable { get }
    static func change(_ isOn: Bool) -> Settings.Change
    /// The new state; nil to show the current one.
    var state: SwitchState? { get }

    init(state: SwitchState?)
}

enum SwitchState: String, CaseIterable, Sendable {
    case on, off

    init(_ isOn: Bool) { self = isOn ? .on : .off }
}

extension SwitchCommand {
    static func describe(_ name: String, _ summary: String, details: String = "", example: String) -> CommandSyntax {
        CommandSyntax(
            name, group: .settings, summary, operands: [Switch.state], details: details, examples: [example])
    }

    init(_ arguments: Arguments) {
        self.init(state: arguments[Switch.state])
    }

    func run(_ context: CommandContext) async throws -> Outcome {
        guard let state else {
            return Outcome(text: [SwitchState(context.settings[keyPath: Self.setting]).rawValue])
        }
        return Outcome(effects: [.setting(Self.change(state == .on))])
    }
}

private enum Switch {
    static let state = Operand<SwitchState?>("STATE", of: SwitchState.self)
}
