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

    /// - Parameter row: of ``list(_:)``.
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
    }

    /// The distributed hypertables of this database, by name.
    package static func list(_ capabilities: Capabilities) -> SQL {
        """
        SELECT h.hypertable_schema AS schema, h.hypertable_name AS name, h.owner, t.column_name AS time_column,
               COALESCE(t.integer_interval::text, t.time_interval::text) AS chunk_interval,
               p.column_name AS partition_column, p.num_partitions AS partitions,
               h.num_dimensions AS dimensions, h.num_chunks AS chunks, h.replication_factor, h.compression_enabled,
               h.data_nodes
          FROM timescaledb_information.hypertables h
          LEFT JOIN timescaledb_information.dimensions t
               ON t.hypertable_schema = h.hypertable_schema AND t.hypertable_name = h.hypertable_name
                  AND t.dimension_number = 1
          LEFT JOIN timescaledb_information.dimensions p
               ON p.hypertable_schema = h.hypertable_schema AND p.hypertable_name = h.hypertable_name
                  AND p.dimension_number = 2
         WHERE h.is_distributed
         ORDER BY h.hypertable_schema, h.hypertable_name
        """
    }
}
