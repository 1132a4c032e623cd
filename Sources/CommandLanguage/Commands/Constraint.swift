/// What the words of a command must be together. It is part of the command's description, so that the parser refuses what
/// the command would have to refuse.
package enum Constraint: Sendable {
    /// At most one of these options.
    case exclusive([any OptionKey])
    /// At least one of these options; otherwise the message.
    case atLeastOne([any OptionKey], message: String, help: String? = nil)
    /// The first option only with the second.
    case requires(any OptionKey, any OptionKey)
    /// Without operands where the option is given; otherwise the message.
    case alone(any OptionKey, message: String)
    /// All of its operands or none; otherwise the message.
    case allOperands(message: String, help: String? = nil)

    /// Whether some of the words given violate it.
    ///
    /// - Parameter given: a bit for each option of the syntax.
    func isViolated(given: UInt64, operandCount: Int, in syntax: CommandSyntax) -> Bool {
        switch self {
        case .exclusive(let options): (given & syntax.bits(of: options)).nonzeroBitCount > 1
        case .atLeastOne(let options, _, _): given & syntax.bits(of: options) == 0
        case .requires(let option, let other):
            given & syntax.bits(of: [option]) != 0 && given & syntax.bits(of: [other]) == 0
        case .alone(let option, _): operandCount > 0 && given & syntax.bits(of: [option]) != 0
        case .allOperands: operandCount > 0 && operandCount < syntax.operands.count
        }
    }

    /// What is wrong with a command that violates it.
    func diagnostic(_ invocation: Invocation) -> Diagnostic {
        switch self {
        case .exclusive(let options):
            let given = invocation.options.filter { option in options.contains { $0.syntax === option.syntax } }
            guard given.count > 1 else {
                return invocation.problem("two options exclude each other", at: invocation.span)
            }
            let names = "\(given[1].syntax.name) and \(given[0].syntax.name)"
            return invocation.problem("\(names) exclude each other", at: given[1].span)
        case .atLeastOne(_, let message, let help), .allOperands(let message, let help):
            return invocation.problem(message, at: invocation.span, help: help)
        case .requires(let option, let other):
            return invocation.problem("\(option.name) needs \(other.name)", at: invocation.span)
        case .alone(_, let message):
            return invocation.problem(message, at: invocation.operands.first?.span ?? invocation.span)
        }
    }
}
