/// The disk space that a hypertable takes on one data node.
package enum HypertableSize {
    /// For a data node: one row with one column `bytes`, which includes indexes, TOAST and compressed chunks; no row if
    /// the node does not have the table.
    ///
    /// The access node's own `hypertable_size` asks all nodes, and fails if one of them does not answer.
    ///
    /// - Parameter table: with its schema.
    package static func query(of table: TableName, _ capabilities: Capabilities) -> SQL {
        """
        SELECT \(raw: capabilities.function("hypertable_size"))(c.oid) AS bytes
          FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = \(table.schema) AND c.relname = \(table.name)
        """
    }

    /// - Parameter row: of ``query(of:_:)``.
    package static func bytes(row: [String: String?]) -> Int64? { Row(row)["bytes"].flatMap { Int64($0) } }
}
