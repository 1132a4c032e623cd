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

    /// Whether it begins and ends a transaction of its own, where none is open for it to be part of.
    package var beginsTransaction: Bool {
        steps.contains { if case .transaction = $0 { true } else { false } }
    }

    /// The same where a transaction is open already: a part of that one.
    package var inOpenTransaction: Plan { Plan(statements.map { .statement($0) }) }

    package var isEmpty: Bool { steps.allSatisfy(\.statements.isEmpty) }

    package var statements: [SQL] { steps.flatMap(\.statements) }

    /// The statements, with those that begin and end its transactions.
    package var sent: [SQL] {
        steps.flatMap { step in
            switch step {
            case .statement(let statement): [statement]
            case .transaction(let statements): ["BEGIN"] + statements + ["COMMIT"]
            }
        }
    }
}
