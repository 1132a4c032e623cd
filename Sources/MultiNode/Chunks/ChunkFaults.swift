/// Chunks of a hypertable that are on fewer nodes than they should be.
package struct UnderReplication: Sendable, Equatable {
    package let table: TableName
    package let chunks: Int
    /// Whether a node that lacks one of them may be given it.
    package let canBeMended: Bool

    /// - Parameter row: of ``list``.
    package init(row: [String: String?]) {
        let row = Row(row)
        table = TableName(schema: row["schema"], name: row["name"] ?? "")
        chunks = row.integer("chunks")
        canBeMended = row["destination"] != nil
    }

    /// Requires ``Capabilities/canCopyChunks``; other servers do not have this view.
    package static let list: SQL = """
        SELECT hypertable_schema AS schema, hypertable_name AS name, pg_catalog.count(*) AS chunks,
               pg_catalog.min(non_replica_nodes[1]) AS destination
          FROM timescaledb_experimental.chunk_replication_status
         WHERE num_replicas < desired_num_replicas
         GROUP BY hypertable_schema, hypertable_name
         ORDER BY hypertable_schema, hypertable_name
        """

    package var finding: Finding {
        let plural = chunks == 1 ? "chunk has" : "chunks have"
        let repair = "hypertable repair \(word: table.description)"
        return Finding(
            .error, table.description,
            "\(chunks) \(plural) too few replicas: a node that is lost may take data with it",
            remedy: canBeMended ? repair : "node attach NAME --to \(word: table.description); then \(repair)")
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
            remedy:
                "bring \(node) back, and do not write to the hypertable until then; if it is gone for good: "
                + "node abandon \(word: node) --lose-data")
    }
}

/// A copy or move of a chunk that stopped halfway, or was never proved.
extension ChunkCopying {
    /// Nil where it runs, or is done.
    package var finding: Finding? {
        guard !isRunning else { return nil }
        let remedy = "chunk cleanup \(word: operation)"
        if isUnproved {
            return Finding(
                .error, table?.description ?? Finding.accessNode,
                "the copy of \(chunk?.shownName ?? "a chunk") on \(destination) that \(operation) has made was never proved equal, and is read all the same",
                remedy: remedy)
        }
        switch stage {
        case "complete" where isOwn && chunk == nil:
            return Finding(
                .error, destination,
                "a chunk was dropped while \(operation) copied it from \(source): a part of it may be left, and then rows of "
                    + "its time can't be inserted",
                remedy: remedy)
        case "complete": return nil
        case "delete_chunk":
            return Finding(
                .warning, Finding.accessNode,
                "the \(isMove ? "move" : "copy") \(operation) from \(source) to \(destination) is done, but for its record",
                remedy: "\(remedy); never TimescaleDB's own cleanup: that would drop the only copy")
        default:
            return Finding(
                .error, Finding.accessNode,
                "the chunk copy \(operation) from \(source) to \(destination) broke off behind the stage '\(stage)'",
                remedy: remedy)
        }
    }
}
