/// Which nodes take no new chunks of which hypertables.
package enum BlockedNodes {
    package struct Attachment: Sendable {
        package let node: String
        package let table: TableName
        package let isBlocked: Bool

        /// - Parameter row: of ``list``.
        package init(row: [String: String?]) {
            let row = Row(row)
            node = row["node"] ?? ""
            table = TableName(schema: row["schema"], name: row["name"] ?? "")
            isBlocked = row.flag("blocked")
        }
    }

    /// The nodes of each distributed hypertable. It reads only what every role may read, in all versions.
    package static let list: SQL = """
        SELECT d.node_name AS node, h.schema_name AS schema, h.table_name AS name, d.block_chunks AS blocked
          FROM _timescaledb_catalog.hypertable_data_node d
          JOIN _timescaledb_catalog.hypertable h ON h.id = d.hypertable_id
         ORDER BY 1, 2, 3
        """
}
