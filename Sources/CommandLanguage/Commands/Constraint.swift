/// What the words of a command must be together. It is part of the command's description, so that the parser refuses what
/// the command would have to refuse.
package enum Constraint: Sendable {
    /// At most one of these options.
    case exclusive([any OptionKey])
    /// At least one of these options; otherwise the message.
    case atLeastOne([any OptionKey], message: String, help: String? = nil)
    /// The first option only with the second.
    case requires(any OptionKey, any OptionKey)
    /// The option only with one of the others; otherwise the message.
    case requiresOne(any OptionKey, of: [any OptionKey], message: String, help: String? = nil)
    /// Without operands where the option is given; otherwise the message.
    case alone(any OptionKey, message: String)
    /// All of its operands or none; otherwise the message.
    case allOperands(message: String, help: String? = nil)
}

/// A constraint by the numbers of options, so that the parser can test it for each of a million commands.
struct ConstraintTest: Sendable {
    private enum Rule { case atMostOne, atLeastOne, together, withoutOperands, allOperands }

    private let rule: Rule
    /// The options of the first and of the second group that the rule is about.
    private let first: NumberSet
    private let second: NumberSet

    /// - Parameter options: all of the command.
    init(_ constraint: Constraint, _ options: [OptionSyntax]) {
        func numbers(_ keys: [any OptionKey]) -> NumberSet {
            NumberSet(options.indices.filter { index in keys.contains { $0.syntax === options[index] } })
        }
        switch constraint {
        case .exclusive(let keys): (rule, first, second) = (.atMostOne, numbers(keys), NumberSet())
        case .atLeastOne(let keys, _, _): (rule, first, second) = (.atLeastOne, numbers(keys), NumberSet())
        case .requires(let key, let other): (rule, first, second) = (.together, numbers([key]), numbers([other]))
        case .requiresOne(let key, let others, _, _):
            (rule, first, second) = (.together, numbers([key]), numbers(others))
        case .alone(let key, _): (rule, first, second) = (.withoutOperands, numbers([key]), NumberSet())
        case .allOperands: (rule, first, second) = (.allOperands, NumberSet(), NumberSet())
        }
    }

    /// - Parameters:
    ///   - given: the numbers of the options that were given.
    ///   - operandCount: how many operands were given, of how many.
    func holds(_ given: NumberSet, operandCount: Int, of all: Int) -> Bool {
        switch rule {
        case .atMostOne: given.count(in: first) <= 1
        case .atLeastOne: given.count(in: first) > 0
        case .together: given.count(in: first) == 0 || given.count(in: second) > 0
        case .withoutOperands: given.count(in: first) == 0 || operandCount == 0
        case .allOperands: operandCount == 0 || operandCount >= all
        }
    }
}
