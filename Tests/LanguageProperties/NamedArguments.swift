package import CommandLanguage

/// Arguments by the names of operands and options, for tests that read text without the keys of its commands.
extension Arguments {
    package func operands(_ name: String) -> [Argument] {
        invocation.syntax.operands.first { $0.name == name }.map { values(of: $0) } ?? []
    }

    package func operand(_ name: String) -> Argument? { operands(name).first }

    package func values(_ option: String) -> [Argument] {
        invocation.options.first { $0.syntax.name == option }.map { values(of: $0.syntax) } ?? []
    }

    package func value(_ option: String) -> Argument? { values(option).first }

    package func has(_ option: String) -> Bool { invocation.options.contains { $0.syntax.name == option } }

    package func paired(_ option: String, count: Int) -> [Argument?] {
        paired(invocation.syntax.options.first { $0.name == option } ?? OptionSyntax(option, ""), count: count)
    }
}
