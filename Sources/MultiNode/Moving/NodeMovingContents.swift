/// What there is on a data node that copies of chunks would meet with.
package struct NodeMovingContents: Sendable, Equatable {
    /// The number of rows of a table, as far as they are counted; nil where the role may not read it.
    package struct Parent: Sendable, Equatable {
        package let isThere: Bool
        package let rows: Int?

        package init(isThere: Bool, rows: Int?) {
            (self.isThere, self.rows) = (isThere, rows)
        }
    }

    /// The chunks whose name another table has there; whether TimescaleDB's catalog there has the table.
    package private(set) var taken: [TableName: Bool]
    package private(set) var parents: [TableName: Parent]
    /// The hypertables that have no compression there.
    package private(set) var uncompressing: Set<TableName>
    /// The chunks that may have gaps there: rows of them were updated or deleted, or were rolled back, or the server's statistics do
    /// not tell because they began later than the rows.
    package private(set) var updated: Set<TableName>
    /// The statuses of the chunks that are to be copied from it, where they are compressed there.
    package private(set) var statuses: [TableName: String]
    /// Of these, those whose copies would lack values (``MissingValues``).
    package private(set) var lacking: Set<TableName>

    package init(
        taken: [TableName: Bool] = [:], parents: [TableName: Parent] = [:], uncompressing: Set<TableName> = [],
        updated: Set<TableName> = [], statuses: [TableName: String] = [:], lacking: Set<TableName> = []
    ) {
        (self.taken, self.parents, self.uncompressing, self.updated) = (taken, parents, uncompressing, updated)
        (self.statuses, self.lacking) = (statuses, lacking)
    }

    /// Adds what a node answers.
    ///
    /// - Parameter rows: of the question's query.
    package mutating func take(_ rows: [[String: String?]], of question: NodeMovingQuestion) {
        for row in rows.map({ Row($0) }) {
            let index = row.integer("number") - 1
            func named(_ names: [TableName]) -> TableName? { names.indices.contains(index) ? names[index] : nil }
            switch row["kind"] {
            case "chunk": if let name = named(question.chunks) { taken[name] = row.flag("known") }
            case "parent":
                guard let name = named(question.parents) else { continue }
                parents[name] = Parent(isThere: row.flag("known"), rows: row.optionalInteger("rows"))
            case "table": if let name = named(question.tables), !row.flag("known") { uncompressing.insert(name) }
            case "source": if let name = named(question.sources), row.flag("known") { updated.insert(name) }
            case "status": if let name = named(question.copied), let status = row["rows"] { statuses[name] = status }
            case "missing": if let name = named(question.copied) { lacking.insert(name) }
            default: break
            }
        }
    }

    /// Of a chunk `c` and its statistics `t`. Rows that were rolled back are counted as inserted, and are not alive. ANALYZE reads all
    /// pages of a table that has no more than 30,000, and guesses the rest.
    private static let mayHaveGaps: SQL = """
        t.n_tup_upd + t.n_tup_del > 0
               OR pg_catalog.pg_relation_size(c.oid) > 0
                  AND (t.n_dead_tup > 0 OR t.n_tup_ins = 0
                       OR pg_catalog.abs(t.n_tup_ins - t.n_live_tup) > CASE WHEN c.relpages > 30000 THEN t.n_live_tup / 100 ELSE 0 END)
        """

    /// More rows of a parent are not counted.
    package static let mostRows = 100_000

    /// For a data node: the tables there that have a chunk's name, the parents of foreign keys with the number of their
    /// rows, hypertables with whether they have compression there, chunks with whether they may have gaps (PostgreSQL
    /// manual, "pg_stat_user_tables"), the statuses of those that are compressed, and which of these
    /// have rows whose values the catalog has.
    ///
    /// A query that names a missing table fails, and so each parent is counted by a query from its text (PostgreSQL
    /// manual, "Gathering Document Statistics").
    package static func query(
        chunks: [TableName], parents: [TableName], tables: [TableName] = [], sources: [TableName] = [],
        copied: [TableName] = []
    ) -> SQL {
        """
        SELECT 'chunk' AS kind, n.number,
               EXISTS (SELECT FROM _timescaledb_catalog.chunk c
                        WHERE c.schema_name = n.schema AND c.table_name = n.name AND NOT c.dropped) AS known,
               NULL::int AS rows
          FROM \(raw: TableName.list(chunks))
          JOIN pg_catalog.pg_namespace s ON s.nspname = n.schema
          JOIN pg_catalog.pg_class t ON t.relnamespace = s.oid AND t.relname = n.name
         UNION ALL
        SELECT 'parent', n.number, t.oid IS NOT NULL,
               CASE WHEN pg_catalog.has_table_privilege(t.oid, 'SELECT')
                     AND pg_catalog.has_schema_privilege(s.oid, 'USAGE')
                    THEN (SELECT word FROM pg_catalog.ts_stat(pg_catalog.format(
                              'SELECT pg_catalog.array_to_tsvector(ARRAY[pg_catalog.count(*)::text])
                                 FROM (SELECT FROM %I.%I LIMIT \(literal: mostRows)) r', n.schema, n.name)))::int END
          FROM \(raw: TableName.list(parents))
          LEFT JOIN pg_catalog.pg_namespace s ON s.nspname = n.schema
          LEFT JOIN pg_catalog.pg_class t ON t.relnamespace = s.oid AND t.relname = n.name
         UNION ALL
        SELECT 'table', n.number, h.compressed_hypertable_id IS NOT NULL, NULL
          FROM \(raw: TableName.list(tables))
          JOIN _timescaledb_catalog.hypertable h ON h.schema_name = n.schema AND h.table_name = n.name
         UNION ALL
        SELECT 'source', n.number, \(raw: mayHaveGaps), NULL
          FROM \(raw: TableName.list(sources))
          JOIN pg_catalog.pg_stat_user_tables t ON t.schemaname = n.schema AND t.relname = n.name
          JOIN pg_catalog.pg_class c ON c.oid = t.relid
         UNION ALL
        SELECT 'status', n.number, true, x.status
          FROM \(raw: TableName.list(copied))
          JOIN _timescaledb_catalog.chunk c ON c.schema_name = n.schema AND c.table_name = n.name AND NOT c.dropped
         CROSS JOIN LATERAL (SELECT (pg_catalog.to_jsonb(c) ->> 'status')::int AS status) x
         WHERE x.status <> 0
         UNION ALL
        SELECT 'missing', l.number, true, NULL FROM (\(raw: MissingValues.list(among: copied))) l
        """
    }
}
