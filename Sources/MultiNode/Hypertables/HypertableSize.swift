/// The disk space that a hypertable takes on one data node.
package enum HypertableSize {
    /// For a data node: one row with one column `bytes`, which includes indexes, TOAST and compressed chunks; NULL if the node
    /// does not have the table.
    ///
    /// It is what `hypertable_size` says. That one looks at chunk for chunk, and takes five times as long; on the access node
    /// it also asks all nodes, and fails if one of them does not answer. Chunks inherit from their hypertable, and compressed
    /// ones from another that belongs to it.
    ///
    /// - Parameter table: with its schema.
    package static func query(of table: TableName) -> SQL {
        """
        WITH own AS (
             SELECT h.id, h.compressed_hypertable_id AS compressed
               FROM _timescaledb_catalog.hypertable h
              WHERE h.schema_name = \(table.schema) AND h.table_name = \(table.name)
             ), parent AS (
             SELECT c.oid, h.id = own.id AS counts
               FROM own
               JOIN _timescaledb_catalog.hypertable h ON h.id IN (own.id, own.compressed)
               JOIN pg_catalog.pg_namespace n ON n.nspname = h.schema_name
               JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = h.table_name)
        SELECT pg_catalog.sum(pg_catalog.pg_total_relation_size(r.oid))::bigint AS bytes
          FROM (SELECT oid FROM parent WHERE counts
                 UNION ALL
                SELECT i.inhrelid FROM parent p JOIN pg_catalog.pg_inherits i ON i.inhparent = p.oid) r
        """
    }

    /// - Parameter row: of ``query(of:)``.
    package static func bytes(row: [String: String?]) -> Int64? { Row(row)["bytes"].flatMap { Int64($0) } }
}
