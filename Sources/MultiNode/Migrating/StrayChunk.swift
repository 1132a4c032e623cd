/// A chunk of the new table that nobody has copied: made by somebody who wrote to it, or left from a time when it was in use.
package enum StrayChunk {
    /// For the target: two columns, `schema` and `name`.
    package static func list(of migration: Migration) -> SQL {
        """
        SELECT k.schema_name AS schema, k.table_name AS name
          FROM _timescaledb_catalog.hypertable h
          JOIN _timescaledb_catalog.chunk k ON k.hypertable_id = h.id AND \(raw: TargetChunk.isThere("k"))
         WHERE h.schema_name = \(migration.target.schema ?? "public", type: "name")
           AND h.table_name = \(migration.target.name, type: "name")
           AND NOT EXISTS (SELECT FROM tscl_migrate.chunk c
                            WHERE c.target_schema = k.schema_name AND c.target_name = k.table_name)
         ORDER BY k.id
        """
    }

    /// - Parameter row: of ``list(of:)``.
    package static func name(row: [String: String?]) -> TableName {
        let row = Row(row)
        return TableName(schema: row["schema"], name: row["name"] ?? "")
    }

    /// Whether there are rows in it: one value.
    package static func hasRows(_ name: TableName) -> SQL {
        "SELECT EXISTS (SELECT FROM \(qualified: name)) AS found"
    }
}
