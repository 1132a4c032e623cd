/// Chunks of a hypertable that are on fewer nodes than they should be.
package struct UnderReplication: Sendable, Equatable {
    package let table: TableName
    package let chunks: Int
    /// One of the chunks, quoted for SQL. ``source`` is a node that has it, ``destination`` one that has not.
    package let example: String
    package let source: String?
    package let destination: String?

    /// - Parameter row: of ``list``.
    package init(row: [String: String?]) {
        let row = Row(row)
        table = TableName(schema: row["schema"], name: row["name"] ?? "")
        chunks = row.integer("chunks")
        example = row["example"] ?? ""
        source = row["source"]
        destination = row["destination"]
    }

    /// Requires ``Capabilities/canCopyChunks``; other servers do not have this view.
    package static let list: SQL = """
        SELECT hypertable_schema AS schema, hypertable_name AS name, pg_catalog.count(*) AS chunks,
               pg_catalog.min(pg_catalog.format('%I.%I', chunk_schema, chunk_name)) AS example,
               (pg_catalog.array_agg(replica_nodes[1] ORDER BY pg_catalog.format('%I.%I', chunk_schema, chunk_name)))[1]
                   AS source,
               (pg_catalog.array_agg(non_replica_nodes[1]
                                     ORDER BY pg_catalog.format('%I.%I', chunk_schema, chunk_name)))[1] AS destination
          FROM timescaledb_experimental.chunk_replication_status
         WHERE num_replicas < desired_num_replicas
         GROUP BY hypertable_schema, hypertable_name
         ORDER BY hypertable_schema, hypertable_name
        """

    package func finding(_ capabilities: Capabilities) -> Finding {
        let plural = chunks == 1 ? "chunk has" : "chunks have"
        var remedy = "attach more nodes: node attach NAME --to \(word: table.description)"
        if source != nil, destination != nil, capabilities.canNameCopies {
            remedy = "hypertable repair \(word: table.description)"
        } else if let source, let destination {
            // A copy reads the chunk once: what is written meanwhile would be on one replica alone, for ever.
            let arguments = [example, source, destination].map(Quoting.literal).joined(separator: ", ")
            remedy =
                "stop all that write to it; then sql CALL timescaledb_experimental.copy_chunk(\(arguments))"
                + (chunks > 1 ? ", and so on for the others" : "")
        }
        return Finding(
            .error, table.description,
            "\(chunks) \(plural) too few replicas: a node that is lost may take data with it",
            remedy: remedy)
    }
}

/// Chunks whose only replica is on a node that does not answer.
package struct SoleReplicas: Sendable, Equatable {
    package let node: String
    package let table: TableName
    package let chunks: Int

    /// - Parameter row: of ``list(on:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        node = row["node"] ?? ""
        table = TableName(schema: row["schema"], name: row["name"] ?? "")
        chunks = row.integer("chunks")
    }

    package static func list(on nodes: [String]) -> SQL {
        """
        SELECT data_nodes[1] AS node, hypertable_schema AS schema, hypertable_name AS name, pg_catalog.count(*) AS chunks
          FROM timescaledb_information.chunks
         WHERE pg_catalog.cardinality(data_nodes) = 1 AND data_nodes[1]::text = ANY (\(nodes, type: "text[]"))
         GROUP BY 1, 2, 3
         ORDER BY 1, 2, 3
        """
    }

    package var finding: Finding {
        let plural = chunks == 1 ? "chunk of it is" : "chunks of it are"
        return Finding(
            .error, table.description,
            "\(chunks) \(plural) on \(node) alone, which does not answer: reads fail, and a write can crash the access node",
            remedy: "bring \(node) back; do not write to the hypertable until then")
    }
}

/// A copy or move of a chunk that stopped halfway.
package struct FailedChunkCopy: Sendable, Equatable {
    package let operation: String
    package let stage: String
    package let source: String
    package let destination: String
    /// Quoted for SQL, with its schema; nil where it is there no more.
    package let chunk: String?

    /// - Parameter row: of ``list``.
    package init(row: [String: String?]) {
        let row = Row(row)
        operation = row["operation"] ?? ""
        stage = row["stage"] ?? ""
        source = row["source"] ?? ""
        destination = row["destination"] ?? ""
        chunk = row["chunk"]
    }

    /// Leaves out the operations whose session still exists, because they are in progress.
    package static let list: SQL = """
        SELECT o.operation_id AS operation, o.completed_stage AS stage, o.source_node_name AS source,
               o.dest_node_name AS destination,
               (SELECT pg_catalog.format('%I.%I', c.schema_name, c.table_name)
                  FROM _timescaledb_catalog.chunk c WHERE c.id = o.chunk_id AND NOT c.dropped) AS chunk
          FROM _timescaledb_catalog.chunk_copy_operation o
         WHERE o.completed_stage <> 'complete'
           AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.pid = o.backend_pid)
         ORDER BY o.operation_id
        """

    package func finding(_ capabilities: Capabilities) -> Finding {
        // What has been deleted on the source is on the destination alone, and cleaning up would drop it there.
        if stage == "delete_chunk" {
            return Finding(
                .warning, Finding.accessNode,
                "the move \(operation) from \(source) to \(destination) is done, but for its record",
                remedy: "\(forgetting); never clean it up: that would drop the only copy")
        }
        return Finding(
            .error, Finding.accessNode,
            "the chunk copy \(operation) from \(source) to \(destination) broke off behind the stage '\(stage)'",
            remedy: "heal \(word: source) \(word: destination); then \(mending(capabilities))")
    }

    private func mending(_ capabilities: Capabilities) -> String {
        // From here on the copy is a replica of the chunk, and cleaning up can't drop one that is compressed.
        if let chunk, ["attach_chunk", "attach_compressed_chunk"].contains(stage) {
            let drop = capabilities.internalFunction("chunk_drop_replica")
            return "sql SELECT \(drop)(\(Quoting.literal(chunk)), \(Quoting.literal(destination))); then \(forgetting)"
        }
        return "sql CALL timescaledb_experimental.cleanup_copy_chunk_operation(\(Quoting.literal(operation)))"
    }

    /// Deletes its record, and nothing else.
    private var forgetting: String {
        "sql DELETE FROM _timescaledb_catalog.chunk_copy_operation WHERE operation_id = \(Quoting.literal(operation))"
    }
}
