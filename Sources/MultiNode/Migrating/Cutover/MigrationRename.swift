/// What the cut-over renames besides the tables: an index, a constraint or a statistics object.
package struct MigrationRename: Sendable, Equatable {
    let kind: String
    let schema: String
    /// What it is called for good.
    let name: String
    /// What that of the new table is called until the cut-over.
    let new: String

    package init(kind: String, schema: String, name: String, new: String) {
        (self.kind, self.schema, self.name, self.new) = (kind, schema, name, new)
    }

    /// - Parameter row: of ``list(of:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        self.init(
            kind: row["kind"] ?? "index", schema: row["schema"] ?? "public", name: row["name"] ?? "",
            new: row["new"] ?? "")
    }

    /// For the target: in the order in which they were recorded.
    package static func list(of migration: Migration) -> SQL {
        """
        SELECT r.item ->> 'kind' AS kind, COALESCE(r.item ->> 'schema', h.source_schema) AS schema,
               r.item ->> 'name' AS name, r.item ->> 'new' AS new
          FROM tscl_migrate.hypertable h
         CROSS JOIN LATERAL pg_catalog.jsonb_array_elements(h.renames) WITH ORDINALITY r (item, n)
         WHERE h.cluster = \(migration.cluster, type: "text") AND h.source_id = \(String(migration.sourceID), type: "int")
         ORDER BY r.n
        """
    }

    /// - Parameter table: the table whose it is, under the name that it has at that moment.
    func statement(from name: String, to new: String, of table: TableName) -> SQL {
        let object = TableName(schema: schema, name: name)
        return switch kind {
        case "constraint":
            "ALTER TABLE \(qualified: table) RENAME CONSTRAINT \(identifier: name) TO \(identifier: new)"
        case "sequence": "ALTER SEQUENCE \(qualified: object) RENAME TO \(identifier: new)"
        case "statistics": "ALTER STATISTICS \(qualified: object) RENAME TO \(identifier: new)"
        default: "ALTER INDEX \(qualified: object) RENAME TO \(identifier: new)"
        }
    }
}
