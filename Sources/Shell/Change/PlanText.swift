import CommandLanguage
import MultiNode

extension Plan {
    /// The exact SQL under headings that say where it runs; it can be pasted into psql.
    ///
    /// - Parameters:
    ///   - place: where it runs.
    ///   - sideBySide: whether its statements are sent on connections of their own.
    ///   - hide: the form of a statement that may be shown.
    func shown(
        at place: String = Finding.accessNode, sideBySide: Bool = false, _ hide: (SQL) -> String = \.shown
    ) -> String {
        var lines: [String] = []
        var isHeaded = false
        for step in steps where !step.statements.isEmpty {
            switch step {
            case .statement(let statement):
                if !isHeaded { lines.append(sideBySide ? "-- \(place), side by side" : "-- \(place)") }
                isHeaded = true
                lines.append(SQLLexer.terminated(hide(statement)))
            case .transaction(let statements):
                isHeaded = false
                lines += ["-- \(place), one transaction", "BEGIN;"]
                lines += statements.map { SQLLexer.terminated(hide($0)) }
                lines.append("COMMIT;")
            }
        }
        return lines.joined(separator: "\n")
    }
}
