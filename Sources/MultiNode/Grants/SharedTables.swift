/// The distributed hypertables, and what number each has on which server.
package struct SharedTables: Sendable {
    /// The hypertables by the numbers that they have on the access node.
    package private(set) var onAccessNode: [Int: TableName] = [:]
    /// The same for each data node.
    private var onNodes: [String: [Int: TableName]] = [:]

    /// - Parameter rows: of ``list``.
    package init(_ rows: [[String: String?]]) {
        for row in rows.map(Row.init) {
            let table = TableName(schema: row["schema"], name: row["name"] ?? "")
            onAccessNode[row.integer("id")] = table
            onNodes[row["node"] ?? "", default: [:]][row.integer("number")] = table
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

    package var isEmpty: Bool { onAccessNode.isEmpty }

    /// The schemas that have one.
    package var schemas: [String] { Set(onAccessNode.values.map { $0.schema ?? "public" }).sorted() }

    /// The hypertables of a data node by the numbers that they have there.
    package func on(_ node: String) -> [Int: TableName] { onNodes[node] ?? [:] }

    /// Whether it has a hypertable of this number on a node that is none of these, as one that was renamed since.
    func has(_ table: TableName, _ number: Int, besides nodes: Set<String>) -> Bool {
        onNodes.contains { !nodes.contains($0.key) && $0.value[number] == table }
    }
}
