/// A table with rows of a lost chunk on another node than the one that it was lost with: what had come over by a copy that never
/// ended, and that nobody has compared.
package struct LostRemnant: Sendable, Equatable {
    package let node: String
    package let table: TableName
    package let bytes: Int

    /// - Parameter row: of ``query(of:)``.
    package init(row: [String: String?], on node: String) {
        let row = Row(row)
        self.node = node
        table = TableName(schema: row["schema"], name: row["name"] ?? "")
        bytes = row.integer("bytes")
    }

    /// For a data node that has no copy of these chunks: its tables that bear their names, or those of their compressed rows where
    /// tscl has copied them, and that are not empty.
    package static func query(of chunks: [LostChunk]) -> SQL {
        let names =
            chunks.map { ($0.name.schema ?? "public", $0.name.name) }
            + chunks.map { ("_timescaledb_internal", ChunkCopySQL.compressedName(ofChunk: $0.id)) }
        return """
            SELECT n.nspname AS schema, t.relname AS name, pg_catalog.pg_table_size(t.oid) AS bytes
              FROM ROWS FROM (pg_catalog.unnest(\(names.map(\.0))),
                              pg_catalog.unnest(\(names.map(\.1)))) AS c (schema, name)
              JOIN pg_catalog.pg_namespace n ON n.nspname = c.schema::name
              JOIN pg_catalog.pg_class t ON t.relnamespace = n.oid AND t.relname = c.name::name AND t.relkind = 'r'
             WHERE pg_catalog.pg_relation_size(t.oid) > 0
             ORDER BY 1, 2
            """
    }
}
