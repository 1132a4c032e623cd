/// A table of a data node with rows that nothing else may have: those that were kept aside there of a copy of a chunk that was
/// replaced, or of a table that was in the way; what a copy of a chunk that broke off has brought; or a chunk that the access node has
/// there no more.
package struct KeptTable: Sendable, Equatable {
    package let table: TableName
    /// Nil where they can't be counted.
    package let rows: Int?

    package init(_ table: TableName, rows: Int?) {
        self.table = table
        self.rows = rows
    }

    /// For a data node: `schema` and `name` of each that is no chunk. What is being copied is none of them.
    package static let list: SQL = """
        SELECT n.nspname AS schema, c.relname AS name
          FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
           AND (c.relname ~ \(literal: "(\(CopyAside.ending)|\(TableAside.ending))(_[0-9]+)?$")
                OR n.nspname = '_timescaledb_internal' AND c.relname ~ '^(_dist|compress)_hyper_[0-9]+_[0-9]+_chunk$'
                   AND NOT EXISTS (SELECT FROM _timescaledb_catalog.chunk k
                                    WHERE (k.schema_name, k.table_name) = (n.nspname, c.relname))
                   AND NOT EXISTS (SELECT FROM pg_catalog.pg_subscription_rel r WHERE r.srrelid = c.oid))
           AND NOT EXISTS (SELECT FROM _timescaledb_catalog.hypertable h
                            WHERE (h.schema_name, h.table_name) = (n.nspname, c.relname))
         ORDER BY n.nspname, c.relname
        """
}
