/// The definition of a distributed hypertable, from which a plain one is made that is equal to it, without rows.
package struct PlainHypertable: Sendable, Equatable {
    /// The number of the distributed hypertable in the access node's catalog.
    package let id: Int
    /// The name of the distributed one.
    package let source: TableName
    let parts: [DefinitionPart]
    package let dimensions: [PlainDimension]
    /// Nil where chunks may not be compressed.
    package let compression: CompressionSettings?
    /// The schema and the prefix of the chunks' names, where they are not TimescaleDB's own choice.
    let chunkSchema: String?
    let chunkPrefix: String?

    /// - Parameters:
    ///   - row: of ``list(_:)``.
    ///   - parts: of ``parts(of:_:)``, of this table.
    ///   - dimensions: of this table.
    init(row: [String: String?], parts: [[String: String?]], dimensions: [PlainDimension]) {
        let row = Row(row)
        let id = row.integer("id")
        self.id = id
        source = TableName(schema: row["schema"], name: row["name"] ?? "")
        self.parts = parts.compactMap(DefinitionPart.init)
        self.dimensions = dimensions
        compression =
            row.flag("compressed")
            ? CompressionSettings(segmentBy: row.array("segment_by"), orderBy: row.array("order_by")) : nil
        let schema = row["chunk_schema"]
        chunkSchema = schema == "_timescaledb_internal" ? nil : schema
        let prefix = row["chunk_prefix"]
        chunkPrefix = prefix == "_dist_hyper_\(id)" ? nil : prefix
    }

    /// - Parameters:
    ///   - rows: of ``list(_:)``.
    ///   - parts: of ``parts(of:_:)``, of all tables.
    ///   - dimensions: of ``PlainDimension/list(of:)``, of all tables.
    package static func all(
        _ rows: [[String: String?]], parts: [[String: String?]], dimensions: [[String: String?]]
    ) -> [PlainHypertable] {
        let parts = TableName.groups(parts)
        let dimensions = Dictionary(grouping: dimensions.map { PlainDimension(row: $0) }, by: \.tableID)
        return zip(names(rows), rows).map { name, row in
            PlainHypertable(
                row: row, parts: parts[name] ?? [], dimensions: dimensions[Row(row).integer("id")] ?? [])
        }
    }

    /// - Parameter rows: of ``list(_:)``.
    package static func names(_ rows: [[String: String?]]) -> [TableName] {
        rows.map(Row.init).map { TableName(schema: $0["schema"], name: $0["name"] ?? "") }
    }

    package var owner: String { parts.first { $0.kind == .owner }?.name ?? "" }

    func parts(_ kind: DefinitionPart.Kind) -> [DefinitionPart] { parts.filter { $0.kind == kind } }

    /// For the access node, with a `search_path` of `pg_catalog` alone: the parts of the tables' definitions.
    ///
    /// - Parameter tables: with their schemas.
    package static func parts(of tables: [TableName], _ capabilities: Capabilities) -> SQL {
        DefinitionPart.query(of: tables, capabilities)
    }

    /// For any server with TimescaleDB: `schema` and `name` of every hypertable of users, distributed or not.
    package static let everyName: SQL = """
        SELECT h.schema_name AS schema, h.table_name AS name FROM _timescaledb_catalog.hypertable h
         WHERE h.compression_state <> 2
           AND NOT EXISTS (SELECT FROM _timescaledb_catalog.continuous_agg a WHERE a.mat_hypertable_id = h.id)
         ORDER BY 1, 2
        """

    /// For the access node: one row for each of these distributed hypertables.
    package static func list(_ tables: [Int]) -> SQL {
        """
        SELECT h.id, h.schema_name AS schema, h.table_name AS name, h.compression_state = 1 AS compressed,
               h.associated_schema_name AS chunk_schema, h.associated_table_prefix AS chunk_prefix,
               z.segment_by, z.order_by
          FROM _timescaledb_catalog.hypertable h
          LEFT JOIN (\(raw: CompressionSettings.byTable)) z
               ON z.hypertable_schema = h.schema_name AND z.hypertable_name = h.table_name
         WHERE h.id = ANY (\(tables.map(String.init), type: "int[]"))
         ORDER BY h.schema_name, h.table_name
        """
    }
}
