import CommandLanguage
import MultiNode

extension Plan {
    /// The exact SQL under headings that say where it runs; it can be pasted into psql.
    ///
    /// - Parameter sideBySide: whether its statements are sent on connections of their own.
    func shown(sideBySide: Bool = false) -> String {
        var lines: [String] = []
        var isHeaded = false
        for step in steps where !step.statements.isEmpty {
            switch step {
            case .statement(let statement):
                if !isHeaded { lines.append(sideBySide ? "-- access node, side by side" : "-- access node") }
                isHeaded = true
                lines.append(SQLLexer.terminated(statement.shown))
            case .transaction(let statements):
                isHeaded = false
                lines += ["-- access node, one transaction", "BEGIN;"]
                lines += statements.map { SQLLexer.terminated($0.shown) }
                lines.append("COMMIT;")
            }
        }
        return lines.joined(separator: "\n")
    }
}
