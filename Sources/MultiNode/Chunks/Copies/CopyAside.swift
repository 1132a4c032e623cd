/// The rows of a copy of a chunk that is dropped, kept in a table on its node: others may lack some of them.
package enum CopyAside {
    static let ending = "_replaced"

    /// The comment of a table of which no row is in another copy as well. A table without it may have all rows of its copy.
    static let isSurplus = "tscl: rows that no other copy of the chunk had"

    /// For a data node: the first name for it that is free; one column.
    ///
    /// - Parameter table: the hypertable, in whose schema it is.
    package static func freeName(of chunk: TableName, _ table: TableName) -> SQL {
        let name = TableAside.freeName(
            schema: "\(literal: table.schema ?? "public")", name: text(chunk.name), ending: ending)
        return "SELECT \(raw: name) AS name"
    }

    private static func text(_ name: String) -> SQL { "\(literal: name)::text" }

    /// For a data node: those that are there already; one column.
    package static func names(of chunk: TableName, _ table: TableName) -> SQL {
        """
        SELECT c.relname AS name
          FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = \(table.schema ?? "public", type: "name") AND c.relkind = 'r'
           AND pg_catalog.starts_with(
                   c.relname::text, \(raw: TableAside.firstName(for: text(chunk.name), ending: ending)))
         ORDER BY c.relname
        """
    }

    /// For a data node.
    package static func keep(_ chunk: TableName, _ shape: RowShape, as aside: TableName) -> SQL {
        let columns = shape.columns.map { "x.\(identifier: $0)" as SQL }.joined(separator: ", ")
        return "CREATE TABLE \(qualified: aside) AS SELECT \(raw: columns) FROM \(qualified: chunk) x"
    }

    /// For a data node, in a transaction with ``CopyQuestion/settings``: puts some of the rows of a chunk, which are told by their
    /// hashes, and which no other copy has, into a table of its own.
    package static func keep(_ rows: [Int64: Int], of chunk: TableName, _ shape: RowShape, as aside: TableName) -> [SQL]
    {
        func columns(of row: SQL) -> SQL {
            shape.columns.map { "\(raw: row).\(identifier: $0)" as SQL }.joined(separator: ", ")
        }
        let values = columns(of: "x")
        let make: SQL = "CREATE TABLE \(qualified: aside) AS SELECT \(raw: values) FROM \(qualified: chunk) x LIMIT 0"
        let sorted = rows.sorted { $0.key < $1.key }
        return [make]
            + stride(from: 0, to: sorted.count, by: mostRows).map { start in
                let part = sorted[start..<min(start + mostRows, sorted.count)]
                // PostgreSQL takes several arrays only by the name alone, for which the settings have one schema.
                return """
                    INSERT INTO \(qualified: aside)
                    SELECT \(raw: columns(of: "y"))
                      FROM (SELECT h.*, pg_catalog.row_number() OVER (PARTITION BY h."tscl hash") AS "tscl number"
                              FROM (SELECT \(raw: values),
                                           pg_catalog.hashtextextended(ROW(\(raw: values))::text, 0) AS "tscl hash"
                                      FROM \(qualified: chunk) x) h) y
                      JOIN unnest(\(part.map { String($0.key) }, type: "bigint[]"),
                                  \(part.map { String($0.value) }, type: "int[]")) w (hash, rows)
                        ON w.hash = y."tscl hash" AND y."tscl number" <= w.rows
                    """
            } + ["COMMENT ON TABLE \(qualified: aside) IS \(literal: isSurplus)"]
    }

    /// For a data node: begins a transaction that reads a copy as it is at one moment, and keeps rows of it. What compresses or
    /// decompresses a chunk takes rows from older snapshots: so the chunk is locked before the snapshot is there, which the first
    /// query takes; ``CopyQuestion/settings`` is one.
    package static func beginning(_ chunk: TableName) -> [SQL] {
        ["BEGIN ISOLATION LEVEL REPEATABLE READ", "SET LOCAL lock_timeout = '30s'", lock(chunk)]
    }

    /// The same for the table of its compressed rows.
    package static func lock(_ table: TableName) -> SQL { "LOCK TABLE \(qualified: table) IN ACCESS SHARE MODE" }

    /// So many rows are named in one statement.
    private static let mostRows = 100_000

    // MARK: What is not there

    /// For a data node: whether there is a table of the chunk's name, be it a chunk or not.
    package static func isTaken(_ chunk: TableName) -> SQL {
        "SELECT pg_catalog.to_regclass(\(chunk.quoted, type: "text")) IS NOT NULL AS taken"
    }

    /// For a data node: a table without columns in the place of a chunk that is not there. Dropping a copy drops a table
    /// of its name, and fails where there is none.
    package static func stand(inFor chunk: TableName) -> SQL { "CREATE TABLE \(qualified: chunk) ()" }
}
