extension Constraint {
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
        case .requiresOne(let option, _, let message, let help):
            let given = invocation.options.first { $0.syntax === option.syntax }
            return invocation.problem(message, at: given?.span ?? invocation.span, help: help)
        case .alone(_, let message):
            return invocation.problem(message, at: invocation.operands.first?.span ?? invocation.span)
        }
    }
}
