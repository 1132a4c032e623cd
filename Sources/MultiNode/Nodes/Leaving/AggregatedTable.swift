/// A distributed hypertable on a data node that has continuous aggregates.
///
/// When a chunk of it is dropped, TimescaleDB tells that to all its data nodes, and fails where one is gone. For the
/// transaction that drops chunks, the hypertable is not on that node. It takes a superuser, and a session that has not
/// looked at the hypertable before.
package struct AggregatedTable: Sendable, Equatable {
    package let table: TableName
    /// The continuous aggregates.
    package let views: [TableName]
    /// In the catalogs of the access node and of the node.
    private let id: Int
    private let numberThere: Int?
    private let isBlocked: Bool

    /// - Parameter row: of ``list(on:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        table = TableName(schema: row["schema"], name: row["name"] ?? "")
        views = zip(row.array("view_schemas"), row.array("views")).map { TableName(schema: $0, name: $1) }
        id = row.integer("id")
        numberThere = row.optionalInteger("number")
        isBlocked = row.flag("blocked")
    }

    /// For the access node.
    package static func list(on node: String) -> SQL {
        """
        SELECT n.hypertable_id AS id, n.node_hypertable_id AS number, n.block_chunks AS blocked, h.schema_name AS schema,
               h.table_name AS name, a.view_schemas, a.views
          FROM _timescaledb_catalog.hypertable_data_node n
          JOIN _timescaledb_catalog.hypertable h ON h.id = n.hypertable_id
          JOIN (SELECT raw_hypertable_id, pg_catalog.array_agg(user_view_schema ORDER BY user_view_name) AS view_schemas,
                       pg_catalog.array_agg(user_view_name ORDER BY user_view_name) AS views
                  FROM _timescaledb_catalog.continuous_agg
                 GROUP BY raw_hypertable_id) a ON a.raw_hypertable_id = n.hypertable_id
         WHERE n.node_name = \(node, type: "name")
         ORDER BY 1
        """
    }

    func leaving(_ node: String) -> SQL {
        """
        DELETE FROM _timescaledb_catalog.hypertable_data_node
         WHERE hypertable_id = \(id) AND node_name = \(node, type: "name")
        """
    }

    func returning(to node: String) -> SQL {
        """
        INSERT INTO _timescaledb_catalog.hypertable_data_node (hypertable_id, node_hypertable_id, node_name, block_chunks)
        VALUES (\(id), \(numberThere.map(String.init)), \(node, type: "name"), \(isBlocked))
        """
    }
}
