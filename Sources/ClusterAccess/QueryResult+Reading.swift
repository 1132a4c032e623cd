package import MultiNode
package import Postgres

extension QueryResult {
    /// The rows by column name.
    package var records: [[String: String?]] {
        let names = columns.map(\.name)
        return rows.map { row in
            Dictionary(zip(names, row), uniquingKeysWith: { first, _ in first })
        }
    }

    /// The roles, of ``DatabaseRole/list``, by name.
    package var roles: [DatabaseRole] { unsortedRoles.sorted { $0.name < $1.name } }

    /// The same in no order.
    var unsortedRoles: [DatabaseRole] { DatabaseRole.roles(columns: columns.map(\.name), rows: rows) }

    /// The first value of the first row; nil if there is none or it is NULL.
    package var value: String? { rows.first?.first.flatMap { $0 } }
}

extension Duration {
    package var milliseconds: Double {
        Double(components.seconds) * 1000 + Double(components.attoseconds) / 1e15
    }
}
