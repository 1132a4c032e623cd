/// What the access node has of a chunk at a moment.
package struct ChunkStanding: Sendable, Equatable {
    /// The nodes of its copies, by name.
    package let nodes: [String]
    /// In the words of `_timescaledb_catalog.chunk.status`, which tell whether it is compressed, and how; nil in versions
    /// that have none.
    package let status: String?
    /// The role that owns it.
    package let owner: String
    /// The node whose copy the access node reads; nil where that is not known.
    package let read: String?
    /// Whether its hypertable has continuous aggregates.
    package let isAggregated: Bool

    package init(
        nodes: [String], status: String? = nil, owner: String, read: String? = nil, isAggregated: Bool = false
    ) {
        self.nodes = nodes
        self.status = status
        self.owner = owner
        self.read = read
        self.isAggregated = isAggregated
    }

    /// - Parameter row: of ``query(ofChunk:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        self.init(
            nodes: row.array("nodes"), status: row["status"], owner: row["owner"] ?? "", read: row["read"],
            isAggregated: row.flag("aggregated"))
    }

    /// Whether the access node has of the chunk what a node has of its copy, or besides that rows were added since it was
    /// compressed. From TimescaleDB 2.10 on it goes on noting them when recompress_chunk, or the policy, has had a node
    /// compress them by segments; an INSERT notes them on the node again, and so no harm comes of it.
    ///
    /// - Parameter other: the status of the node's copy.
    package func covers(_ other: String?) -> Bool {
        if status == other { return true }
        guard let own = status.flatMap(Int.init), let other = other.flatMap(Int.init) else { return false }
        return own & ~other & ~UnnotedRows.added == 0 && other & ~own == 0
    }

    /// Whether two statuses differ in nothing but whether rows were added since the chunk was compressed.
    package static func areAlike(_ first: String?, _ second: String?) -> Bool {
        if first == second { return true }
        guard let first = first.flatMap(Int.init), let second = second.flatMap(Int.init) else { return false }
        return (first ^ second) & ~UnnotedRows.added == 0
    }

    /// Whether a copy tells of added rows all that another tells, and the access node.
    ///
    /// - Parameters:
    ///   - copy: the status of the copy.
    ///   - other: that of the other.
    package func isNoted(by copy: String?, besides other: String?) -> Bool {
        let told = [status, other].map { $0.flatMap(Int.init) ?? 0 }.reduce(0, |) & UnnotedRows.added
        return told & ~(copy.flatMap(Int.init) ?? 0) == 0
    }

    /// Whether rows were added to a compressed chunk, as the access node knows.
    package var notesAddedRows: Bool { Self.notesAddedRows(status) }

    /// Whether rows were added to a compressed chunk by this status of it.
    package static func notesAddedRows(_ status: String?) -> Bool {
        (status.flatMap(Int.init) ?? 0) & UnnotedRows.added != 0
    }

    /// Whether a chunk of this status is compressed; nil in versions that have none.
    package static func isCompressed(_ status: String?) -> Bool? { status.flatMap(Int.init).map { $0 & 1 != 0 } }

    /// Whether a copy is read in order where copies lose the note of added rows: it has all notes of these that others have, or
    /// nothing compressed.
    ///
    /// - Parameter others: the statuses of the others.
    package func isOrdered(_ copy: String?, besides others: [String?]) -> Bool {
        Self.isCompressed(copy) != true || others.allSatisfy { isNoted(by: copy, besides: $0) }
    }

    /// Whether rows were added to a compressed chunk by what its node tells and the access node does not.
    ///
    /// - Parameter other: the status of the node's copy.
    package func lacks(_ other: String?) -> Bool {
        guard let own = status.flatMap(Int.init), let other = other.flatMap(Int.init) else { return false }
        return other & ~own & UnnotedRows.added != 0
    }

    /// For the access node; no row where the chunk is gone.
    ///
    /// - Parameter id: in its catalog.
    package static func query(ofChunk id: Int) -> SQL {
        """
        SELECT ARRAY(SELECT n.node_name FROM _timescaledb_catalog.chunk_data_node n
                      WHERE n.chunk_id = c.id ORDER BY n.node_name) AS nodes,
               pg_catalog.to_jsonb(c) ->> 'status' AS status, pg_catalog.pg_get_userbyid(t.relowner) AS owner,
               \(raw: ReadCopy.node) AS read,
               EXISTS (SELECT FROM _timescaledb_catalog.continuous_agg a
                        WHERE a.raw_hypertable_id = c.hypertable_id) AS aggregated
          FROM _timescaledb_catalog.chunk c
          JOIN pg_catalog.pg_namespace s ON s.nspname = c.schema_name
          JOIN pg_catalog.pg_class t ON t.relnamespace = s.oid AND t.relname = c.table_name
         WHERE c.id = \(id) AND NOT c.dropped
        """
    }

    /// For a data node: the status of its copy; no row where it has none.
    package static func status(of chunk: TableName) -> SQL {
        """
        SELECT pg_catalog.to_jsonb(c) ->> 'status' AS status
          FROM _timescaledb_catalog.chunk c
         WHERE c.schema_name = \(chunk.schema ?? "", type: "name") AND c.table_name = \(chunk.name, type: "name") AND NOT c.dropped
        """
    }
}
