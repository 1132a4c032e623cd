import MultiNode
package import Rendering

extension Table {
    /// Those of most commands' `--dry-run`.
    package static let planColumns: [Column] = ["where", "sql"]

    /// The statements of a plan for the access node, for programs.
    static func plan(_ statements: [SQL], _ hide: (SQL) -> String) -> Table {
        plan(statements.map { (Finding.accessNode, $0) }, hide)
    }

    /// The statements of a plan, each with the place where it runs.
    static func plan(_ statements: [(place: String, sql: SQL)], _ hide: (SQL) -> String) -> Table {
        Table(
            columns: planColumns,
            rows: statements.map { [.text($0.place), .text(hide($0.sql))] })
    }
}
