/// The rows that a chunk's copy on the target has, and the node that it is copied anew from has not: the statements for the target
/// by which they are kept in a table of their own, in the transaction that replaces the copy.
package struct RowsAside: Sendable {
    private let copy: TableName
    private let hash: RowHash
    private let table: TargetTable

    /// - Parameters:
    ///   - copy: the chunk that is there.
    ///   - hash: of the table's columns.
    package init(of copy: TableName, _ hash: RowHash, in table: TargetTable) {
        (self.copy, self.hash, self.table) = (copy, hash, table)
    }

    /// The parts in which the copy may have rows that the source has not.
    ///
    /// - Parameters:
    ///   - copy: what the parts come to there, of ``RowHash/parts(of:)``.
    ///   - source: the same of the node.
    package static func differing(_ copy: [Int: CopyDigest], from source: [Int: CopyDigest]) -> [Int] {
        copy.filter { source[$0.key] != $0.value }.keys.sorted()
    }

    // MARK: Finding them

    private static let hashes = "tscl_hashes"
    private static let alone = "tscl_alone"

    /// A table for the hashes of the node's rows.
    package static let createHashes: SQL = "CREATE TEMPORARY TABLE \(identifier: hashes) (hash bigint) ON COMMIT DROP"

    package static func copyHashes(as form: CopyForm) -> SQL {
        "COPY pg_temp.\(identifier: hashes) (hash) FROM STDIN (\(raw: form.options))"
    }

    /// Of rows that are the same the copy has as many more as it has more of them.
    ///
    /// - Parameter parts: of which the node's hashes are there.
    package func find(in parts: [Int]) -> SQL {
        let columns = table.copiedColumns.map { "y.\(identifier: $0)" as SQL }.joined(separator: ", ")
        let own: SQL = "\"tscl hash\""
        return """
            CREATE TEMPORARY TABLE \(identifier: Self.alone) ON COMMIT DROP AS
            SELECT \(raw: columns)
              FROM (SELECT h.*, pg_catalog.row_number() OVER (PARTITION BY h.\(raw: own)) AS "tscl number"
                      FROM (SELECT x.*, \(raw: hash.row) AS \(raw: own) FROM \(qualified: copy) x) h
                     WHERE \(raw: RowHash.isIn(parts, "h.\(raw: own)"))) y
              LEFT JOIN (SELECT s.hash, pg_catalog.count(*) AS rows FROM pg_temp.\(identifier: Self.hashes) s
                          GROUP BY s.hash) w ON w.hash = y.\(raw: own)
             WHERE y."tscl number" > COALESCE(w.rows, 0)
            """
    }

    /// How many were found; one value.
    package static let count: SQL = "SELECT pg_catalog.count(*) AS rows FROM pg_temp.\(identifier: alone)"

    // MARK: Keeping them

    /// - Parameters:
    ///   - aside: the table, beside the hypertable.
    ///   - note: what is said of it as long as it is there.
    package func keep(as aside: TableName, _ note: KeptRows.Note) -> [SQL] {
        [
            "CREATE TABLE \(qualified: aside) AS TABLE pg_temp.\(identifier: Self.alone)",
            "ALTER TABLE \(qualified: aside) OWNER TO \(identifier: table.owner)",
            "COMMENT ON TABLE \(qualified: aside) IS \(literal: note.comment)",
        ]
    }
}
