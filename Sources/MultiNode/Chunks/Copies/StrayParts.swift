/// Parts of distributed hypertables on a data node that the access node's catalog does not have: it was restored from a
/// backup, another access node leads to the node too, or they are left from before.
package struct StrayParts: Sendable {
    /// The numbers that the access node gave last; what has a higher one was made by another.
    package struct LastNumbers: Sendable, Equatable {
        let hypertable: Int
        let chunk: Int
        /// The highest that a chunk in its catalog has. After a crash it skips some numbers, so that ``chunk`` is higher.
        let newestChunk: Int
        /// The nodes that a chunk is being copied to.
        let copyTargets: Set<String>

        /// - Parameter row: of ``query(_:)``.
        package init(row: [String: String?]) {
            let row = Row(row)
            hypertable = row.optionalInteger("hypertable") ?? .max
            chunk = row.optionalInteger("chunk") ?? .max
            newestChunk = row.optionalInteger("newest_chunk") ?? .max
            copyTargets = Set(row.array("targets"))
        }

        /// For the access node.
        package static func query(_ capabilities: Capabilities) -> SQL {
            let targets: SQL =
                capabilities.canCopyChunks
                ? "ARRAY(SELECT dest_node_name FROM _timescaledb_catalog.chunk_copy_operation)" : "'{}'"
            return """
                SELECT (SELECT last_value FROM _timescaledb_catalog.hypertable_id_seq) AS hypertable,
                       (SELECT last_value FROM _timescaledb_catalog.chunk_id_seq) AS chunk,
                       (SELECT COALESCE(pg_catalog.max(id), 0) FROM _timescaledb_catalog.chunk) AS newest_chunk,
                       \(raw: targets) AS targets
                """
        }
    }

    private struct Part: Sendable {
        let number: Int
        let table: TableName
        /// The number that the access node gave the hypertable.
        let hypertable: Int
        let chunks: Set<Int>
        /// The newest chunk, and the number that the access node gave it.
        let newest: (table: TableName, number: Int)?
        /// A name that is free there.
        let aside: String?
    }

    private let parts: [Part]

    /// - Parameter rows: of ``query(besides:of:)``.
    package init(_ rows: [[String: String?]]) {
        parts = rows.map { row in
            let row = Row(row)
            let newest = row["newest"].map {
                (
                    TableName(schema: row["newest_schema"], name: $0),
                    Self.number(in: $0.hasSuffix("_chunk") ? String($0.dropLast(6)) : "")
                )
            }
            return Part(
                number: row.integer("id"), table: TableName(schema: row["schema"], name: row["name"] ?? ""),
                hypertable: Self.number(in: row["prefix"] ?? ""),
                chunks: Set(row.array("chunks").compactMap { Int($0) }), newest: newest,
                aside: row["aside"])
        }
    }

    /// The number at the end of a name such as `_dist_hyper_3_17`; 0 where there is none.
    private static func number(in name: String) -> Int {
        guard name.hasPrefix("_dist_hyper_") else { return 0 }
        return name.split(separator: "_").last.flatMap { Int($0) } ?? 0
    }

    package var isEmpty: Bool { parts.isEmpty }

    /// For a data node: the hypertables that are parts of distributed ones, where they, or chunks of them, are not among
    /// these numbers.
    package static func query(besides chunks: [Int], of hypertables: [Int]) -> SQL {
        """
        SELECT h.id, h.schema_name AS schema, h.table_name AS name, h.associated_table_prefix AS prefix,
               pg_catalog.array_agg(c.id) FILTER (WHERE c.id IS NOT NULL) AS chunks,
               (pg_catalog.array_agg(c.schema_name ORDER BY c.id DESC))[1] AS newest_schema,
               (pg_catalog.array_agg(c.table_name ORDER BY c.id DESC))[1] AS newest,
               \(raw: TableAside.freeName(schema: "h.schema_name::text", name: "h.table_name::text")) AS aside
          FROM _timescaledb_catalog.hypertable h
          LEFT JOIN (
              SELECT c.id, c.hypertable_id, c.schema_name, c.table_name
                FROM _timescaledb_catalog.chunk c
               WHERE NOT c.dropped
                 AND NOT EXISTS (SELECT FROM pg_catalog.unnest(\(chunks.map(String.init), type: "int[]")) k (id)
                                  WHERE k.id = c.id)
          ) c ON c.hypertable_id = h.id
         WHERE h.replication_factor = -1
           AND (c.id IS NOT NULL OR h.id <> ALL (\(hypertables.map(String.init), type: "int[]")))
         GROUP BY h.id, h.schema_name, h.table_name, h.associated_table_prefix
         ORDER BY 2, 3
        """
    }

    /// - Parameters:
    ///   - tables: the access node's hypertables, as they are now.
    ///   - chunks: the numbers of the chunks that it has there now, so that what was made meanwhile is none.
    ///   - nodes: the data nodes that there are.
    ///   - wasRestored: whether the access node was restored to a point before its end.
    package func findings(
        on node: String, _ tables: SharedTables, chunks: [Int], _ last: LastNumbers, nodes: Set<String>,
        wasRestored: Bool
    ) -> [Finding] {
        let attached = tables.on(node)
        let distributed = Set(tables.onAccessNode.values)
        let known = Set(chunks)
        return parts.compactMap { part in
            let strays = part.chunks.subtracting(known).count
            let what = "\(strays) \(strays == 1 ? "chunk" : "chunks")"
            let isAttached = attached[part.number] != nil
            if isAttached, strays == 0 || last.copyTargets.contains(node) { return nil }
            // The catalog has it under another name of the node.
            if tables.has(part.table, part.number, besides: nodes) { return nil }
            let subject =
                isAttached
                ? "\(what) of \(part.table)" : "\(part.table), \(strays == 0 ? "without chunks" : "with \(what)"),"
            let verb = isAttached && strays != 1 ? "are" : "is"
            let look = part.newest.map { "query --on \(Quoting.word(node)) SELECT * FROM \($0.table.quoted) LIMIT 10" }
            let newest = part.newest?.number ?? 0
            let isNewer =
                isAttached
                ? newest > min(last.chunk, last.newestChunk) || wasRestored
                : part.hypertable > last.hypertable || newest > last.chunk
                    || wasRestored && !distributed.contains(part.table)
            if isNewer {
                return Finding(
                    .error, node,
                    "\(subject) \(verb) unknown to the access node, and newer: the access node was restored from a backup, or "
                        + "another one leads to this node, too",
                    remedy:
                        "stop the writers, and let only one access node lead here; after a restore, restore the data nodes to "
                        + "the same restore point" + (look.map { ", or save what is there first: \($0)" } ?? ""))
            }
            if isAttached {
                return Finding(
                    .warning, node,
                    "\(subject) \(verb) there, and not in the access node's catalog: nobody reads the rows",
                    remedy: look ?? "")
            }
            let isLeft = distributed.contains(part.table)
            let why =
                isLeft ? "is still there from before it was detached" : "is there, and the access node does not know it"
            // To another access node it may be of use.
            let caution = isLeft && !wasRestored ? "" : "only where no other access node leads to this node: "
            let exec = "exec --on \(Quoting.word(node))"
            let drop = "\(exec) DROP TABLE \(part.table.quoted)"
            return Finding(
                .warning, node, "\(subject) \(why): nobody reads it, and its name is taken",
                remedy: caution
                    + (strays == 0
                        ? drop : "\(exec) \(TableAside(part.table, name: part.aside).statement)"))
        }
    }
}
