/// A chunk of a distributed hypertable that is to be copied, as the access node has it.
package struct SourceChunk: Sendable, Equatable {
    package let id: Int
    package let hypertableID: Int
    package let name: TableName
    /// `{"column": [from, to]}`, as `create_chunk` takes them.
    package let slices: String
    /// The start of its range in time, in TimescaleDB's own units.
    package let position: Int
    /// Those that have a copy, by name.
    package let nodes: [String]
    /// The node whose copy the access node reads, and takes the rows from that it updates or deletes. In the others these
    /// may be other rows, as TimescaleDB finds them there by their place in this one.
    package let read: String?
    /// Whether the access node has its compressed rows for out of order (``SourceFacts/isUnordered``).
    package let isUnordered: Bool

    /// - Parameter row: of ``list(of:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        id = row.integer("id")
        hypertableID = row.integer("hypertable_id")
        name = TableName(schema: row["schema"], name: row["name"] ?? "")
        slices = row["slices"] ?? "{}"
        position = row.integer("position")
        nodes = row.array("nodes")
        read = row["read"]
        isUnordered = row.flag("is_unordered")
    }

    /// For the access node: the chunks of some distributed hypertables, the oldest first. A copy that nobody has proved
    /// is no copy, unless it is the last.
    package static func list(of hypertables: [Int], _ capabilities: Capabilities) -> SQL {
        let unproved: SQL =
            capabilities.canCopyChunks
            ? """
            EXISTS (SELECT FROM _timescaledb_catalog.chunk_copy_operation o
                                           WHERE o.chunk_id = n.chunk_id AND o.dest_node_name = n.node_name
                                             AND pg_catalog.starts_with(o.operation_id, \(literal: ChunkCopyName.prefix)))
            """ : "false"
        return """
            SELECT c.id, c.hypertable_id, c.schema_name AS schema, c.table_name AS name, s.slices, s.position, k.nodes,
                   \(raw: ReadCopy.node) AS read,
                   (pg_catalog.to_jsonb(c) ->> 'status')::int & \(literal: SourceFacts.unordered) <> 0 AS is_unordered
              FROM _timescaledb_catalog.chunk c
             CROSS JOIN LATERAL (
                   SELECT pg_catalog.jsonb_object_agg(
                              d.column_name, pg_catalog.jsonb_build_array(s.range_start, s.range_end)) AS slices,
                          COALESCE(pg_catalog.min(s.range_start) FILTER (WHERE d.interval_length IS NOT NULL), 0) AS position
                     FROM _timescaledb_catalog.chunk_constraint k
                     JOIN _timescaledb_catalog.dimension_slice s ON s.id = k.dimension_slice_id
                     JOIN _timescaledb_catalog.dimension d ON d.id = s.dimension_id
                    WHERE k.chunk_id = c.id) s
             CROSS JOIN LATERAL (
                   SELECT COALESCE(pg_catalog.array_agg(n.node_name ORDER BY n.node_name)
                                       FILTER (WHERE NOT \(raw: unproved)),
                                   pg_catalog.array_agg(n.node_name ORDER BY n.node_name)) AS nodes
                     FROM _timescaledb_catalog.chunk_data_node n
                    WHERE n.chunk_id = c.id) k
             WHERE c.hypertable_id = ANY (\(hypertables.map(String.init), type: "int[]")) AND NOT c.dropped
             ORDER BY c.hypertable_id, s.position, c.id
            """
    }

    /// The nodes in the order in which they are to be copied from: the copy that counts for the access node, then the others
    /// by what is copied from them already.
    package func order(among available: Set<String>, load: [String: Int]) -> [String] {
        nodes.filter { available.contains($0) }.sorted {
            ($0 == read ? 0 : 1, load[$0] ?? 0, $0) < ($1 == read ? 0 : 1, load[$1] ?? 0, $1)
        }
    }

    /// For the access node: whether it is there still; one value.
    package static func isThere(_ id: Int) -> SQL {
        "SELECT EXISTS (SELECT FROM _timescaledb_catalog.chunk WHERE id = \(id) AND NOT dropped) AS found"
    }

    /// What its copy on the target is called: other than that of another cluster, or of a migration before.
    package func name(in table: TargetTable) -> TableName {
        TableName(schema: "_timescaledb_internal", name: "_tscl_\(table.id)_\(id)_chunk")
    }
}

extension Migration {
    /// For the target: records chunks that are to be copied; nothing where they are recorded.
    package func record(_ chunks: [SourceChunk]) -> SQL {
        let (ids, schemas) = (chunks.map { String($0.id) }, chunks.map { $0.name.schema ?? "public" })
        let (names, slices) = (chunks.map(\.name.name), chunks.map(\.slices))
        return """
            INSERT INTO tscl_migrate.chunk (cluster, hypertable_id, source_id, source_schema, source_name, slices, position)
            SELECT \(cluster, type: "text"), \(sourceID), c.id, c.schema, c.name, c.slices::jsonb, c.position
              FROM ROWS FROM (pg_catalog.unnest(\(ids, type: "int[]")), pg_catalog.unnest(\(schemas, type: "name[]")),
                              pg_catalog.unnest(\(names, type: "name[]")), pg_catalog.unnest(\(slices, type: "text[]")),
                              pg_catalog.unnest(\(chunks.map { String($0.position) }, type: "bigint[]")))
                       AS c (id, schema, name, slices, position)
                ON CONFLICT DO NOTHING
            """
    }
}
