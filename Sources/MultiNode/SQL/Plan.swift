/// What a command is going to do on the access node, as data: what `--dry-run` shows is what is sent.
package struct Plan: Sendable, Equatable {
    package enum Step: Sendable, Equatable {
        /// By itself, in a transaction of its own.
        case statement(SQL)
        /// All or nothing: one transaction on the access node, and with it one on every data node that it reaches.
        case transaction([SQL])

        package var statements: [SQL] {
            switch self {
            case .statement(let statement): [statement]
            case .transaction(let statements): statements
            }
        }
    }

    package var steps: [Step]

    package init(_ steps: [Step] = []) {
        self.steps = steps
    }

    /// One statement, in a transaction of its own.
    package init(_ statement: SQL) {
        steps = [.statement(statement)]
    }

    /// All of the statements or none of them; no BEGIN and COMMIT around a single one.
    static func together(_ statements: [SQL]) -> Plan {
        switch statements.count {
        case 0: Plan()
        case 1: Plan(statements[0])
        default: Plan([.transaction(statements)])
        }
    }

    package var isEmpty: Bool { steps.allSatisfy(\.statements.isEmpty) }

    package var statements: [SQL] { steps.flatMap(\.statements) }

    /// The exact SQL under headings that say where it runs; it can be pasted into psql.
    ///
    /// - Parameter sideBySide: whether its statements are sent on connections of their own.
    package func shown(sideBySide: Bool = false) -> String {
        var lines: [String] = []
        var isHeaded = false
        for step in steps where !step.statements.isEmpty {
            switch step {
            case .statement(let statement):
                if !isHeaded { lines.append(sideBySide ? "-- access node, side by side" : "-- access node") }
                isHeaded = true
                lines.append(Self.terminated(statement.shown))
            case .transaction(let statements):
                isHeaded = false
                lines += ["-- access node, one transaction", "BEGIN;"]
                lines += statements.map { Self.terminated($0.shown) }
                lines.append("COMMIT;")
            }
        }
        return lines.joined(separator: "\n")
    }

    /// The statement with one semicolon, which goes on a line of its own if a comment at the end would swallow it.
    private static func terminated(_ text: String) -> String {
        var scanner = SQLScanner(text)
        var end = 0
        var hasSemicolon = false
        while let token = scanner.next() {
            hasSemicolon = token.kind == .semicolon
            end = token.range.upperBound
        }
        if hasSemicolon { return text }
        let rest = text.utf8.dropFirst(end).contains(UInt8(ascii: "-"))
        return text + (rest ? "\n;" : ";")
    }
}
