/// An invocation with its variables and braces replaced: what a command is made from.
package struct Arguments: Sendable {
    package let invocation: Invocation
    private let operands: [String: [Argument]]
    private let options: [String: [Argument]]
    /// The session's variables as they were when the words were replaced; SQL is replaced later, where it can be quoted.
    package let variables: Variables

    /// Replaces the variables and braces of an invocation and checks the values that came from variables.
    package init(_ invocation: Invocation, variables: Variables) throws(Diagnostic) {
        self.invocation = invocation
        self.variables = variables
        let expansion = Expansion(invocation, variables: variables)
        var operands: [String: [Argument]] = [:]
        for operand in invocation.syntax.operands {
            var values: [Argument] = []
            for word in invocation.words(for: operand) {
                values +=
                    try operand.expands && operand.kind.isName ? expansion.several(word) : [expansion.single(word)]
            }
            try Self.check(values, operand.kind, called: operand.name, invocation)
            operands[operand.name] = values
        }
        var options: [String: [Argument]] = [:]
        for option in invocation.options {
            var values: [Argument] = []
            for word in option.values {
                values += try option.syntax.expands ? expansion.several(word) : [expansion.single(word)]
            }
            try Self.check(values, option.syntax.kind, called: option.syntax.name, invocation)
            options[option.syntax.name] = values
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

    package func operand(_ name: String) -> Argument? { operands[name]?.first }
    package func operands(_ name: String) -> [Argument] { operands[name] ?? [] }
    package func has(_ option: String) -> Bool { invocation.option(option) != nil }
    package func value(_ option: String) -> Argument? { options[option]?.first }
    package func values(_ option: String) -> [Argument] { options[option] ?? [] }
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
