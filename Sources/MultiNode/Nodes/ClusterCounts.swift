/// Counts about the cluster that the access node can answer alone.
package struct ClusterCounts: Sendable, Equatable {
    /// Rows of the log of distributed commits.
    package let transactionLog: Int
    package let hypertables: Int
    /// Chunks with fewer replicas than they should have; nil if this version of TimescaleDB can't tell.
    package let underReplicated: Int?
    /// The nodes of hypertables for which there is no server any more.
    package let lostNodes: [String]
    /// Whether sessions on the access node write nothing.
    package let isReadOnly: Bool

    /// - Parameter row: of ``query(_:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        transactionLog = row.integer("transaction_log")
        hypertables = row.integer("hypertables")
        underReplicated = row.optionalInteger("under_replicated")
        lostNodes = row.array("lost_nodes")
        isReadOnly = row["read_only"] == "on"
    }

    package static func query(_ capabilities: Capabilities) -> SQL {
        // The view exists only in versions that can copy chunks.
        let underReplicated: SQL =
            capabilities.canCopyChunks
            ? """
            (SELECT pg_catalog.count(*) FROM timescaledb_experimental.chunk_replication_status
              WHERE num_replicas < desired_num_replicas)
            """ : "NULL"
        return """
            SELECT (SELECT pg_catalog.count(*) FROM _timescaledb_catalog.remote_txn) AS transaction_log,
                   (SELECT pg_catalog.count(*) FROM timescaledb_information.hypertables WHERE is_distributed) AS hypertables,
                   \(raw: underReplicated) AS under_replicated,
                   ARRAY(SELECT DISTINCT n.node_name
                           FROM _timescaledb_catalog.hypertable_data_node n
                          WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_foreign_server s WHERE s.srvname = n.node_name)
                          ORDER BY n.node_name) AS lost_nodes,
                   pg_catalog.current_setting('transaction_read_only') AS read_only
            """
    }
}
