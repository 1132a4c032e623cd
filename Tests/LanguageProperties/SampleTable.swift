package import CommandLanguage

private let secret = OptionSyntax("--secret", "Hide the value")

/// A table of commands in which every kind of operand, option and text occurs.
package let table = CommandTable(
    [
        CommandSyntax("node list", group: .nodes, "List the nodes"),
        CommandSyntax(
            "node add", group: .nodes, "Add nodes",
            operands: [OperandSyntax("NAMES", .newName, .oneOrMore)],
            options: [
                OptionSyntax("--host", "H", .text, required: true, paired: true, "Where it is"),
                OptionSyntax("--port", "P", .integer(1...65535), paired: true, "Its port"),
                OptionSyntax("--if-not-exists", "Leave what is there"),
            ], changes: true),
        CommandSyntax(
            "node attach", group: .nodes, "Attach nodes",
            operands: [OperandSyntax("NAMES", .node, .oneOrMore)],
            options: [OptionSyntax("--to", "TABLE", .hypertable, required: true, variadic: true, "To which")]),
        CommandSyntax("node delete", group: .nodes, "Delete a node", operands: [OperandSyntax("NAME", .node)]),
        CommandSyntax("echo", group: .settings, "Print words", operands: [OperandSyntax("WORD", .text, .zeroOrMore)]),
        CommandSyntax(
            "connect", group: .session, "Connect", operands: [OperandSyntax("CONNINFO", .text, .zeroOrMore)],
            options: [Flag("--reuse-previous", "Keep what CONNINFO does not name").syntax]),
        CommandSyntax(
            "set", group: .settings, "Set a variable",
            operands: [
                OperandSyntax("NAME", .variable), OperandSyntax("VALUE", .text, .optional, secretWith: secret),
            ],
            options: [secret]),
        CommandSyntax(
            "timing", group: .settings, "Show times", operands: [OperandSyntax("WHEN", .choice(["on", "off"]))]),
        CommandSyntax(
            "show-sql", group: .settings, "Show statements", operands: [OperandSyntax("WHEN", .choice(["on", "off"]))]),
        CommandSyntax(
            "sql", group: .sql, "Run a statement",
            options: [OptionSyntax("--into", "VAR", .variable, "Keep the answer")],
            text: "TEXT"),
        CommandSyntax(
            "exec", group: .sql, "Run on nodes",
            options: [
                OptionSyntax("--on", "NODES", .nodes, "Which nodes"),
                OptionSyntax("--no-transaction", "Each by itself"),
            ], text: "TEXT", changes: true),
    ],
    universalOptions: [
        OptionSyntax("--yes", "Do not ask"),
        OptionSyntax("--format", "FORMAT", .choice(["table", "json"]), "How it is shown"),
    ],
    bareSQL: (SQLBeginnings.all, "sql"))
