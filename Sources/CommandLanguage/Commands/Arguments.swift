/// An invocation with its variables and braces replaced: what a command is made from.
package struct Arguments: Sendable {
    package let invocation: Invocation
    private let operands: [Values]
    private let options: [Values]
    /// The session's variables as they were when the words were replaced; SQL is replaced later, where it can be quoted.
    package let variables: Variables

    /// What stands for an operand or option. There are few: to look for one by its name takes no table.
    private struct Values: Sendable {
        let name: String
        let values: [Argument]
    }

    /// Replaces the variables and braces of an invocation and checks the values that came from variables.
    package init(_ invocation: Invocation, variables: Variables) throws(Diagnostic) {
        self.invocation = invocation
        self.variables = variables
        let expansion = Expansion(invocation, variables: variables)
        var operands: [Values] = []
        for operand in invocation.syntax.operands {
            let words = invocation.words(for: operand)
            let values = try expansion.arguments(words, expands: operand.expands && operand.kind.isName)
            try Self.check(values, operand.kind, called: operand.name, invocation)
            operands.append(Values(name: operand.name, values: values))
        }
        var options: [Values] = []
        for option in invocation.options {
            let values = try expansion.arguments(option.values[...], expands: option.syntax.expands)
            try Self.check(values, option.syntax.kind, called: option.syntax.name, invocation)
            options.append(Values(name: option.syntax.name, values: values))
        }
        self.operands = operands
        self.options = options
    }

    private static func check(
        _ values: [Argument], _ kind: ValueKind, called name: String, _ invocation: Invocation
    ) throws(Diagnostic) {
        for value in values {
            if let problem = kind.problem(with: value.text, isSecret: value.isSecret) {
                throw invocation.problem("\(name): \(problem)", at: value.span)
            }
        }
    }

    package func operand(_ name: String) -> Argument? { operands(name).first }
    package func operands(_ name: String) -> [Argument] { operands.first { $0.name == name }?.values ?? [] }
    package func has(_ option: String) -> Bool { options.contains { $0.name == option } }
    package func value(_ option: String) -> Argument? { values(option).first }
    package func values(_ option: String) -> [Argument] { options.first { $0.name == option }?.values ?? [] }
    package func integer(_ option: String) -> Int? { value(option).flatMap { Int($0.text) } }
    package func duration(_ option: String) -> Duration? { value(option).flatMap { Duration(written: $0.text) } }

    package func duration(ofOperand name: String) -> Duration? { operand(name).flatMap { Duration(written: $0.text) } }

    /// A paired option's value for each of several names: as many as there are names, or one for all.
    package func paired(_ option: String, count: Int) throws(Diagnostic) -> [Argument?] {
        guard let written = invocation.option(option) else { return Array(repeating: nil, count: count) }
        let values = values(option)
        if values.count == 1 { return Array(repeating: values[0], count: count) }
        guard values.count == count else {
            throw invocation.problem(
                "\(option) stands for \(values.count) values, and the names are \(count)",
                at: written.values.first?.span ?? written.span, help: "as many values as names, or one for all of them")
        }
        return values
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
