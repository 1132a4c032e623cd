import CommandLanguage

/// What the words behind a command's name are so far.
struct OperandReading {
    /// The option whose value may come next.
    private(set) var openOption: String?
    /// Whether that option has a value already, and could do without a further one.
    private(set) var isOptional = false
    private(set) var hasEndedOptions = false
    /// The operand that may come next, nil when there is none.
    private(set) var nextOperand: OperandSyntax?

    /// - Parameter words: nil for one that depends on a variable.
    init(_ words: ArraySlice<String?>, of command: CommandSyntax, in table: CommandTable) {
        var count = 0
        for word in words {
            if !hasEndedOptions, let word, word.hasPrefix("--") {
                openOption = nil
                isOptional = false
                hasEndedOptions = word == "--"
                guard !hasEndedOptions, let option = table.option(named: word, of: command),
                    option.value != nil
                else { continue }
                openOption = word
            } else if let name = openOption {
                isOptional = table.option(named: name, of: command)?.isVariadic ?? false
                if !isOptional { openOption = nil }
            } else {
                count += 1
            }
        }
        if count < command.operands.count {
            nextOperand = command.operands[count]
        } else if let last = command.operands.last, last.expands {
            nextOperand = last
        }
    }
}
