/// A chunk of a migration, as it is recorded: what is copied by itself, in one transaction.
package struct MigratedChunk: Sendable, Equatable {
    package enum State: String, Sendable { case toDo = "to do", copied, failed }

    /// The number of the distributed hypertable in the access node's catalog.
    package let hypertableID: Int
    /// The number of the chunk there.
    package let sourceID: Int
    /// The same on the access node and on each data node.
    package let source: TableName
    /// `{"column": [from, to]}`.
    package let slices: String
    package let position: Int
    package let state: State
    /// Nil until it is copied.
    package let target: TableName?
    /// The data node that it was read from.
    package let node: String?
    /// The first transaction of that node that the snapshot may not have seen.
    package let snapshotXmin: Int?
    package let rows: Int?
    package let checksum: String?
    package let bytes: Int?
    package let isCompressed: Bool
    /// Whether its rows went over as they are compressed; nil where an earlier tscl has copied it.
    let isCarried: Bool?
    /// The target's transaction that has written its rows; nil where that is not known.
    package let targetTransaction: Int?
    package let error: String?
    /// The identity of that node's database.
    package let nodeIdentity: String?
    /// Where that node's log was (``SourceSnapshot``); nil where an earlier tscl has copied it.
    let nodeTimeline: String?
    let nodePlace: String?
    /// When that node's server was started, as ``SourceSnapshot`` has it; nil where an earlier tscl has copied it.
    let nodeStarted: String?
    /// The mark of the access node, which had the chunk then (``AccessNodeMark``); nil where there is none.
    package let accessMark: String?
    /// By which its rows were summed up (``RowHash/formula``); nil where they were not, or that is not known.
    package let formula: String?
    /// Whether the target has the chunk still, and has it compressed now.
    package let isThere: Bool
    package var isCompressedThere: Bool { compressedThere != nil }
    /// The table of its compressed rows on the target.
    package let compressedThere: TableName?

    /// Whether the copy has what a node has of the chunk in the form that it would have by now: compressed or not, and nothing that
    /// an earlier tscl has carried although it is out of order there, or lacks values. Nothing is said of its rows.
    package func hasForm(of facts: SourceFacts) -> Bool {
        isCompressed == (facts.compressed != nil)
            && (!(facts.isUnordered || facts.hasMissingValues) || isCarried == false)
    }

    /// Whether its rows are on the target, and nobody has compared them with those of the source, but for their number.
    package var isUncompared: Bool { state == .copied && checksum == nil && rows != 0 }

    /// - Parameter row: of ``list(of:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        hypertableID = row.integer("hypertable_id")
        sourceID = row.integer("source_id")
        source = TableName(schema: row["source_schema"], name: row["source_name"] ?? "")
        slices = row["slices"] ?? "{}"
        position = row.integer("position")
        state = row["state"].flatMap(State.init) ?? .toDo
        target = row["target_name"].map { TableName(schema: row["target_schema"], name: $0) }
        node = row["node"]
        snapshotXmin = row.optionalInteger("snapshot_xmin")
        rows = row.optionalInteger("row_count")
        checksum = row["checksum"]
        bytes = row.optionalInteger("bytes")
        isCompressed = row.flag("is_compressed")
        isCarried = row["is_carried"].map { $0 == "t" || $0 == "true" }
        targetTransaction = row.optionalInteger("target_xid")
        error = row["error"]
        nodeIdentity = row["node_uuid"]
        nodeTimeline = row["node_timeline"]
        nodePlace = row["node_place"]
        nodeStarted = row["node_started"]
        accessMark = row["access_mark"]
        formula = row["checksum_by"]
        isThere = row.flag("is_there")
        compressedThere = row["compressed_there"].map { TableName(schema: row["compressed_schema_there"], name: $0) }
    }

    /// A chunk of which nothing is recorded.
    package init(uncopied chunk: SourceChunk) {
        self.init(row: [
            "hypertable_id": String(chunk.hypertableID), "source_id": String(chunk.id),
            "source_schema": chunk.name.schema, "source_name": chunk.name.name, "slices": chunk.slices,
            "position": String(chunk.position),
        ])
    }

    /// A chunk that was read and not copied.
    init(_ chunk: SourceChunk, readIn snapshot: SourceSnapshot, rows: Int, isCompressed: Bool) {
        self.init(row: [
            "hypertable_id": String(chunk.hypertableID), "source_id": String(chunk.id),
            "source_schema": chunk.name.schema, "source_name": chunk.name.name, "state": State.copied.rawValue,
            "node": snapshot.node, "node_uuid": snapshot.identity, "snapshot_xmin": snapshot.xmin,
            "node_timeline": snapshot.timeline, "node_place": snapshot.place, "node_started": snapshot.started,
            "row_count": String(rows), "is_compressed": isCompressed ? "t" : "f", "is_carried": "f",
        ])
    }

    /// For the target: the chunks of some migrations of a cluster, the oldest first.
    ///
    /// - Parameter hypertables: their numbers in the access node's catalog.
    package static func list(of hypertables: [Int], ofCluster cluster: String) -> SQL {
        """
        SELECT \(raw: columns) FROM \(raw: source)
         WHERE c.cluster = \(cluster, type: "text")
           AND c.hypertable_id = ANY (\(hypertables.map(String.init), type: "int[]"))
         ORDER BY c.hypertable_id, c.position, c.source_id
        """
    }

    /// For the target: how many chunks of each migration of a cluster are copied and not compared (``isUncompared``):
    /// `hypertable_id` and `chunks`; no row where all are.
    package static func uncompared(ofCluster cluster: String) -> SQL {
        """
        SELECT hypertable_id, pg_catalog.count(*) AS chunks FROM tscl_migrate.chunk
         WHERE cluster = \(cluster, type: "text") AND state = 'copied' AND checksum IS NULL AND row_count <> 0
         GROUP BY hypertable_id
        """
    }

    /// - Returns: how many chunks, by the hypertable's number.
    package static func uncompared(_ rows: [[String: String?]]) -> [Int: Int] {
        let counts = rows.map { Row($0) }.map { ($0.integer("hypertable_id"), $0.integer("chunks")) }
        return Dictionary(counts) { first, _ in first }
    }

    /// The record `c`, with the table of compressed rows `z` that the target has for the chunk now.
    static let source: SQL = """
        tscl_migrate.chunk c
          LEFT JOIN _timescaledb_catalog.chunk k ON k.schema_name = c.target_schema AND k.table_name = c.target_name
          LEFT JOIN _timescaledb_catalog.chunk z ON z.id = k.compressed_chunk_id
        """

    /// Of ``source``.
    static let columns: SQL = """
        c.hypertable_id, c.source_id, c.source_schema, c.source_name, c.slices, c.position, c.state, c.target_schema,
               c.target_name, c.node, c.node_uuid, c.snapshot_xmin, c.row_count, c.checksum, c.bytes, c.is_compressed,
               pg_catalog.to_jsonb(c) ->> 'is_carried' AS is_carried,
               pg_catalog.to_jsonb(c) ->> 'target_xid' AS target_xid,
               pg_catalog.to_jsonb(c) ->> 'node_timeline' AS node_timeline,
               pg_catalog.to_jsonb(c) ->> 'node_place' AS node_place,
               pg_catalog.to_jsonb(c) ->> 'node_started' AS node_started,
               pg_catalog.to_jsonb(c) ->> 'access_mark' AS access_mark,
               pg_catalog.to_jsonb(c) ->> 'checksum_by' AS checksum_by, c.error,
               k.id IS NOT NULL AND \(raw: TargetChunk.isThere("k")) AS is_there,
               z.schema_name AS compressed_schema_there, z.table_name AS compressed_there
        """
}
