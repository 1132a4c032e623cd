extension Binder {
    /// What may come next.
    ///
    /// - Parameters:
    ///   - word: what is written there so far.
    ///   - areArguments: whether the words come from a command line.
    func expected(_ word: PartialWord, areArguments: Bool) -> [Expected] {
        if let name = word.option { return table.option(named: name, of: syntax).map { [.value($0)] } ?? [] }
        if word.mayBeOption, !hasEndedOptions { return unusedOptions.map { .option($0) } }
        if let option = openOption { return [.value(option)] }
        if syntax.text != nil { return [.sql] }
        guard syntax === ControlSyntax.wait || syntax === ControlSyntax.assertion else {
            return nextOperand.map { [.operand($0)] } ?? []
        }
        let (next, isWhole) = ConditionReader(operandWords, in: source, areArguments: areArguments).expected()
        let options = syntax.options.filter { option in unusedOptions.contains { $0 === option } }
        return next + (isWhole ? options.map { .option($0) } : [])
    }

    /// The operands and values so far, but those that depend on variables.
    var given: [String] { words.compactMap { $0.constantText(in: source) } }

    private var nextOperand: OperandSyntax? {
        let count = operandWords.count
        if count < syntax.operands.count { return syntax.operands[count] }
        return syntax.operands.last.flatMap { $0.expands ? $0 : nil }
    }

    /// The options that may still be given; one of the command's own hides another of its name.
    private var unusedOptions: [OptionSyntax] {
        let own = Set(syntax.options.map(\.name))
        let all = syntax.options + table.universalOptions.filter { !own.contains($0.name) }
        return all.filter { !hasGiven($0) } + (table.helpOption.map { [$0] } ?? [])
    }
}
