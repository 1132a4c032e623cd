/// A copy or move of a chunk that the access node has a record of.
package struct ChunkCopying: Sendable, Equatable {
    package let operation: String
    /// In the catalog of the access node.
    package let chunkID: Int
    /// Nil where it is there no more, like its hypertable.
    package let chunk: TableName?
    package let table: TableName?
    package let source: String
    package let destination: String
    /// The last stage that it has finished.
    package let stage: String
    /// The process of the access node that the call runs, or ran, in.
    package let backendPID: Int
    /// Whether a session is at it now; else it broke off, or is done.
    package let isRunning: Bool
    /// Whether the source's copy is dropped at the end.
    package let isMove: Bool
    /// The table, on both nodes, that has the compressed rows; nil where there is none, or none yet.
    package let compressedTable: String?
    /// Whether the access node has a copy there.
    package let isOnSource: Bool
    package let isOnDestination: Bool
    /// How many copies the access node has besides the destination's.
    package let otherCopies: Int

    /// - Parameter row: of ``list(ofChunk:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        operation = row["operation"] ?? ""
        chunkID = row.integer("chunk_id")
        chunk = row["chunk_name"].map { TableName(schema: row["chunk_schema"], name: $0) }
        table = row["table_name"].map { TableName(schema: row["table_schema"], name: $0) }
        source = row["source"] ?? ""
        destination = row["destination"] ?? ""
        stage = row["stage"] ?? ""
        backendPID = row.integer("pid")
        isRunning = row.flag("running")
        isMove = row.flag("move")
        compressedTable = row["compressed"].flatMap { $0.isEmpty ? nil : $0 }
        isOnSource = row.flag("on_source")
        isOnDestination = row.flag("on_destination")
        otherCopies = row.integer("other_copies")
    }

    /// Whether it is one of tscl's own, whose copies count only once they are compared; then its record goes.
    package var isOwn: Bool { ChunkCopyName.isOwn(operation) }

    /// Those behind which the destination's copy is registered.
    private static let registeredStages: Set<String> = [
        "attach_chunk", "attach_compressed_chunk", "complete", "delete_chunk",
    ]

    /// Whether the destination has the only copy left, and nobody has compared it with its source: a superuser's record
    /// goes with the comparison.
    package var isLastUnproved: Bool { isOwn && !isMove && isOnDestination && otherCopies == 0 && stage == "complete" }

    /// Whether the destination's copy is one that tscl has made and nobody has proved equal yet, although the cluster
    /// reads it. The last copy is the right one, whatever it is.
    package var isUnproved: Bool {
        isOwn && !isMove && isOnDestination && otherCopies > 0 && Self.registeredStages.contains(stage)
    }

    /// For an access node with ``Capabilities/canCopyChunks``: all that it has a record of, by name.
    ///
    /// The session of a call names itself after it, and keeps the name when it is over. One of tscl's own keeps it until
    /// the copy is compared.
    ///
    /// - Parameter id: of the one chunk, in the catalog of the access node; nil for all.
    package static func list(ofChunk id: Int? = nil) -> SQL {
        let condition = id.map { "WHERE o.chunk_id = \($0)" as SQL } ?? ""
        return """
            SELECT o.operation_id AS operation, o.chunk_id, c.schema_name AS chunk_schema, c.table_name AS chunk_name,
                   h.schema_name AS table_schema, h.table_name, o.source_node_name AS source,
                   o.dest_node_name AS destination, o.completed_stage AS stage, o.backend_pid AS pid,
                   o.delete_on_source_node AS move, pg_catalog.to_jsonb(o) ->> 'compress_chunk_name' AS compressed,
                   \(raw: isRegistered(on: "o.source_node_name")) AS on_source,
                   \(raw: isRegistered(on: "o.dest_node_name")) AS on_destination,
                   (SELECT pg_catalog.count(*) FROM _timescaledb_catalog.chunk_data_node n
                     WHERE n.chunk_id = o.chunk_id AND n.node_name <> o.dest_node_name) AS other_copies,
                   EXISTS (SELECT FROM pg_catalog.pg_stat_activity a
                            WHERE a.pid = o.backend_pid
                              AND pg_catalog.starts_with(a.application_name, o.operation_id || ':')
                              AND (COALESCE(a.state, 'active') = 'active'
                                   OR pg_catalog.starts_with(o.operation_id, \(literal: ChunkCopyName.prefix)))) AS running
              FROM _timescaledb_catalog.chunk_copy_operation o
              LEFT JOIN _timescaledb_catalog.chunk c ON c.id = o.chunk_id AND NOT c.dropped
              LEFT JOIN _timescaledb_catalog.hypertable h ON h.id = c.hypertable_id
             \(raw: condition)
             ORDER BY o.operation_id
            """
    }

    private static func isRegistered(on column: SQL) -> SQL {
        """
        EXISTS (SELECT FROM _timescaledb_catalog.chunk_data_node n
                            WHERE n.chunk_id = o.chunk_id AND n.node_name = \(raw: column))
        """
    }
}
