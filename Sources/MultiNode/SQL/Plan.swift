/// A statement of a plan.
package struct PlannedStatement: Sendable, Equatable {
    package var sql: SQL
    package var place: Place
    /// What it is for, in a few words: `create role app`.
    package var purpose: String
    /// False where PostgreSQL or TimescaleDB refuses it inside a transaction block (SQLSTATE 25001).
    package var allowedInTransaction: Bool

    package init(sql: SQL, place: Place = .accessNode, purpose: String, allowedInTransaction: Bool = true) {
        self.sql = sql
        self.place = place
        self.purpose = purpose
        self.allowedInTransaction = allowedInTransaction
    }
}

/// What a command is going to do, as data: carried out, shown by `--dry-run`, logged, or gone on with after a failure.
package struct Plan: Sendable, Equatable {
    package enum Step: Sendable, Equatable {
        /// By itself, in a transaction of its own.
        case statement(PlannedStatement)
        /// All or nothing: one transaction on the access node, and with it one on every data node that it reaches.
        case transaction([PlannedStatement])
        /// Side by side on connections of their own; each has its own result, and none holds up another.
        case eachNode([PlannedStatement], parallel: Int)

        package var statements: [PlannedStatement] {
            switch self {
            case .statement(let statement): [statement]
            case .transaction(let statements), .eachNode(let statements, _): statements
            }
        }
    }

    package var steps: [Step]

    package init(_ steps: [Step] = []) {
        self.steps = steps
    }

    /// All of the statements or none of them; no BEGIN and COMMIT around a single one.
    static func together(_ statements: [PlannedStatement]) -> Plan {
        switch statements.count {
        case 0: Plan()
        case 1: Plan([.statement(statements[0])])
        default: Plan([.transaction(statements)])
        }
    }

    package var isEmpty: Bool { steps.allSatisfy(\.statements.isEmpty) }

    package var statements: [PlannedStatement] { steps.flatMap(\.statements) }

    /// Whether all of it may be part of a transaction that the access node has begun already.
    package var allowedInTransaction: Bool {
        steps.allSatisfy { step in
            if case .eachNode = step { return false }
            return step.statements.allSatisfy { $0.allowedInTransaction && $0.place == .accessNode }
        }
    }

    /// What is left to do when so many steps were done.
    package func finishing(after doneSteps: Int) -> Plan {
        Plan(Array(steps.dropFirst(doneSteps)))
    }

    /// The exact SQL under headings that say where it runs; it can be pasted into psql.
    package func shown() -> String {
        var lines: [String] = []
        var heading: String?
        func add(_ statement: PlannedStatement, under title: String) {
            if heading != title { lines.append("-- \(title)") }
            heading = title
            lines.append(Self.terminated(statement.sql.shown))
        }
        for step in steps where !step.statements.isEmpty {
            switch step {
            case .statement(let statement):
                add(statement, under: statement.place.description)
            case .transaction(let statements):
                lines.append("-- access node, one transaction")
                lines.append("BEGIN;")
                lines += statements.map { Self.terminated($0.sql.shown) }
                lines.append("COMMIT;")
                heading = nil
            case .eachNode(let statements, let parallel):
                heading = nil
                let suffix = min(parallel, statements.count) > 1 ? ", side by side" : ""
                for statement in statements { add(statement, under: statement.place.description + suffix) }
                heading = nil
            }
        }
        return lines.joined(separator: "\n")
    }

    /// The statement with one semicolon, which no comment at its end swallows.
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
