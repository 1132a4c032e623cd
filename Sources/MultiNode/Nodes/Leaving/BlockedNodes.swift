/// Which nodes take no new chunks of which hypertables.
package enum BlockedNodes {
    package struct Attachment: Sendable {
        package let node: String
        package let table: TableName
        package let isBlocked: Bool
        /// Whether the role may change it: TimescaleDB passes over the others with a notice.
        package let isOwned: Bool

        /// - Parameter row: of ``list``.
        package init(row: [String: String?]) {
            let row = Row(row)
            node = row["node"] ?? ""
            table = TableName(schema: row["schema"], name: row["name"] ?? "")
            isBlocked = row.flag("blocked")
            isOwned = row["owned"] != "f"
        }
    }

    /// The nodes of each distributed hypertable. It reads only what every role may read, in all versions.
    package static let list: SQL = """
        SELECT d.node_name AS node, h.schema_name AS schema, h.table_name AS name, d.block_chunks AS blocked,
               pg_catalog.pg_has_role(c.relowner, 'USAGE') AS owned
          FROM _timescaledb_catalog.hypertable_data_node d
          JOIN _timescaledb_catalog.hypertable h ON h.id = d.hypertable_id
          LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = h.schema_name
          LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = h.table_name
         ORDER BY 1, 2, 3
        """

    /// What `check` says of nodes that take no new chunks, as a drain leaves them that was given up.
    ///
    /// - Parameter all: in the order of ``list``.
    package static func findings(_ all: [Attachment]) -> [Finding] {
        let tables = Dictionary(grouping: all, by: \.node)
        return tables.keys.sorted().compactMap { node -> Finding? in
            let blocked = (tables[node] ?? []).filter(\.isBlocked).map(\.table.shownName)
            guard !blocked.isEmpty else { return nil }
            return Finding(
                .warning, node, "it takes no new chunks of \(blocked.listed): the other nodes get them",
                remedy: "node allow \(word: node); or, where it is to go: node drain \(word: node)")
        }
    }
}
