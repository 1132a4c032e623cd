/// An invocation with its variables and braces replaced: what a command is made from.
package struct Arguments: Sendable {
    package let invocation: Invocation
    private let operands: [Values<OperandSyntax>]
    private let options: [Values<OptionSyntax>]
    /// The session's variables as they were when the words were replaced; SQL is replaced later, where it can be quoted.
    package let variables: Variables

    /// What stands for an operand or option. There are few: to look for one takes no table.
    private struct Values<Syntax: Sendable>: Sendable {
        let syntax: Syntax
        let values: [Argument]
    }

    /// Replaces the variables and braces of an invocation and checks the values that came from variables.
    package init(_ invocation: Invocation, variables: Variables) throws(Diagnostic) {
        self.invocation = invocation
        self.variables = variables
        let expansion = Expansion(invocation, variables: variables)
        var operands: [Values<OperandSyntax>] = []
        for operand in invocation.syntax.operands {
            let words = invocation.words(for: operand)
            let values = try expansion.arguments(words, expands: operand.expands && operand.kind.isName)
            try Self.check(values, operand.kind, called: operand.name, operand.check, invocation)
            if operand.isDistinct { try Self.refuseRepetition(values, invocation) }
            operands.append(Values(syntax: operand, values: values))
        }
        var options: [Values<OptionSyntax>] = []
        for option in invocation.options {
            let values = try expansion.arguments(option.values[...], expands: option.syntax.expands)
            try Self.check(
                values, option.syntax.kind, called: option.syntax.name, option.syntax.check, invocation)
            if option.syntax.isPaired {
                try Self.checkPairing(values, of: option, with: operands.last?.values.count ?? 0, invocation)
            }
            options.append(Values(syntax: option.syntax, values: values))
        }
        self.operands = operands
        self.options = options
    }

    private static func check(
        _ values: [Argument], _ kind: ValueKind, called name: String, _ more: ValueCheck?, _ invocation: Invocation
    ) throws(Diagnostic) {
        for value in values {
            if let problem = kind.problem(with: value.text, isSecret: value.isSecret) {
                throw invocation.problem("\(name): \(problem)", at: value.span)
            }
            if let (message, help) = more?(value.text) {
                throw invocation.problem(message, at: value.span, help: help)
            }
        }
    }

    private static func refuseRepetition(_ values: [Argument], _ invocation: Invocation) throws(Diagnostic) {
        guard values.count > 1 else { return }
        var seen: Set<String> = []
        for value in values where !seen.insert(value.text).inserted {
            throw invocation.problem("\(value.text) is named twice", at: value.span)
        }
    }

    /// An option that goes alongside names has as many values as there are names, or one for all.
    private static func checkPairing(
        _ values: [Argument], of option: Invocation.GivenOption, with count: Int, _ invocation: Invocation
    ) throws(Diagnostic) {
        guard values.count != 1, values.count != count else { return }
        throw invocation.problem(
            "\(option.syntax.name) stands for \(values.count) values, and the names are \(count)",
            at: option.values.first?.span ?? option.span, help: "as many values as names, or one for all of them")
    }

    package subscript<Value>(_ operand: Operand<Value>) -> Value {
        operand.value(of: values(of: operand.syntax), in: self)
    }

    package subscript<Value>(_ option: Option<Value>) -> Value {
        option.value(of: options.first { $0.syntax === option.syntax }?.values)
    }

    package func has(_ option: some OptionKey) -> Bool { options.contains { $0.syntax === option.syntax } }

    /// What was written for an operand of the description.
    package func values(of operand: OperandSyntax) -> [Argument] {
        operands.first { $0.syntax === operand }?.values ?? []
    }

    /// What was written behind an option of the description.
    package func values(of option: OptionSyntax) -> [Argument] {
        options.first { $0.syntax === option }?.values ?? []
    }

    /// A paired option's value for each of several names.
    package func paired(_ option: some OptionKey, count: Int) -> [Argument?] {
        let values = values(of: option.syntax)
        if values.count == count { return values }
        return Array(repeating: values.first, count: count)
    }

    /// A diagnostic at an argument's place.
    package func problem(_ message: String, at argument: Argument? = nil, help: String? = nil) -> Diagnostic {
        invocation.problem(message, at: argument?.span ?? invocation.span, help: help)
    }

    /// The command's SQL with psql's variables replaced.
    package func sql(
        literal: (String) -> String, identifier: (String) -> String
    ) throws(Diagnostic) -> (text: String, shown: String)? {
        guard let text = invocation.text else { return nil }
        return try Expansion(invocation, variables: variables).sql(text, literal: literal, identifier: identifier)
    }
}
