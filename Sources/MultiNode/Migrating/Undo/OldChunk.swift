/// A chunk of a distributed hypertable from which a migration has copied.
package struct OldChunk: Sendable, Equatable {
    package let name: TableName
    package let isCompressed: Bool
    /// The nodes of its copies, where it has the same name, in order.
    package let nodes: [String]

    package init(_ name: TableName, isCompressed: Bool, nodes: [String]) {
        (self.name, self.isCompressed, self.nodes) = (name, isCompressed, nodes)
    }

    /// - Parameter row: of ``list(of:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        self.init(
            TableName(schema: row["schema"], name: row["name"] ?? ""), isCompressed: row["is_compressed"] == "t",
            nodes: row.array("nodes"))
    }

    /// For the access node.
    package static func list(of migration: Migration) -> SQL {
        """
        SELECT c.schema_name AS schema, c.table_name AS name, c.status & 1 = 1 AS is_compressed,
               ARRAY(SELECT n.node_name FROM _timescaledb_catalog.chunk_data_node n
                      WHERE n.chunk_id = c.id ORDER BY n.node_name) AS nodes
          FROM _timescaledb_catalog.chunk c
         WHERE c.hypertable_id = \(migration.sourceID) AND NOT c.dropped
        """
    }

    /// Deletes rows on nodes, each of which does so by itself: by its place in one copy a row is another one in the next, and
    /// the access node takes many times as long, row for row.
    ///
    /// - Parameters:
    ///   - table: a chunk, by whose name no row of another is looked at: a look at compressed ones would decompress them, on
    ///     the node alone. Or the whole table.
    ///   - condition: of the rows.
    package static func clearing(
        _ table: TableName, where condition: SQL? = nil, on nodes: [String], _ capabilities: Capabilities
    ) -> SQL {
        var delete: SQL = "DELETE FROM \(qualified: table)"
        if let condition { delete = "\(raw: delete) WHERE \(raw: condition)" }
        let list: SQL = nodes.map { "\(literal: $0)" as SQL }.joined(separator: ", ")
        return """
            CALL \(raw: capabilities.function("distributed_exec"))(\(literal: delete.inlined), \
            node_list => ARRAY[\(raw: list)]::name[])
            """
    }
}
