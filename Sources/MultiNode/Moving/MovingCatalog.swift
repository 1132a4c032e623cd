/// What the access node's catalog tells about the chunks that are to be moved, besides where they are.
package struct MovingCatalog: Sendable {
    /// A hypertable, as far as it matters to its chunks' moves.
    package struct Table: Sendable, Equatable {
        /// The nodes that are attached to it.
        package let nodes: Set<String>
        /// Those of them that get no new chunks.
        package let blocked: Set<String>
        /// The tables to which its foreign keys refer.
        package let parents: [TableName]
        /// Whether a distributed hypertable in another schema has the same name.
        package let hasNamesake: Bool
    }

    /// A copy of a chunk that is under way, or broke off.
    package struct Copying: Sendable, Equatable {
        package let operation: String
        package let destination: String
        package let isRunning: Bool
    }

    private let tables: [Int: Table]
    /// The numbers of compressed chunks to which rows were added since.
    private let unordered: Set<Int>
    private let copyings: [Int: [Copying]]

    /// - Parameters:
    ///   - tables: rows of ``tables(_:)``.
    ///   - chunks: rows of ``chunks(_:)``.
    package init(tables: [[String: String?]], chunks: [[String: String?]]) {
        var byNumber: [Int: Table] = [:]
        for row in tables.map({ Row($0) }) {
            byNumber[row.integer("id")] = Table(
                nodes: Set(row.array("nodes")), blocked: Set(row.array("blocked")),
                parents: zip(row.array("parent_schemas"), row.array("parents")).map {
                    TableName(schema: $0, name: $1)
                },
                hasNamesake: row.flag("namesake"))
        }
        self.tables = byNumber
        let rows = chunks.map { Row($0) }
        unordered = Set(rows.filter { $0.flag("unordered") }.map { $0.integer("id") })
        copyings = Dictionary(
            rows.compactMap { row in
                row["operation"].map {
                    let copying = Copying(
                        operation: $0, destination: row["destination"] ?? "", isRunning: row.flag("running"))
                    return (row.integer("id"), [copying])
                }
            }, uniquingKeysWith: +)
    }

    package func table(of chunk: Chunk) -> Table? { tables[chunk.tableID] }

    package func isUnordered(_ chunk: Chunk) -> Bool { unordered.contains(chunk.id) }

    package func copyings(of chunk: Int) -> [Copying] { copyings[chunk] ?? [] }

    /// The tables to which foreign keys of the chunks' hypertables refer, each once.
    package func parents(of chunks: [Chunk]) -> [TableName] {
        let all = Set(chunks.map(\.tableID)).compactMap { tables[$0] }.flatMap(\.parents)
        return Set(all).sorted { $0.quoted < $1.quoted }
    }

    /// For the access node: whether the role may replicate, and so copy chunks without being a superuser.
    package static let mayReplicate: SQL =
        "SELECT rolreplication FROM pg_catalog.pg_roles WHERE rolname = current_user"

    /// For the access node: the hypertables of these numbers.
    package static func tables(_ numbers: [Int]) -> SQL {
        """
        SELECT h.id,
               ARRAY(SELECT n.node_name FROM _timescaledb_catalog.hypertable_data_node n
                      WHERE n.hypertable_id = h.id) AS nodes,
               ARRAY(SELECT n.node_name FROM _timescaledb_catalog.hypertable_data_node n
                      WHERE n.hypertable_id = h.id AND n.block_chunks) AS blocked,
               p.schemas AS parent_schemas, p.names AS parents,
               EXISTS (SELECT FROM _timescaledb_catalog.hypertable o
                        WHERE o.table_name = h.table_name AND o.schema_name <> h.schema_name
                          AND o.replication_factor > 0) AS namesake
          FROM _timescaledb_catalog.hypertable h
         CROSS JOIN LATERAL (
               SELECT pg_catalog.array_agg(ps.nspname::text ORDER BY k.oid) AS schemas,
                      pg_catalog.array_agg(pt.relname::text ORDER BY k.oid) AS names
                 FROM pg_catalog.pg_namespace s
                 JOIN pg_catalog.pg_class t ON t.relnamespace = s.oid AND t.relname = h.table_name
                 JOIN pg_catalog.pg_constraint k ON k.conrelid = t.oid AND k.contype = 'f'
                 JOIN pg_catalog.pg_class pt ON pt.oid = k.confrelid
                 JOIN pg_catalog.pg_namespace ps ON ps.oid = pt.relnamespace
                WHERE s.nspname = h.schema_name) p
         WHERE h.id = ANY (\(numbers.map(String.init), type: "int[]"))
        """
    }

    /// For an access node with ``Capabilities/canCopyChunks``: those of the chunks of these numbers of which there is
    /// something to be known.
    package static func chunks(_ numbers: [Int]) -> SQL {
        """
        SELECT c.id, ((pg_catalog.to_jsonb(c) ->> 'status')::int & 2) = 2 AS unordered, o.operation_id AS operation,
               o.dest_node_name AS destination,
               EXISTS (SELECT FROM pg_catalog.pg_stat_activity a
                        WHERE a.pid = o.backend_pid
                          AND pg_catalog.starts_with(a.application_name, o.operation_id || ':')) AS running
          FROM _timescaledb_catalog.chunk c
          LEFT JOIN _timescaledb_catalog.chunk_copy_operation o
                 ON o.chunk_id = c.id AND (o.completed_stage <> 'complete'
                                           OR pg_catalog.starts_with(o.operation_id, \(literal: ChunkCopyName.prefix)))
         WHERE c.id = ANY (\(numbers.map(String.init), type: "int[]"))
           AND (o.operation_id IS NOT NULL OR ((pg_catalog.to_jsonb(c) ->> 'status')::int & 2) = 2)
        """
    }
}
