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
        /// What sets its compression, for ALTER TABLE … SET; nil where it has none.
        package let compression: String?
        /// Whether it has a primary key, by which a copy finds rows that are changed meanwhile.
        package let hasKey: Bool
    }

    private let tables: [Int: Table]
    private let copyings: [Int: [ChunkCopying]]

    /// - Parameters:
    ///   - tables: rows of ``tables(_:)``.
    ///   - copyings: all that there are.
    package init(tables: [[String: String?]], _ copyings: [ChunkCopying] = []) {
        var byNumber: [Int: Table] = [:]
        for row in tables.map({ Row($0) }) {
            byNumber[row.integer("id")] = Table(
                nodes: Set(row.array("nodes")), blocked: Set(row.array("blocked")),
                parents: zip(row.array("parent_schemas"), row.array("parents")).map {
                    TableName(schema: $0, name: $1)
                },
                hasNamesake: row.flag("namesake"), compression: Self.compression(row), hasKey: row["keyed"] != "f")
        }
        self.tables = byNumber
        // What is complete and none of tscl's is over.
        self.copyings = Dictionary(
            grouping: copyings.filter { $0.isRunning || $0.stage != "complete" || $0.isUnproved }, by: \.chunkID)
    }

    private static func compression(_ row: Row) -> String? {
        guard row.flag("compressed") else { return nil }
        let options = [("compress_segmentby", row["segmentby"]), ("compress_orderby", row["orderby"])]
        return
            (["timescaledb.compress"]
            + options.compactMap { name, value in value.map { "timescaledb.\(name) = \(Quoting.literal($0))" } })
            .joined(separator: ", ")
    }

    package func table(of chunk: Chunk) -> Table? { tables[chunk.tableID] }

    package func copyings(of chunk: Int) -> [ChunkCopying] { copyings[chunk] ?? [] }

    /// Whether a copy to this node is recorded.
    package func hasCopying(of chunk: Int, to node: String) -> Bool {
        copyings(of: chunk).contains { $0.destination == node }
    }

    /// The tables to which foreign keys of hypertables refer, each once.
    ///
    /// - Parameter numbers: of the hypertables.
    func parents(ofTables numbers: Set<Int>) -> [TableName] {
        let all = numbers.compactMap { tables[$0] }.flatMap(\.parents)
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
                          AND o.replication_factor > 0) AS namesake,
               EXISTS (SELECT FROM _timescaledb_catalog.hypertable_compression k
                        WHERE k.hypertable_id = h.id) AS compressed,
               EXISTS (SELECT FROM pg_catalog.pg_index x
                        WHERE x.indisprimary AND x.indrelid = pg_catalog.to_regclass(
                              pg_catalog.format('%I.%I', h.schema_name, h.table_name))) AS keyed,
               (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(k.attname), ', ' ORDER BY k.segmentby_column_index)
                  FROM _timescaledb_catalog.hypertable_compression k
                 WHERE k.hypertable_id = h.id AND k.segmentby_column_index IS NOT NULL) AS segmentby,
               (SELECT pg_catalog.string_agg(
                           pg_catalog.quote_ident(k.attname) || CASE WHEN k.orderby_asc THEN ' ASC' ELSE ' DESC' END
                           || CASE WHEN k.orderby_nullsfirst THEN ' NULLS FIRST' ELSE ' NULLS LAST' END,
                           ', ' ORDER BY k.orderby_column_index)
                  FROM _timescaledb_catalog.hypertable_compression k
                 WHERE k.hypertable_id = h.id AND k.orderby_column_index IS NOT NULL) AS orderby
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

    /// For the access node: how chunks of these numbers are compressed now, with `id` and `status`. Where a node has more of a
    /// chunk than the access node had, that may have been read before the node committed it.
    package static func statuses(_ numbers: [Int]) -> SQL {
        """
        SELECT c.id, pg_catalog.to_jsonb(c) ->> 'status' AS status FROM _timescaledb_catalog.chunk c
         WHERE c.id = ANY (\(numbers.map(String.init), type: "int[]"))
        """
    }

    /// - Parameter rows: of ``statuses(_:)``.
    package static func statuses(rows: [[String: String?]]) -> [Int: String] {
        rows.reduce(into: [:]) { statuses, row in
            let row = Row(row)
            statuses[row.integer("id")] = row["status"]
        }
    }
}
