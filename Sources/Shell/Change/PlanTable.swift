import MultiNode
import Rendering

extension Table {
    /// The statements of a plan, for programs.
    static func plan(_ statements: [SQL], _ hide: (SQL) -> String) -> Table {
        Table(
            columns: ["where", "sql"],
            rows: statements.map { [.text("access node"), .text(hide($0))] })
    }
}
