/// An invocation with its variables and braces replaced: what a command is made from.
package struct Arguments: Sendable {
    package let invocation: Invocation
    /// The session's variables as they were when the words were replaced; SQL is replaced later, where it can be quoted.
    package let variables: Variables
    /// What stands for the operands and options; nil where each word stands for itself, as most do: the parser has
    /// checked them, and nothing is made of one before it is asked for.
    private let expanded: Expanded?

    /// There are few: to look for one takes no table.
    private struct Expanded: Sendable {
        var operands: [(syntax: OperandSyntax, values: [Argument])] = []
        var options: [(syntax: OptionSyntax, values: [Argument])] = []
    }

    /// Replaces the variables and braces of an invocation and checks the values that came from variables.
    package init(_ invocation: Invocation, variables: Variables) throws(Diagnostic) {
        self.invocation = invocation
        self.variables = variables
        expanded = invocation.isLiteral && !invocation.mayRepeat ? nil : try Self.expanded(invocation, variables)
    }

    private static func expanded(_ invocation: Invocation, _ variables: Variables) throws(Diagnostic) -> Expanded {
        let expansion = Expansion(invocation, variables: variables)
        var expanded = Expanded()
        for operand in invocation.syntax.operands {
            let words = invocation.words(for: operand)
            let values = try expansion.arguments(words, expands: operand.expands && operand.kind.isName)
            try check(values, operand.kind, called: operand.name, operand.check, invocation)
            if operand.isDistinct { try refuseRepetition(values, invocation) }
            expanded.operands.append((operand, values))
        }
        for option in invocation.options {
            let values = try expansion.arguments(option.values, expands: option.syntax.expands)
            try check(values, option.syntax.kind, called: option.syntax.name, option.syntax.check, invocation)
            if option.syntax.isPaired {
                try checkPairing(values, of: option, with: expanded.operands.last?.values.count ?? 0, invocation)
            }
            expanded.options.append((option.syntax, values))
        }
        return expanded
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
        let names = count == 1 ? "there is one name" : "the names are \(count)"
        throw invocation.problem(
            "\(option.syntax.name) stands for \(values.count) values, and \(names)",
            at: option.values.first?.span ?? option.span, help: "as many values as names, or one for all of them")
    }

    package subscript<Value>(_ operand: Operand<Value>) -> Value {
        operand.value(of: values(of: operand.syntax), at: invocation.span)
    }

    package subscript<Value>(_ option: Option<Value>) -> Value { option.value(of: written(option.syntax)) }

    package func has(_ option: some OptionKey) -> Bool { invocation.has(option.syntax) }

    /// What was written for an operand of the description.
    package func values(of operand: OperandSyntax) -> [Argument] {
        guard let expanded else { return literal(invocation.words(for: operand)) }
        return expanded.operands.first { $0.syntax === operand }?.values ?? []
    }

    /// What was written behind an option of the description.
    package func values(of option: OptionSyntax) -> [Argument] { written(option) ?? [] }

    /// What was written behind an option; nil where it was not given.
    private func written(_ option: OptionSyntax) -> [Argument]? {
        guard let expanded else { return invocation.values(of: option).map(literal) }
        return expanded.options.first { $0.syntax === option }?.values
    }

    /// The arguments that words are which stand for themselves.
    private func literal(_ words: [Word]) -> [Argument] {
        words.compactMap { word in
            word.textSpan.map { span in
                let text = invocation.source.text(span)
                return Argument(text: text, span: word.span, pattern: text)
            }
        }
    }

    /// The path that an argument names: in a script one that is written there begins in the script's folder. What a value
    /// stands for was written elsewhere.
    package func path(_ argument: Argument) -> String {
        let (source, start) = (invocation.source, argument.span.start)
        var beginning = source.bytes[start..<argument.span.end].prefix(3)
        if beginning.first == UInt8(ascii: "\"") { beginning.removeFirst() }
        guard source.isFile, source.folder != ".", !argument.text.hasPrefix("/"), argument.text != "-",
            !beginning.starts(with: "${".utf8)
        else { return argument.text }
        return "\(source.folder)/\(argument.text)"
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
