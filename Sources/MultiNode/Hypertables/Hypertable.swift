/// A distributed hypertable.
package struct Hypertable: Sendable, Equatable {
    package let table: TableName
    package let owner: String
    package let timeColumn: String
    /// The time that a chunk covers, as PostgreSQL writes it, or a number.
    package let chunkInterval: String?
    /// The column whose values are spread over the nodes, and into how many parts.
    package let partitionColumn: String?
    package let partitions: Int?
    package let dimensions: Int
    package let chunks: Int
    package let replicationFactor: Int
    /// Whether chunks may be compressed. Which of them are compressed is known only on the data nodes.
    package let isCompressionEnabled: Bool
    package let nodes: [String]
    /// Those of the nodes that get no new chunks of it.
    package let blockedNodes: [String]

    /// - Parameter row: of ``list``.
    package init(row: [String: String?]) {
        let row = Row(row)
        table = TableName(schema: row["schema"], name: row["name"] ?? "")
        owner = row["owner"] ?? ""
        timeColumn = row["time_column"] ?? ""
        chunkInterval = row["chunk_interval"]
        partitionColumn = row["partition_column"]
        partitions = row.optionalInteger("partitions")
        dimensions = row.integer("dimensions")
        chunks = row.integer("chunks")
        replicationFactor = row.integer("replication_factor")
        isCompressionEnabled = row.flag("compression_enabled")
        nodes = row.array("data_nodes")
        blockedNodes = row.array("blocked_nodes")
    }

    /// The distributed hypertables of this database, by name, as `timescaledb_information.hypertables` has them.
    ///
    /// That view and the one of the dimensions are joined by name: on a catalog that was never analysed this takes a time that
    /// grows with the square of the number of hypertables. Here each is looked up by an index.
    package static let list: SQL = """
        SELECT h.schema_name AS schema, h.table_name AS name, c.owner, d.columns[1] AS time_column,
               d.intervals[1] AS chunk_interval, d.columns[2] AS partition_column, d.slices[2] AS partitions,
               h.num_dimensions AS dimensions,
               (SELECT pg_catalog.count(*)
                  FROM _timescaledb_catalog.chunk k
                 WHERE k.hypertable_id = h.id AND NOT k.dropped) AS chunks,
               h.replication_factor, h.compression_state = 1 AS compression_enabled,
               n.data_nodes, n.blocked_nodes
          FROM _timescaledb_catalog.hypertable h
         CROSS JOIN LATERAL (
               SELECT pg_catalog.pg_get_userbyid(r.relowner) AS owner
                 FROM pg_catalog.pg_class r
                 JOIN pg_catalog.pg_namespace s ON s.oid = r.relnamespace
                WHERE s.nspname = h.schema_name AND r.relname = h.table_name
               OFFSET 0) c
         CROSS JOIN LATERAL (
               SELECT pg_catalog.array_agg(x.column_name ORDER BY x.id) AS columns,
                      pg_catalog.array_agg(x.num_slices ORDER BY x.id) AS slices,
                      pg_catalog.array_agg(\(raw: Dimension.interval) ORDER BY x.id) AS intervals
                 FROM _timescaledb_catalog.dimension x
                WHERE x.hypertable_id = h.id) d
         CROSS JOIN LATERAL (
               SELECT pg_catalog.array_agg(m.node_name ORDER BY m.node_name) AS data_nodes,
                      pg_catalog.array_agg(m.node_name ORDER BY m.node_name) FILTER (WHERE m.block_chunks) AS blocked_nodes
                 FROM _timescaledb_catalog.hypertable_data_node m
                WHERE m.hypertable_id = h.id) n
         WHERE h.replication_factor > 0 AND h.compression_state <> 2
         ORDER BY h.schema_name, h.table_name
        """
}
