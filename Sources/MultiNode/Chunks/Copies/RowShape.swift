/// The columns of a hypertable, by which its rows are compared between nodes: a node may have them in another order, and
/// among others that were dropped.
package struct RowShape: Sendable, Equatable {
    package let table: TableName
    package let columns: [String]
    /// The columns by which a person finds a row: those that divide it into chunks, and its primary key.
    package let key: [String]
    /// Whether no two rows have the same values there: it is the primary key.
    package let isKeyUnique: Bool
    /// Those of the columns that are computed from others, and can't be written.
    private let generated: Set<String>

    package init(
        table: TableName, columns: [String], key: [String], isKeyUnique: Bool = false, generated: [String] = []
    ) {
        self.table = table
        self.columns = columns
        self.key = key
        self.isKeyUnique = isKeyUnique
        self.generated = Set(generated)
    }

    /// The columns that can be written.
    package var writable: [String] { columns.filter { !generated.contains($0) } }

    /// - Parameter row: of ``list(of:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        let dimensions = row.array("dimensions")
        self.init(
            table: TableName(schema: row["schema"], name: row["name"] ?? ""), columns: row.array("columns"),
            key: dimensions + row.array("primary_key").filter { !dimensions.contains($0) },
            isKeyUnique: !row.array("primary_key").isEmpty,
            generated: row.array("generated"))
    }

    /// For the access node.
    ///
    /// - Parameter tables: the numbers of hypertables in its catalog.
    package static func list(of tables: [Int]) -> SQL {
        """
        SELECT h.id, h.schema_name AS schema, h.table_name AS name,
               ARRAY(SELECT a.attname FROM pg_catalog.pg_attribute a
                      WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) AS columns,
               ARRAY(SELECT a.attname FROM pg_catalog.pg_attribute a
                      WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated <> ''
                      ORDER BY a.attnum) AS generated,
               ARRAY(SELECT d.column_name FROM _timescaledb_catalog.dimension d
                      WHERE d.hypertable_id = h.id ORDER BY d.id) AS dimensions,
               ARRAY(SELECT a.attname FROM pg_catalog.pg_index i
                       JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (i.indkey)
                      WHERE i.indrelid = t.oid AND i.indisprimary ORDER BY a.attnum) AS primary_key
          FROM _timescaledb_catalog.hypertable h
          JOIN pg_catalog.pg_namespace s ON s.nspname = h.schema_name
          JOIN pg_catalog.pg_class t ON t.relnamespace = s.oid AND t.relname = h.table_name
         WHERE h.id = ANY (\(tables.map(String.init), type: "int[]"))
        """
    }
}
