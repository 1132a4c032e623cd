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
            name, summary, operands: [OperandSyntax("STATE", .choice(["on", "off"]), .optional)],
            needsConnection: false, details: details, examples: [example])
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

struct ShowSQLCommand: SwitchCommand {
    static let syntax = describe(
        "show-sql", "Show each statement as it is sent, or stop showing them", example: "show-sql on")
    static let setting: any WritableKeyPath<Settings, Bool> & Sendable = \.showSQL

    let state: Bool?
}

struct TimingCommand: SwitchCommand {
    static let syntax = describe(
        "timing", "Tell after each command how long it took, or stop telling", example: "timing on")
    static let setting: any WritableKeyPath<Settings, Bool> & Sendable = \.timing

    let state: Bool?
}

struct PagerCommand: SwitchCommand {
    static let syntax = describe(
        "pager", "Show what is longer than the screen with a pager, or all at once",
        details: """
            The pager is the command in TSCL_PAGER, else in PAGER, else less. It shows tables and texts on a terminal, \
            never json, csv or a file's commands, and quitting it is no error.
            """,
        example: "pager off")
    static let setting: any WritableKeyPath<Settings, Bool> & Sendable = \.usesPager

    let state: Bool?
}
