package import CommandLanguage

/// The complete help for one command, made from its syntax.
package struct CommandPage: Sendable {
    private let command: CommandSyntax

    package init(_ command: CommandSyntax) {
        self.command = command
    }

    package var blocks: [HelpBlock] {
        [.paragraph(command.summary + "."), .usage(command.usage)] + explanation
    }

    /// What follows the summary and the usage.
    package var explanation: [HelpBlock] {
        var blocks: [HelpBlock] = []
        if !operands.isEmpty { blocks.append(.definitions(operands)) }
        if !command.options.isEmpty {
            blocks.append(.definitions(command.options.map { HelpDefinition($0.usage, $0.summary) }))
        }
        if !values.isEmpty { blocks.append(.definitions(values)) }
        blocks += command.details.split(separator: "\n\n").map { .paragraph(String($0)) }
        if !conduct.isEmpty { blocks.append(.paragraph(conduct.joined(separator: " "))) }
        if !command.examples.isEmpty { blocks += [.heading("Examples"), .lines(command.examples)] }
        return blocks
    }

    private var operands: [HelpDefinition] {
        var definitions = command.operands.compactMap { operand in
            (operand.offering?.explanation ?? operand.kind.explanation(ofSeveral: operand.expands))
                .map { HelpDefinition(operand.name, $0) }
        }
        if let text = command.text {
            definitions.append(
                HelpDefinition(text, "one statement, to the end of the command; quotes and ; in it stay"))
        }
        return definitions
    }

    /// Explains the values of options whose names don't say enough.
    private var values: [HelpDefinition] {
        var definitions: [HelpDefinition] = []
        for option in command.options {
            switch option.kind {
            case .nodes, .duration, .choice: break
            default: continue
            }
            guard let value = option.value, !definitions.contains(where: { $0.term == value }),
                let meaning = option.kind.explanation(ofSeveral: false)
            else { continue }
            definitions.append(HelpDefinition(value, meaning))
        }
        return definitions
    }

    private var preview: String {
        switch command.preview {
        case .sql: command.group == .sandbox ? "what it would do" : "the exact SQL and where it would run"
        case .steps(withSQL: false): "each step and about how long all may take"
        case .steps(withSQL: true): "each step and about how long all may take, with --show-sql the exact SQL too"
        }
    }

    /// When the command asks for confirmation, and what it leaves alone.
    private var conduct: [String] {
        var sentences: [String] = []
        if command.changes {
            sentences.append("With --dry-run it shows \(preview), and does nothing.")
        }
        let asked = "it asks on a terminal for the name to be typed again; elsewhere it wants --yes, or ends with 6."
        switch command.asks {
        case .never: break
        case .always: sentences.append("Before anything is done " + asked)
        case .with(let flag): sentences.append("With \(flag.name) " + asked)
        }
        return sentences
    }
}

extension Offering {
    /// What can be written in such a place, where the kind says too little.
    fileprivate var explanation: String? {
        switch self {
        case .chunks: "a chunk: its name, with its schema or without"
        case .copies: "the names of copies' operations; 'ts_copy_*' stands for several"
        case .hypertablesAndChunks: "hypertables and chunks by their names; 'metr*' stands for all that match"
        default: nil
        }
    }
}

extension ValueKind {
    /// What can be written in such a place; nil if the name of the place says it all.
    fileprivate func explanation(ofSeveral several: Bool) -> String? {
        switch self {
        case .newName: several ? "new names; dn{1..4} stands for four" : "a new name"
        case .node: several ? "data nodes; dn{1..3} and 'dn*' stand for several" : "a data node"
        case .nodes: "data nodes: dn1,dn2 or 'dn*' or all"
        case .role: several ? "roles; {ro,rw} stands for two" : "a role"
        case .hypertable:
            several
                ? "hypertables: table or schema.table; 'metr*' stands for all that match"
                : "a hypertable: table or schema.table"
        case .sandboxNode: "a server of the sandbox: an1, dn1…"
        case .variable: "the name of a variable"
        case .variables: "names of variables, with commas between them"
        case .quantity: "a number, bytes (10GB) or a time (5m)"
        case .query: "a query in quotes: $$ SELECT … $$"
        case .command: "the words of a command, or a topic"
        case .file: "a file"
        case .duration: "a time: 500ms, 30s, 5m, 2h, 1d"
        case .choice(let choices): choices.joined(separator: ", ")
        case .integer(let range) where range.upperBound < 1_000_000:
            "a number from \(range.lowerBound) to \(range.upperBound)"
        case .integer: "a number"
        case .integers(let range):
            "numbers from \(range.lowerBound) to \(range.upperBound), with commas between them"
        case .text: nil
        }
    }
}
