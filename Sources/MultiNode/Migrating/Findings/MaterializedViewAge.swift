/// Whether a materialized view has rows of times whose raw rows are gone, which the cut-over makes it anew without.
package enum MaterializedViewAge {
    /// For the access node: the columns of a view that are of a time: `name`; none where it is empty or may not be read.
    ///
    /// - Parameter view: quoted.
    package static func columns(of view: String) -> SQL {
        """
        SELECT a.attname AS name
          FROM pg_catalog.pg_attribute a
          JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relispopulated
         WHERE a.attrelid = pg_catalog.to_regclass(\(literal: view)) AND a.attnum > 0 AND NOT a.attisdropped
           AND a.atttypid IN ('timestamptz'::pg_catalog.regtype, 'timestamp'::pg_catalog.regtype, 'date'::pg_catalog.regtype)
           AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
         ORDER BY a.attnum
        """
    }

    /// For the access node: whether one of them is before the first chunk of a table: one value, `is_before`.
    ///
    /// - Parameter columns: at least one.
    package static func isBefore(
        _ table: TableName, in view: String, _ columns: [String], _ capabilities: Capabilities
    ) -> SQL {
        let function = capabilities.internalFunction("time_to_internal")
        let oldest = columns.map { "\(raw: function)(pg_catalog.min(\(identifier: $0)))" as SQL }.joined(
            separator: ", ")
        return """
            SELECT COALESCE(LEAST(\(raw: oldest)) < COALESCE((\(raw: DependentAggregate.start(of: table))), 9223372036854775807), false) AS is_before
              FROM \(raw: SQL.fromCatalog(view))
            """
    }
}
