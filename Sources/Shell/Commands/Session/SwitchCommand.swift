import CommandLanguage

/// Turns a setting on or off, or tells which it is.
protocol SwitchCommand: UncheckedCommand {
    static var setting: any WritableKeyPath<Settings, Bool> & Sendable { get }
    /// Nil where it is asked for.
    var state: Bool? { get }

    init(state: Bool?)
}

extension SwitchCommand {
    static func describe(_ name: String, _ summary: String, details: String = "", example: String) -> CommandSyntax {
        CommandSyntax(
            name, group: .settings, summary, operands: [OperandSyntax("STATE", .choice(["on", "off"]), .optional)],
            details: details, examples: [example])
    }

    init(_ arguments: Arguments) {
        self.init(state: arguments.operand("STATE").map { $0.text == "on" })
    }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        guard let state else { return Outcome(text: [session.settings[keyPath: Self.setting] ? "on" : "off"]) }
        session.settings[keyPath: Self.setting] = state
        return .nothing
    }
}
