/// A name of a data node in the access node's catalog for which there is no server any more: it was renamed or dropped
/// with PostgreSQL's own commands, which the catalog does not notice.
package struct LostNode: Sendable, Equatable {
    package let name: String
    package let contents: NodeContents
    /// The hypertables that are on it, as they are written in SQL.
    package let hypertables: [String]

    /// - Parameter row: of ``list``.
    package init(row: [String: String?]) {
        let row = Row(row)
        name = row["name"] ?? ""
        contents = NodeContents(row: row)
        hypertables = row.array("tables")
    }

    /// For the access node: these nodes, by name.
    package static let list: SQL = """
        SELECT d.node_name AS name, d.tables,
               \(raw: NodeContents.ofNode)
          FROM (SELECT n.node_name,
                       pg_catalog.array_agg(pg_catalog.format('%I.%I', h.schema_name, h.table_name)
                                            ORDER BY h.schema_name, h.table_name) AS tables
                  FROM _timescaledb_catalog.hypertable_data_node n
                  JOIN _timescaledb_catalog.hypertable h ON h.id = n.hypertable_id
                 WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_foreign_server s WHERE s.srvname = n.node_name)
                 GROUP BY n.node_name) d
         ORDER BY d.node_name
        """
}
