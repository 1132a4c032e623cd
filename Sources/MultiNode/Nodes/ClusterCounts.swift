/// Counts about the cluster that the access node can answer alone.
package struct ClusterCounts: Sendable, Equatable {
    /// Rows of the log of distributed commits.
    package let transactionLog: Int
    package let hypertables: Int
    /// Chunks with fewer replicas than they should have; nil if this version of TimescaleDB can't tell.
    package let underReplicated: Int?
    /// Of these, those for which there is no node that lacks them.
    package let unplaceable: Int
    /// The nodes of hypertables for which there is no server any more.
    package let lostNodes: [String]
    /// Whether sessions on the access node write nothing.
    package let isReadOnly: Bool
    /// The chunks of distributed hypertables; one on several nodes counts once.
    package let chunks: Int
    /// By node, those on it.
    package let nodeChunks: [String: Int]
    /// By node, what its compressed chunks come to for the access node (``CompressedChunks/sum``); none in versions that do not
    /// know.
    package let compressed: [String: String]
    /// The copies and moves of chunks that are on record: under way, or left behind.
    package let copies: Int
    /// Whether a migration to a plain TimescaleDB has begun, and is not finished.
    package let isMigrating: Bool

    /// - Parameter row: of ``query(_:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        transactionLog = row.integer("transaction_log")
        hypertables = row.integer("hypertables")
        underReplicated = row.optionalInteger("under_replicated")
        unplaceable = row.integer("unplaceable")
        lostNodes = row.array("lost_nodes")
        isReadOnly = row["read_only"] == "on"
        chunks = row.integer("chunks")
        let counts = row.array("chunk_counts").map { Int($0) ?? 0 }
        nodeChunks = Dictionary(zip(row.array("chunk_nodes"), counts)) { first, _ in first }
        let sums = zip(row.array("chunk_nodes"), row.array("chunk_sums")).filter { !$0.1.isEmpty }
        compressed = Dictionary(Array(sums)) { first, _ in first }
        copies = row.integer("copies")
        isMigrating = row.flag("migrating")
    }

    package static func query(_ capabilities: Capabilities) -> SQL {
        // The view exists only in versions that can copy chunks.
        let short: SQL =
            capabilities.canCopyChunks
            ? """
            SELECT pg_catalog.count(*) AS chunks,
                        pg_catalog.count(*) FILTER (WHERE pg_catalog.cardinality(non_replica_nodes) = 0) AS unplaceable
                   FROM timescaledb_experimental.chunk_replication_status
                  WHERE num_replicas < desired_num_replicas
            """ : "SELECT NULL AS chunks, NULL AS unplaceable"
        let copies: SQL =
            capabilities.canCopyChunks
            ? "(SELECT pg_catalog.count(*) FROM _timescaledb_catalog.chunk_copy_operation)" : "0"
        return """
            WITH copy AS MATERIALIZED (
                 SELECT d.node_name, d.chunk_id, d.node_chunk_id, (pg_catalog.to_jsonb(c) ->> 'status')::int AS status
                   FROM _timescaledb_catalog.chunk_data_node d
                   JOIN _timescaledb_catalog.chunk c ON c.id = d.chunk_id
                  WHERE NOT c.dropped),
                 on_node AS MATERIALIZED (
                 SELECT node_name, pg_catalog.count(*) AS chunks,
                        CASE WHEN pg_catalog.count(*) = pg_catalog.count(status)
                             THEN \(raw: CompressedChunks.sum(of: "node_chunk_id", where: "status & 1 <> 0")) ELSE '' END AS sum
                   FROM copy GROUP BY node_name),
                 short AS MATERIALIZED (
                 \(raw: short))
            SELECT (SELECT pg_catalog.count(*) FROM _timescaledb_catalog.remote_txn) AS transaction_log,
                   (SELECT pg_catalog.count(*) FROM timescaledb_information.hypertables WHERE is_distributed) AS hypertables,
                   (SELECT chunks FROM short) AS under_replicated,
                   (SELECT unplaceable FROM short) AS unplaceable,
                   ARRAY(SELECT DISTINCT n.node_name
                           FROM _timescaledb_catalog.hypertable_data_node n
                          WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_foreign_server s WHERE s.srvname = n.node_name)
                          ORDER BY n.node_name) AS lost_nodes,
                   pg_catalog.current_setting('transaction_read_only') AS read_only,
                   (SELECT pg_catalog.count(DISTINCT chunk_id) FROM copy) AS chunks,
                   ARRAY(SELECT node_name FROM on_node ORDER BY node_name) AS chunk_nodes,
                   ARRAY(SELECT chunks FROM on_node ORDER BY node_name) AS chunk_counts,
                   ARRAY(SELECT sum FROM on_node ORDER BY node_name) AS chunk_sums,
                   \(raw: copies) AS copies,
                   pg_catalog.to_regnamespace('tscl_migrate') IS NOT NULL AS migrating
            """
    }
}
