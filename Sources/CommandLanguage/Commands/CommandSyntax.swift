/// What a command looks like and does: the one description from which the parser, the help, the completion and the
/// manual are made.
package final class CommandSyntax: Sendable {
    /// The words that name it: `["node", "add"]`.
    package let words: [String]
    package let name: String
    /// The heading that lists have it under.
    package let group: CommandGroup
    /// What it does, in the imperative, one line without a full stop.
    package let summary: String
    /// More of what a user must know, in paragraphs.
    package let details: String
    package let operands: [OperandSyntax]
    package let options: [OptionSyntax]
    /// What the SQL that ends the command is called in its usage; nil when it takes none.
    package let text: String?
    /// Whether it changes something, and so makes a plan.
    package let changes: Bool
    /// Whether a person is asked before it runs.
    package let asks: Asking
    package let examples: [String]
    /// Whether something that must be shown nowhere can be among its operands.
    let takesSecret: Bool
    /// Whether its operands can be names of variables.
    private let namesVariables: Bool
    /// Those of its options that name variables, as in `CommandOutline.given`.
    private let variableBits: UInt64
    /// Whether one of its words may be the name of a table.
    let mayNameTables: Bool
    /// How many operands it can't do without.
    let leastOperands: Int
    /// Which of the options it can't do without.
    let requiredOptions: [Int]
    /// The names of the options, in their order.
    let optionKeys: ByteKeys

    package enum Asking: Sendable { case never, always, with(Flag) }

    package init(
        _ words: String, group: CommandGroup, _ summary: String, operands: [any OperandKey] = [],
        options: [any OptionKey] = [], text: String? = nil, changes: Bool = false, asks: Asking = .never,
        details: String = "", examples: [String] = []
    ) {
        name = words
        self.group = group
        self.words = words.split(separator: " ").map(String.init)
        self.summary = summary
        self.details = details
        let (operands, options) = (operands.map(\.syntax), options.map(\.syntax))
        self.operands = operands
        self.options = options
        self.text = text
        self.changes = changes
        self.asks = asks
        self.examples = examples
        takesSecret = operands.contains { $0.secretWith != nil }
        namesVariables = operands.contains { $0.kind == .variable }
        variableBits = Self.bits(in: options) { $0.kind == .variable }
        mayNameTables = (operands.map(\.kind) + options.map(\.kind)).contains(.hypertable)
        leastOperands = operands.count { $0.arity == .one || $0.arity == .oneOrMore }
        requiredOptions = options.indices.filter { options[$0].isRequired }
        optionKeys = ByteKeys(options.map(\.name))
    }

    /// Whether a person is asked before this runs.
    package func asks(_ invocation: Invocation) -> Bool {
        switch asks {
        case .never: false
        case .always: true
        case .with(let flag): invocation.option(flag) != nil
        }
    }

    /// What `CommandOutline.given` has where all of these options are given.
    package func bits(of options: [OptionSyntax]) -> UInt64 {
        let names = Set(options.map(\.name))
        return Self.bits(in: self.options) { names.contains($0.name) }
    }

    /// Whether one of its words may be the name of a variable, where these options are given.
    func mayNameVariables(given: UInt64) -> Bool { namesVariables || given & variableBits != 0 }

    private static func bits(in options: [OptionSyntax], where isMeant: (OptionSyntax) -> Bool) -> UInt64 {
        options.indices.reduce(0) { isMeant(options[$1]) ? $0 | CommandOutline.bit(ofOption: $1) : $0 }
    }

    /// `node add NAMES --host H [--port P]`
    package var usage: String {
        var parts = [name]
        parts += operands.map(\.usage)
        parts += options.map { $0.isRequired ? $0.usage : "[\($0.usage)]" }
        if let text { parts.append(text) }
        return parts.joined(separator: " ")
    }
}
