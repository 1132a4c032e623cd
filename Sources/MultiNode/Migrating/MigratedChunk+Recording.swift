/// How what is recorded of a chunk changes, in the transaction of its rows.
extension MigratedChunk {
    /// For the target, in a transaction: the record, which is this transaction's until it ends; no row where another one has
    /// it, or there is none any more.
    package static func take(_ id: Int, ofCluster cluster: String) -> SQL {
        """
        SELECT \(raw: columns) FROM \(raw: source)
         WHERE c.cluster = \(cluster, type: "text") AND c.source_id = \(id)
           FOR UPDATE OF c SKIP LOCKED
        """
    }

    /// - Parameters:
    ///   - digest: of both sides.
    ///   - formula: by which; nil where rows were not summed up.
    ///   - mark: that the access node has, and had when it had the chunk; nil where it has none.
    package static func copied(
        _ chunk: SourceChunk, as name: TableName, ofCluster cluster: String, from node: SourceSnapshot,
        marked mark: String?, _ digest: RowDigest, by formula: String?, bytes: Int, isCompressed: Bool,
        isCarried: Bool
    ) -> SQL {
        """
        UPDATE tscl_migrate.chunk
           SET state = 'copied', target_schema = \(name.schema ?? "public", type: "name"),
               target_name = \(name.name, type: "name"), node = \(node.node, type: "text"),
               node_uuid = \(node.identity), snapshot_xmin = \(node.xmin, type: "bigint"),
               node_timeline = \(node.timeline), node_place = \(node.place)::pg_catalog.pg_lsn,
               node_started = \(node.started)::bigint, access_mark = \(mark), row_count = \(digest.rows),
               checksum = \(digest.hash)::numeric, checksum_by = \(formula)::text,
               bytes = \(bytes), is_compressed = \(isCompressed), is_carried = \(isCarried), slices = \(chunk.slices, type: "jsonb"),
               source_schema = \(chunk.name.schema ?? "public", type: "name"), source_name = \(chunk.name.name, type: "name"),
               target_xid = pg_catalog.txid_current(), copied_at = pg_catalog.now(), error = NULL
         WHERE cluster = \(cluster, type: "text") AND source_id = \(chunk.id)
        """
    }

    /// The same rows were found on another node, or in a later snapshot. Nothing is recorded where another one has copied the chunk
    /// meanwhile.
    ///
    /// - Parameters:
    ///   - digest: of both sides, by which those count as compared that were only copied.
    ///   - formula: by which.
    ///   - mark: that the access node has, and had when it had the chunk; nil leaves what is recorded.
    package func seen(
        ofCluster cluster: String, on node: SourceSnapshot, marked mark: String? = nil, _ digest: RowDigest,
        by formula: String
    ) -> SQL {
        """
        UPDATE tscl_migrate.chunk
           SET node = \(node.node, type: "text"), node_uuid = \(node.identity), snapshot_xmin = \(node.xmin, type: "bigint"),
               node_timeline = \(node.timeline), node_place = \(node.place)::pg_catalog.pg_lsn,
               node_started = \(node.started)::bigint, access_mark = COALESCE(\(mark)::text, access_mark),
               row_count = \(digest.rows), checksum = \(digest.hash)::numeric, checksum_by = \(formula, type: "text")
         WHERE cluster = \(cluster, type: "text") AND source_id = \(sourceID)
           AND target_xid IS NOT DISTINCT FROM \(targetTransaction.map(String.init))::bigint
        """
    }

    /// What is there is not what the source has: the next copy makes it anew.
    package static func differs(_ id: Int, ofCluster cluster: String) -> SQL {
        """
        UPDATE tscl_migrate.chunk c SET state = 'to do'
          FROM tscl_migrate.hypertable h
         WHERE c.cluster = \(cluster, type: "text") AND c.source_id = \(id)
           AND h.cluster = c.cluster AND h.source_id = c.hypertable_id AND \(raw: Migration.isCopying("h"))
        """
    }

    /// What is there of the chunk stays, and counts as long as it is the last that was proved. Behind the cut-over nothing
    /// is recorded any more.
    package static func failed(_ id: Int, ofCluster cluster: String, because reason: String) -> SQL {
        """
        UPDATE tscl_migrate.chunk c SET state = 'failed', error = \(String(reason.prefix(500)), type: "text")
          FROM tscl_migrate.hypertable h
         WHERE c.cluster = \(cluster, type: "text") AND c.source_id = \(id)
           AND h.cluster = c.cluster AND h.source_id = c.hypertable_id AND \(raw: Migration.isCopying("h"))
        """
    }

    /// That of a chunk which the source has dropped.
    package static func remove(_ id: Int, ofCluster cluster: String) -> SQL {
        "DELETE FROM tscl_migrate.chunk WHERE cluster = \(cluster, type: "text") AND source_id = \(id)"
    }
}
