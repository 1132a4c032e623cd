/// A data node that becomes a server of its own, as the access node has it on record.
///
/// The record stands since the access node has let go of the node. Whether the node is on its own is for the node to say
/// (``PromotionStore/standing``), as that commits there.
package struct PromotionRecord: Sendable, Equatable {
    /// The access node's `dist_uuid`.
    package let cluster: String
    package let node: String
    /// The identity of the node's database.
    package let nodeIdentity: String
    /// Its database: since the record stands, the access node has another name for it, of which there is none.
    package let database: String
    package let tables: [TableName]
    /// What takes back, on the node, what it got besides its rows.
    package let undo: [String]
    package let verifiedAt: String?
    /// Whether there is no way back any more: only what ends it may go on.
    package let isEnding: Bool

    package init(
        cluster: String, node: String, nodeIdentity: String, database: String, tables: [TableName], undo: [String] = [],
        verifiedAt: String? = nil, isEnding: Bool = false
    ) {
        self.isEnding = isEnding
        self.cluster = cluster
        self.node = node
        self.nodeIdentity = nodeIdentity
        self.database = database
        self.tables = tables
        self.undo = undo
        self.verifiedAt = verifiedAt
    }

    /// - Parameter row: of ``PromotionStore/list``.
    package init(row: [String: String?]) {
        let row = Row(row)
        self.init(
            cluster: row["cluster"] ?? "", node: row["node"] ?? "", nodeIdentity: row["node_uuid"] ?? "",
            database: row["database"] ?? "",
            tables: zip(row.array("schemas"), row.array("names")).map { TableName(schema: $0, name: $1) },
            undo: row.array("undo"), verifiedAt: row["verified_at"], isEnding: row.flag("is_ending"))
    }

    /// By which name the access node has the node's database then. That no connection is to be had by it keeps everything
    /// from the node that the access node would forward: DROP and drop_chunks go to unavailable nodes, too.
    package var fence: String {
        let mark = " (promoted)"
        var short = database
        while short.utf8.count + mark.utf8.count > MigrationNames.mostBytes { short.removeLast() }
        return short + mark
    }
}

/// A chunk of such a node, as it was when nobody wrote any more.
package struct PromotedChunk: Sendable, Equatable {
    package let source: SourceChunk
    package let digest: RowDigest
    /// What each of the nodes that have it was read in.
    package let snapshots: [SourceSnapshot]
    /// Whether it is compressed, by node.
    package let isCompressed: [String: Bool]

    package init(
        _ source: SourceChunk, _ digest: RowDigest, _ snapshots: [SourceSnapshot], isCompressed: [String: Bool]
    ) {
        self.source = source
        self.digest = digest
        self.snapshots = snapshots
        self.isCompressed = isCompressed
    }

    /// As ``ChangeQuery`` takes it, for one of the nodes; nil where that was not read.
    package func record(on node: String) -> MigratedChunk? {
        snapshots.first { $0.node == node }.map {
            MigratedChunk(source, readIn: $0, rows: digest.rows, isCompressed: isCompressed[node] ?? false)
        }
    }
}
