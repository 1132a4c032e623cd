/// Chunks to which rows were added beside their compressed ones, of which the access node does not know: an INSERT came
/// while compress_chunk was at work. recompress_chunk refuses such a chunk then, and TimescaleDB 2.10 and before read it in a
/// wrong order.
package struct UnnotedRows: Sendable, Equatable {
    package let table: TableName
    /// In the order of their names.
    package let chunks: [TableName]

    /// In the status of a compressed chunk: rows were added to it, unordered (2) or as a part of their own (8).
    static let added = 0b1010

    /// For a data node: the numbers of its chunks to which rows were added, at most so many; one column `chunk`.
    package static let list: SQL = """
        SELECT c.id AS chunk
          FROM _timescaledb_catalog.chunk c
         WHERE NOT c.dropped AND ((pg_catalog.to_jsonb(c) ->> 'status')::int & \(literal: added)) <> 0
         ORDER BY c.id
         LIMIT 1000
        """

    /// For the access node: those of chunks of nodes of which it does not know so; a row for each.
    ///
    /// - Parameter chunks: their numbers there, by node.
    package static func query(_ chunks: [(node: String, numbers: [Int])]) -> SQL {
        let pairs = chunks.flatMap { node, numbers in numbers.map { (node, String($0)) } }
        return """
            SELECT DISTINCT h.schema_name AS table_schema, h.table_name, c.schema_name AS schema, c.table_name AS name
              FROM ROWS FROM (pg_catalog.unnest(\(pairs.map(\.0))),
                              pg_catalog.unnest(\(pairs.map(\.1), type: "int[]"))) AS i (node, number)
              JOIN _timescaledb_catalog.chunk_data_node n ON n.node_name = i.node AND n.node_chunk_id = i.number
              JOIN _timescaledb_catalog.chunk c ON c.id = n.chunk_id AND NOT c.dropped
              JOIN _timescaledb_catalog.hypertable h ON h.id = c.hypertable_id
             WHERE ((pg_catalog.to_jsonb(c) ->> 'status')::int & \(literal: added)) = 0
             ORDER BY 1, 2, 3, 4
            """
    }

    /// - Parameter rows: of ``query(_:)``.
    package static func list(_ rows: [[String: String?]]) -> [UnnotedRows] {
        TableName.groups(rows).map { table, rows in
            UnnotedRows(
                table: table, chunks: rows.map { TableName(schema: Row($0)["schema"], name: Row($0)["name"] ?? "") })
        }
        .sorted { $0.table.quoted < $1.table.quoted }
    }

    package var finding: Finding {
        let (which, those) = chunks.count == 1 ? ("one of its chunks", "it") : ("\(chunks.count) of its chunks", "them")
        return Finding(
            .warning, table.description,
            "rows were added to \(which) beside a compression, and the access node does not know of it: recompress_chunk "
                + "refuses \(those), and no copy of \(those) can be proved",
            remedy: Self.remedy(chunks))
    }

    /// What has all copies of chunks, and the access node, agree that no rows were added.
    static func remedy(_ chunks: [TableName]) -> String {
        let names = chunks.prefix(mostNamed).map { Quoting.literal($0.quoted) }
        let more = chunks.count > names.count ? "; then check again, for the others" : ""
        return
            "sql SELECT compress_chunk(decompress_chunk(c)) FROM unnest(ARRAY[\(names.joined(separator: ", "))]::regclass[]) c"
            + more
    }

    private static let mostNamed = 20
}
