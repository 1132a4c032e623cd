import CommandLanguage

/// A table of commands in which one is also the beginning of others, and with help.
let helpfulTable = CommandTable(
    [
        CommandSyntax(
            "heal", group: .healing, "Heal nodes",
            operands: [OperandSyntax("all|NAMES", .node, .oneOrMore, keywords: ["all"])],
            options: [OptionSyntax("--parallel", "N", .integer(1...10), "How many at once")]),
        CommandSyntax("heal list", group: .healing, "List transactions"),
        CommandSyntax("heal status", group: .healing, "Show the job"),
        CommandSyntax(
            "node attach", group: .nodes, "Attach nodes", operands: [OperandSyntax("NAMES", .node, .oneOrMore)],
            options: [
                OptionSyntax("--to", "TABLE", .hypertable, required: true, variadic: true, "To which"),
                OptionSyntax("--timeout", "TIME", .duration, "Its own"),
            ]),
        CommandSyntax("node show", group: .nodes, "Show a node", operands: [OperandSyntax("NAME", .node)]),
        CommandSyntax(
            "help", group: .help, "Explain", operands: [OperandSyntax("COMMAND|TOPIC", .command, .zeroOrMore)]),
        CommandSyntax(
            "exec", group: .sql, "Run on nodes", options: [OptionSyntax("--on", "NODES", .nodes, "Which")],
            text: "SQL"),
    ],
    universalOptions: [
        OptionSyntax("--timeout", "TIME", .duration, "Give up"),
        OptionSyntax("--format", "FORMAT", .choice(["table", "json"]), "How"),
    ],
    bareSQL: (["SELECT", "SHOW"], "exec"), helpCommand: "help")

extension CursorPlace {
    /// What may stand there: `word`, `--option`, `--option VALUE`, `<OPERAND>`, `SQL`.
    var summary: [String] {
        expected.map { expected in
            switch expected {
            case .word(let text, _): text
            case .option(let option): option.name
            case .value(let option): option.usage
            case .operand(let operand): "<\(operand.name)>"
            case .sql: "SQL"
            }
        }
    }

    /// What the cursor is in, as `word`, `"word` with its open quote, `--option=word`, `${name`, `[SQL`.
    var written: String? {
        switch subject {
        case .word(let word):
            let quote = [.none: "", .single: "'", .double: "\""][word.quote] ?? ""
            return (word.option.map { $0 + "=" } ?? "") + quote + word.text
        case .variable(let name, _): return "${" + name
        case .sql(let text, _): return "[" + text
        case .nothing: return nil
        }
    }
}
