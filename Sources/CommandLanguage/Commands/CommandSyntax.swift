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
    /// What its words must be together, and the same in bits.
    private let constraints: [Constraint]
    private let tests: [ConstraintTest]
    /// Whether it changes something, and so makes a plan.
    package let changes: Bool
    /// Whether a person is asked before it runs.
    package let asks: Asking
    package let examples: [String]
    /// Whether something that must be shown nowhere can be among its operands.
    let takesSecret: Bool
    /// Whether some of its operands must differ from each other.
    let hasDistinctOperands: Bool
    /// Whether its operands can be names of variables.
    private let namesVariables: Bool
    /// A bit for each of its options that name variables.
    private let variableBits: UInt64
    /// Which of the options it can't do without.
    let requiredOptions: [Int]
    /// The names of the options, in their order.
    let optionKeys: ByteKeys

    package enum Asking: Sendable { case never, always, with(Flag) }

    package init(
        _ words: String, group: CommandGroup, _ summary: String, operands: [any OperandKey] = [],
        options: [any OptionKey] = [], text: String? = nil, constraints: [Constraint] = [],
        changes: Bool = false, asks: Asking = .never,
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
        self.constraints = constraints
        tests = constraints.map { constraint in
            ConstraintTest(constraint) { keys in
                Self.bits(in: options) { known in keys.contains { $0.syntax === known } }
            }
        }
        self.changes = changes
        self.asks = asks
        self.examples = examples
        hasDistinctOperands = operands.contains(where: \.isDistinct)
        takesSecret = operands.contains { $0.secretWith != nil }
        namesVariables = operands.contains { $0.kind == .variable }
        variableBits = Self.bits(in: options) { $0.kind == .variable }
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

    /// The first constraint that is violated.
    ///
    /// - Parameter given: a bit for each option that was given.
    func violatedConstraint(given: UInt64, operandCount: Int) -> Constraint? {
        for index in tests.indices where !tests[index].holds(given, operandCount: operandCount, of: operands.count) {
            return constraints[index]
        }
        return nil
    }

    /// - Parameter number: of an option of the command; those with high numbers, which no command has, share a bit.
    static func bit(ofOption number: Int) -> UInt64 { 1 &<< UInt64(min(number, UInt64.bitWidth - 1)) }

    /// Whether one of its words may be the name of a variable, where these options are given.
    func mayNameVariables(given: UInt64) -> Bool { namesVariables || given & variableBits != 0 }

    private static func bits(in options: [OptionSyntax], where isMeant: (OptionSyntax) -> Bool) -> UInt64 {
        options.indices.reduce(0) { isMeant(options[$1]) ? $0 | Self.bit(ofOption: $1) : $0 }
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
