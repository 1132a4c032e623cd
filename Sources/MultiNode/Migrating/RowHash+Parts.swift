/// The rows of a table in parts, by the last bits of their hashes, to find those that only one of two servers has.
extension RowHash {
    private static let partCount = 1024

    /// A row for each part that has any, as of ``CopyQuestion/parts``: `part`, `rows` and `hash`.
    package func parts(of table: TableName) -> SQL {
        """
        SELECT \(raw: Self.part("r.hash")) AS part, pg_catalog.count(*) AS rows, pg_catalog.sum(r.hash) AS hash
          FROM (SELECT \(raw: row) AS hash FROM \(qualified: table) x) r
         GROUP BY 1
        """
    }

    /// The hashes of the rows of some parts, as COPY sends them.
    package func hashes(of table: TableName, in parts: [Int], as form: CopyForm) -> SQL {
        """
        COPY (SELECT r.hash FROM (SELECT \(raw: row) AS hash FROM \(qualified: table) x) r
               WHERE \(raw: Self.isIn(parts, "r.hash"))) TO STDOUT (\(raw: form.options))
        """
    }

    private static func part(_ hash: SQL) -> SQL { "(\(raw: hash) & \(literal: partCount - 1))" }

    static func isIn(_ parts: [Int], _ hash: SQL) -> SQL {
        "\(raw: part(hash)) = ANY (\(literal: ArrayText.text(parts))::int[])"
    }
}
