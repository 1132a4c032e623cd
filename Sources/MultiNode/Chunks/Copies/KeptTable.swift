/// A table of a data node with rows that nothing else may have: those that were kept aside there of a copy of a chunk that was
/// replaced, or of a table that was in the way; what a copy of a chunk that broke off has brought; or a chunk that the access node has
/// there no more.
package struct KeptTable: Sendable, Equatable {
    package let table: TableName
    /// Nil where they can't be counted.
    package let rows: Int?
    /// What its rows take there; nil where it was not asked.
    package let bytes: Int64?
    /// Whether it is known that no other copy had any of its rows.
    package let isSurplus: Bool

    package init(_ table: TableName, rows: Int?, isSurplus: Bool = false) {
        self.table = table
        self.rows = rows
        self.isSurplus = isSurplus
        bytes = nil
    }

    /// - Parameter row: of ``list``.
    package init(row: [String: String?]) {
        let row = Row(row)
        table = TableName(schema: row["schema"], name: row["name"] ?? "")
        rows = nil
        bytes = row["bytes"].flatMap { Int64($0) }
        isSurplus = row.flag("surplus")
    }

    /// Whether its rows are those that TimescaleDB has compressed, many in one.
    package var isCompressed: Bool { table.name.hasPrefix("compress_") }

    /// The number of the hypertable of its chunk in the access node's catalog, which has given the chunk its name; nil where the name
    /// does not tell.
    package var hypertable: Int? { numbers?.hypertable }
    /// The number of its chunk there.
    package var chunk: Int? { numbers?.chunk }

    private var numbers: (hypertable: Int, chunk: Int)? {
        guard !isCompressed, let found = table.name.firstMatch(of: #/_([0-9]+)_([0-9]+)_chunk/#),
            let hypertable = Int(found.1), let chunk = Int(found.2)
        else { return nil }
        return (hypertable, chunk)
    }

    /// For its node: how many rows of a chunk it has.
    package var count: SQL {
        isCompressed
            ? "SELECT pg_catalog.sum(_ts_meta_count) AS rows FROM \(qualified: table)" : CopyFacts.count(of: table)
    }

    /// Whether it has rows of a chunk.
    package var isOfChunk: Bool { isCompressed || numbers != nil }

    /// For a data node: `schema`, `name`, `bytes`, those of its rows, and `surplus`, whether no other copy had these, of each that is no
    /// chunk. What is being copied is none of them.
    package static let list: SQL = """
        SELECT n.nspname AS schema, c.relname AS name, pg_catalog.pg_relation_size(c.oid) AS bytes,
               COALESCE(pg_catalog.obj_description(c.oid, 'pg_class') = \(literal: CopyAside.isSurplus), false) AS surplus
          FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
           AND (c.relname ~ \(literal: "(\(CopyAside.ending)|\(TableAside.ending))(_[0-9]+)?$")
                OR n.nspname = '_timescaledb_internal' AND c.relname ~ '^((_dist|compress)_hyper_[0-9]+_[0-9]+|compress_[0-9]+_tscl)_chunk$'
                   AND NOT EXISTS (SELECT FROM _timescaledb_catalog.chunk k
                                    WHERE (k.schema_name, k.table_name) = (n.nspname, c.relname))
                   AND NOT EXISTS (SELECT FROM pg_catalog.pg_subscription_rel r WHERE r.srrelid = c.oid))
           AND NOT EXISTS (SELECT FROM _timescaledb_catalog.hypertable h
                            WHERE (h.schema_name, h.table_name) = (n.nspname, c.relname))
         ORDER BY n.nspname, c.relname
        """
}
