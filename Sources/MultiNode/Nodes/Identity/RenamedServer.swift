/// A foreign server that has the name of another node, because servers were renamed among themselves with PostgreSQL's
/// own command: the tables of chunks stay with their server, and the catalog with the name.
package struct RenamedServer: Sendable, Equatable {
    /// Its name.
    package let now: String
    /// The name that its chunks have in the catalog.
    package let before: String

    package init(now: String, before: String) {
        self.now = now
        self.before = before
    }

    /// - Parameter row: of ``list``.
    package init(row: [String: String?]) {
        let row = Row(row)
        self.init(now: row["now"] ?? "", before: row["before"] ?? "")
    }

    /// For the access node. Only chunks with one replica tell; of a name that no server has, ``LostNode`` tells.
    package static let list: SQL = """
        SELECT s.srvname AS now, n.node_name AS before
          FROM _timescaledb_catalog.chunk c
          JOIN _timescaledb_catalog.chunk_data_node n ON n.chunk_id = c.id
          JOIN pg_catalog.pg_namespace ns ON ns.nspname = c.schema_name
          JOIN pg_catalog.pg_class t ON t.relnamespace = ns.oid AND t.relname = c.table_name
          JOIN pg_catalog.pg_foreign_table f ON f.ftrelid = t.oid
          JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
          JOIN pg_catalog.pg_foreign_server b ON b.srvname = n.node_name
         WHERE NOT c.dropped AND s.srvname <> n.node_name
           AND NOT EXISTS (SELECT FROM _timescaledb_catalog.chunk_data_node o
                            WHERE o.chunk_id = c.id AND o.node_name <> n.node_name)
         GROUP BY 1, 2
         ORDER BY 1, 2
        """

    /// Findings where servers were renamed among themselves.
    package static func findings(_ servers: [RenamedServer]) -> [Finding] {
        guard !servers.isEmpty else { return [] }
        func rename(_ name: String, _ other: String) -> String {
            "sql ALTER SERVER \(Quoting.identifier(name)) RENAME TO \(Quoting.identifier(other))"
        }
        // Each name is taken by another until all have one in between.
        let between = servers.map { ($0, "\($0.before)_again") }
        let commands = between.map { rename($0.now, $1) } + between.map { rename($1, $0.before) }
        let names = servers.map { "\($0.now) is the server that \($0.before) was" }.listed
        return [
            Finding(
                .error, Finding.accessNode,
                "servers were renamed among themselves: \(names); queries go to the wrong nodes",
                remedy: commands.joined(separator: "; then "))
        ]
    }
}
