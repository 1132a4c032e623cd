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
    /// Words that other clients have for it: each runs it, and none is offered.
    let aliases: [String]
    /// What the SQL that ends the command is called in its usage; nil when it takes none.
    package let text: String?
    /// Whether a block stands behind it.
    package let hasBlock: Bool
    /// What its words must be together, and the same in bits.
    private let constraints: [Constraint]
    private let tests: [ConstraintTest]
    /// Whether it changes something, and so makes a plan.
    package let changes: Bool
    package let preview: Preview
    /// Whether a person is asked before it runs.
    package let asks: Asking
    package let examples: [String]
    /// Whether some of its operands must differ from each other.
    let hasDistinctOperands: Bool
    /// Whether something that must be shown nowhere can be among its operands.
    let takesSecret: Bool
    /// Whether its operands or the values of its options can be names of variables.
    let namesVariables: Bool
    /// Which of the options it can't do without.
    let requiredOptions: [Int]
    /// The names of the options, in their order.
    let optionKeys: ByteKeys

    package enum Asking: Sendable { case never, always, with(Flag) }

    /// What `--dry-run` shows of a command that changes something.
    package enum Preview: Sendable {
        case sql
        /// Each step; the SQL of all would hide it, and comes with `--show-sql`, where it is known before.
        case steps(withSQL: Bool)
    }

    package init(
        _ words: String, aliases: [String] = [], group: CommandGroup, _ summary: String,
        operands: [any OperandKey] = [], options: [any OptionKey] = [], text: String? = nil, hasBlock: Bool = false,
        constraints: [Constraint] = [], changes: Bool = false, preview: Preview = .sql, asks: Asking = .never,
        details: String = "", examples: [String] = []
    ) {
        name = words
        self.aliases = aliases
        self.group = group
        self.words = words.split(separator: " ").map(String.init)
        self.summary = summary
        self.details = details
        let (operands, options) = (operands.map(\.syntax), options.map(\.syntax))
        self.operands = operands
        self.options = options
        self.text = text
        self.hasBlock = hasBlock
        self.constraints = constraints
        tests = constraints.map { ConstraintTest($0, options) }
        self.changes = changes
        self.preview = preview
        self.asks = asks
        self.examples = examples
        hasDistinctOperands = operands.contains(where: \.isDistinct)
        takesSecret = operands.contains { $0.secretWith != nil }
        let kinds = operands.map(\.kind) + options.map(\.kind)
        namesVariables = kinds.contains(.variable) || kinds.contains(.variables)
        requiredOptions = options.indices.filter { options[$0].isRequired }
        optionKeys = ByteKeys(options.map(\.name))
    }

    /// The first constraint that is violated.
    ///
    /// - Parameter given: the numbers of the options that were given.
    func violatedConstraint(_ given: NumberSet, operandCount: Int) -> Constraint? {
        for index in tests.indices where !tests[index].holds(given, operandCount: operandCount, of: operands.count) {
            return constraints[index]
        }
        return nil
    }

    /// `node add NAMES --host H [--port P]`
    package var usage: String {
        var parts = [name]
        parts += operands.map(\.usage)
        parts += options.map { $0.isRequired ? $0.usage : "[\($0.usage)]" }
        if let text { parts.append(text) }
        if hasBlock { parts.append("{ … }") }
        return parts.joined(separator: " ")
    }
}
