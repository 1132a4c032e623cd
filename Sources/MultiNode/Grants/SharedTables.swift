/// The distributed hypertables, and what number each has on which server.
package struct SharedTables: Sendable {
    private struct Part: Sendable {
        let table: TableName
        /// Its number on the access node.
        let own: Int
        let node: String
        let number: Int
    }

    private let parts: [Part]

    /// - Parameter rows: of ``list``.
    package init(_ rows: [[String: String?]]) {
        parts = rows.map { row in
            let row = Row(row)
            return Part(
                table: TableName(schema: row["schema"], name: row["name"] ?? ""), own: row.integer("id"),
                node: row["node"] ?? "", number: row.integer("number"))
        }
    }

    /// For the access node: a row for each hypertable and node that has a part of it.
    package static let list: SQL = """
        SELECT h.id AS id, h.schema_name AS schema, h.table_name AS name, n.node_name AS node,
               n.node_hypertable_id AS number
          FROM _timescaledb_catalog.hypertable_data_node n
          JOIN _timescaledb_catalog.hypertable h ON h.id = n.hypertable_id
         ORDER BY 2, 3, 4
        """

    package var isEmpty: Bool { parts.isEmpty }

    /// The schemas that have one.
    package var schemas: [String] { Set(parts.map { $0.table.schema ?? "public" }).sorted() }

    /// The hypertables by the numbers that they have on the access node.
    package var onAccessNode: [Int: TableName] {
        Dictionary(parts.map { ($0.own, $0.table) }, uniquingKeysWith: { first, _ in first })
    }

    /// The hypertables of a data node by the numbers that they have there.
    package func on(_ node: String) -> [Int: TableName] {
        Dictionary(
            parts.filter { $0.node == node }.map { ($0.number, $0.table) }, uniquingKeysWith: { first, _ in first })
    }
}
