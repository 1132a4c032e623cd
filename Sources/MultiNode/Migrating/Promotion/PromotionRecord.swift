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
    /// When the access node let go of the node: that tells one promotion of a node from the next.
    package let fencedAt: String
    package let verifiedAt: String?
    /// Whether there is no way back any more: only what ends it may go on.
    package var isEnding: Bool

    package init(
        cluster: String, node: String, nodeIdentity: String, database: String, tables: [TableName], undo: [String] = [],
        fencedAt: String = "", verifiedAt: String? = nil, isEnding: Bool = false
    ) {
        self.fencedAt = fencedAt
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
            undo: row.array("undo"), fencedAt: row["fenced_at"] ?? "", verifiedAt: row["verified_at"],
            isEnding: row.flag("is_ending"))
    }

    /// By which name the access node has the node's database then. That no connection is to be had by it keeps everything
    /// from the node that the access node would forward: DROP and drop_chunks go to unavailable nodes, too.
    package var fence: String {
        var short = database
        while short.utf8.count + Self.mark.utf8.count > MigrationNames.mostBytes { short.removeLast() }
        return short + Self.mark
    }

    fileprivate static let mark = " (promoted)"

    /// What the tables are called where they have lost their names: on the access node, and on the nodes that are data nodes.
    package var asides: [TableName] { tables.map(MigrationNames.aside) }

    /// What the node calls a table, whatever the access node calls it now.
    package func name(ofTable here: TableName) -> TableName {
        if tables.contains(here) { return here }
        return tables.first { MigrationNames.aside(of: $0) == here } ?? here
    }

    /// Whether it is the same promotion, however far it is.
    package func isSame(as other: PromotionRecord) -> Bool {
        node == other.node && nodeIdentity == other.nodeIdentity && fencedAt == other.fencedAt
    }
}

extension DataNode {
    /// Whether it has left the cluster on purpose, as its entry tells by itself: it was promoted, and this access node is not to
    /// reach it. What would bring another node back would give it the way to rows that are not its own any more.
    package var hasLeftOnPurpose: Bool { !isAvailable && database.hasSuffix(PromotionRecord.mark) }
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
