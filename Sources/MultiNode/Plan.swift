/// Where a statement runs.
package enum Place: Sendable, Hashable, CustomStringConvertible {
    case accessNode
    case dataNode(String)

    package var description: String {
        switch self {
        case .accessNode: "access node"
        case .dataNode(let name): name
        }
    }
}

package struct PlannedStatement: Sendable, Equatable {
    package let sql: SQL
    package let place: Place

    package init(_ sql: SQL, at place: Place = .accessNode) {
        self.sql = sql
        self.place = place
    }
}

/// What a command would do: which SQL runs where, in which transaction, as data.
package struct Plan: Sendable, Equatable {
    package enum Step: Sendable, Equatable {
        /// By itself.
        case statement(PlannedStatement)
        /// One transaction on the access node, and so on every node that its statements reach.
        case transaction([SQL])
    }

    package var steps: [Step]

    package init(_ steps: [Step] = []) {
        self.steps = steps
    }

    /// One statement on the access node, by itself.
    package init(_ sql: SQL) {
        self.init([.statement(PlannedStatement(sql))])
    }

    /// Statements on the access node in one transaction; a single one needs none of its own.
    package static func atomic(_ statements: [SQL]) -> Plan {
        statements.count == 1 ? Plan(statements[0]) : Plan([.transaction(statements)])
    }

    package var isEmpty: Bool { steps.isEmpty }

    package var statements: [PlannedStatement] {
        steps.flatMap { step in
            switch step {
            case .statement(let statement): [statement]
            case .transaction(let statements): (["BEGIN"] + statements + ["COMMIT"]).map { PlannedStatement($0) }
            }
        }
    }

    /// The plan as a person reads it, and can run it by hand.
    package var shown: String {
        var lines: [String] = []
        for step in steps {
            switch step {
            case .statement(let statement):
                lines.append("-- \(statement.place), by itself")
                lines.append(statement.sql.shown + ";")
            case .transaction(let statements):
                lines.append("-- access node, one distributed transaction")
                lines += (["BEGIN"] + statements + ["COMMIT"]).map { $0.shown + ";" }
            }
        }
        return lines.joined(separator: "\n")
    }
}
