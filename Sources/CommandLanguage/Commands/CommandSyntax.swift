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

    package enum Asking: Sendable, Equatable { case never, always, withOption(String) }

    package init(
        _ words: String, group: CommandGroup, _ summary: String, operands: [OperandSyntax] = [],
        options: [OptionSyntax] = [],
        text: String? = nil, changes: Bool = false, asks: Asking = .never,
        details: String = "", examples: [String] = []
    ) {
        name = words
        self.group = group
        self.words = words.split(separator: " ").map(String.init)
        self.summary = summary
        self.details = details
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
        case .withOption(let name): invocation.option(name) != nil
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

/// What stands at an operand's or option's place; decides what is checked when it is read, and what is completed.
package enum ValueKind: Sendable, Equatable {
    case text
    /// Names of things that do not exist yet.
    case newName
    case node
    case role
    case hypertable
    case command
    case variable
    /// A comma-separated list of nodes, patterns among them, or `all`.
    case nodes
    case integer(ClosedRange<Int>)
    /// `500ms`, `30s`, `5m`, `2h`, `1d`.
    case duration
    case choice([String])
    case file
    case sandboxNode
}

/// Which of the things there are make sense at a place; what is completed there, and nothing that is checked.
package enum Offering: Sendable, Equatable {
    case availableNodes
    case unavailableNodes
    /// Those that take no new chunks of some hypertable.
    case blockedNodes
    case jobs
    case pausedJobs
    case scheduledJobs
    /// Tables that are no hypertables.
    case tables
    case sandboxes
    /// Variables of the process's environment.
    case environment
}

package final class OperandSyntax: Sendable {
    package enum Arity: Sendable { case one, optional, oneOrMore, zeroOrMore }

    package let name: String
    package let kind: ValueKind
    package let arity: Arity
    /// Hidden wherever the command is shown, when the flag named is given.
    package let secretWith: String?
    /// What is completed here, where the kind does not say it all.
    package let offering: Offering?

    package init(
        _ name: String, _ kind: ValueKind, _ arity: Arity = .one, secretWith: String? = nil, offering: Offering? = nil
    ) {
        self.name = name
        self.kind = kind
        self.arity = arity
        self.secretWith = secretWith
        self.offering = offering
    }

    /// Whether braces mean several words here.
    package var expands: Bool { arity == .oneOrMore || arity == .zeroOrMore }

    var usage: String {
        switch arity {
        case .one, .oneOrMore: name
        case .optional, .zeroOrMore: "[\(name)]"
        }
    }
}

package final class OptionSyntax: Sendable {
    /// With its dashes: `--host`.
    package let name: String
    /// What its value is called in the usage; nil for a flag.
    package let value: String?
    package let kind: ValueKind
    package let summary: String
    package let isRequired: Bool
    /// Takes the words that follow, up to the next option.
    package let isVariadic: Bool
    /// Expands alongside the names: one value for each, or one for all.
    package let isPaired: Bool
    /// What is completed behind it, where the kind does not say it all.
    package let offering: Offering?

    /// A flag.
    package init(_ name: String, _ summary: String) {
        self.name = name
        self.summary = summary
        value = nil
        kind = .text
        isRequired = false
        isVariadic = false
        isPaired = false
        offering = nil
    }

    /// An option with a value.
    package init(
        _ name: String, _ value: String, _ kind: ValueKind, required: Bool = false, variadic: Bool = false,
        paired: Bool = false, offering: Offering? = nil, _ summary: String
    ) {
        self.name = name
        self.value = value
        self.kind = kind
        self.summary = summary
        isRequired = required
        isVariadic = variadic
        isPaired = paired
        self.offering = offering
    }

    /// Whether braces mean several values here.
    package var expands: Bool { isPaired || isVariadic || kind == .nodes }

    package var usage: String {
        guard let value else { return name }
        return "\(name) \(value)\(isVariadic ? "…" : "")"
    }
}
