/// How what is recorded of a chunk changes, in the transaction of its rows.
extension MigratedChunk {
    /// For the target, in a transaction: the record, which is this transaction's until it ends; no row where another one has
    /// it, or there is none any more.
    package static func take(_ chunk: SourceChunk, ofCluster cluster: String) -> SQL {
        """
        SELECT hypertable_id, source_id, source_schema, source_name, slices, position, state, target_schema, target_name,
               node, snapshot_xmin, row_count, checksum, bytes, is_compressed, error
          FROM tscl_migrate.chunk
         WHERE cluster = \(cluster, type: "text") AND source_id = \(chunk.id)
           FOR UPDATE SKIP LOCKED
        """
    }

    /// - Parameter digest: of both sides.
    package static func copied(
        _ chunk: SourceChunk, ofCluster cluster: String, from node: String, snapshot xmin: String, _ digest: RowDigest,
        bytes: Int, isCompressed: Bool
    ) -> SQL {
        """
        UPDATE tscl_migrate.chunk
           SET state = 'copied', target_schema = \(chunk.targetName.schema ?? "public", type: "name"),
               target_name = \(chunk.targetName.name, type: "name"), node = \(node, type: "text"),
               snapshot_xmin = \(xmin, type: "bigint"), row_count = \(digest.rows), checksum = \(digest.hash)::numeric,
               bytes = \(bytes), is_compressed = \(isCompressed), slices = \(chunk.slices, type: "jsonb"),
               source_schema = \(chunk.name.schema ?? "public", type: "name"), source_name = \(chunk.name.name, type: "name"),
               copied_at = pg_catalog.now(), error = NULL
         WHERE cluster = \(cluster, type: "text") AND source_id = \(chunk.id)
        """
    }

    /// The same rows were found on another node, or in a later snapshot.
    package static func seen(
        _ id: Int, ofCluster cluster: String, on node: String, snapshot xmin: String
    ) -> SQL {
        """
        UPDATE tscl_migrate.chunk SET node = \(node, type: "text"), snapshot_xmin = \(xmin, type: "bigint")
         WHERE cluster = \(cluster, type: "text") AND source_id = \(id)
        """
    }

    /// What is there of the chunk stays, and counts as long as it is the last that was proved.
    package static func failed(_ id: Int, ofCluster cluster: String, because reason: String) -> SQL {
        """
        UPDATE tscl_migrate.chunk SET state = 'failed', error = \(String(reason.prefix(500)), type: "text")
         WHERE cluster = \(cluster, type: "text") AND source_id = \(id)
        """
    }

    /// That of a chunk which the source has dropped.
    package static func remove(_ id: Int, ofCluster cluster: String) -> SQL {
        "DELETE FROM tscl_migrate.chunk WHERE cluster = \(cluster, type: "text") AND source_id = \(id)"
    }
}
