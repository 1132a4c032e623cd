/// A copy or move of a chunk that the access node has a record of.
package struct ChunkCopying: Sendable, Equatable {
    package let operation: String
    package let source: String
    package let destination: String
    /// The last stage that it has finished.
    package let stage: String
    /// Whether a session is at it now; else it broke off.
    package let isRunning: Bool

    /// - Parameter row: of ``list(ofChunk:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        operation = row["operation"] ?? ""
        source = row["source"] ?? ""
        destination = row["destination"] ?? ""
        stage = row["stage"] ?? ""
        isRunning = row.flag("running")
    }

    /// For an access node with ``Capabilities/canCopyChunks``. The session of a call names itself after it, and keeps the
    /// name when it is over.
    ///
    /// - Parameters:
    ///   - id: in the catalog of the access node.
    ///   - withComplete: whether those that are complete are in it, too.
    package static func list(ofChunk id: Int, withComplete: Bool = false) -> SQL {
        """
        \(raw: all)
         WHERE o.chunk_id = \(id) AND (\(withComplete) OR o.completed_stage <> 'complete')
         ORDER BY o.time_start
        """
    }

    /// Those of all chunks, with the number of the chunk in the column `chunk`.
    package static let listWithComplete: SQL = "\(raw: all)\n ORDER BY o.time_start"

    private static let all: SQL = """
        SELECT o.operation_id AS operation, o.chunk_id AS chunk, o.source_node_name AS source,
               o.dest_node_name AS destination, o.completed_stage AS stage,
               EXISTS (SELECT FROM pg_catalog.pg_stat_activity a
                        WHERE a.pid = o.backend_pid
                          AND a.state = 'active'
                          AND pg_catalog.starts_with(a.application_name, o.operation_id || ':')) AS running
          FROM _timescaledb_catalog.chunk_copy_operation o
        """
}
