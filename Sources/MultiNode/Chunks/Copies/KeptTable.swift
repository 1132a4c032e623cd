/// A table of a data node with rows that were kept aside there: those of a copy of a chunk that was replaced, or of a table that was
/// in the way. Nothing else may have them.
package struct KeptTable: Sendable, Equatable {
    package let table: TableName
    /// Nil where they can't be counted.
    package let rows: Int?

    package init(_ table: TableName, rows: Int?) {
        self.table = table
        self.rows = rows
    }

    /// For a data node: `schema` and `name` of each.
    package static let list: SQL = """
        SELECT n.nspname AS schema, c.relname AS name
          FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
           AND c.relname ~ \(literal: "(\(CopyAside.ending)|\(TableAside.ending))(_[0-9]+)?$")
           AND NOT EXISTS (SELECT FROM _timescaledb_catalog.hypertable h
                            WHERE (h.schema_name, h.table_name) = (n.nspname, c.relname))
         ORDER BY n.nspname, c.relname
        """
}
