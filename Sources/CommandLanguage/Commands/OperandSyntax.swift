/// What is wrong with a value, and what to do about it; nil where nothing is.
package typealias ValueCheck = @Sendable (String) -> (message: String, help: String?)?

/// How an operand of a command is written.
package final class OperandSyntax: Sendable {
    package enum Arity: Sendable { case one, optional, oneOrMore, zeroOrMore }

    package let name: String
    package let kind: ValueKind
    package let arity: Arity
    /// Words of the language that may stand here, too: they are parts of the name, as in `all|NAMES`.
    package let keywords: [String]
    /// Hidden wherever the command is shown, when the flag named is given.
    package let secretWith: OptionSyntax?
    /// What is completed here, where the kind does not say it all.
    package let offering: Offering?
    /// Whether no word may stand here twice.
    package let isDistinct: Bool
    /// Looks for more than the kind does.
    let check: ValueCheck?

    package init(
        _ name: String, _ kind: ValueKind, _ arity: Arity = .one, keywords: [String] = [],
        secretWith: OptionSyntax? = nil, offering: Offering? = nil, distinct: Bool = false, check: ValueCheck? = nil
    ) {
        self.name = name
        self.kind = kind
        self.arity = arity
        self.keywords = keywords
        self.secretWith = secretWith
        self.offering = offering
        isDistinct = distinct
        self.check = check
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

/// What every operand is, whatever the type of its value.
package protocol OperandKey: Sendable {
    var syntax: OperandSyntax { get }
}

extension OperandSyntax: OperandKey {
    package var syntax: OperandSyntax { self }
}
