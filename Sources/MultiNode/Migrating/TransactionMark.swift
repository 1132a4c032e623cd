/// A transaction of a server, behind which it is looked what has been written since.
///
/// Of its 64 bits the rows have 32, by which the server tells of 2^31 transactions which comes first. So all of it counts only
/// where it is not ``isForeign``; then nothing is answered with no that may be yes.
struct TransactionMark {
    /// Long before the server can't tell any more which transaction comes first.
    private static let mostAge = 1_000_000_000

    /// More than can begin while one statement runs.
    private static let mostAhead = 20_000_000

    private let xmin: Int
    private var number: SQL { "'\(raw: SQL(stringLiteral: String(xmin & 0xffff_ffff)))'::pg_catalog.xid" }

    /// - Parameter xmin: the first transaction that counts, as `txid_snapshot_xmin` has it.
    init(_ xmin: Int) { self.xmin = xmin }

    /// Whether nothing follows from its number: it is too old, or of another server, whose numbers are behind.
    var isForeign: SQL {
        """
        pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot()) - \(literal: xmin) NOT BETWEEN 0 AND \(literal: Self.mostAge)
        """
    }

    /// Whether a table has rows by it or later ones, but for those of its children.
    func hasWritten(_ table: TableName) -> SQL {
        "EXISTS (SELECT FROM ONLY \(qualified: table) x WHERE \(raw: isLater("x")))"
    }

    /// Whether a table's columns have been changed by it or later ones. A column that was dropped and came again under its
    /// name has other values, and no row is written for that; nor is one for a column that comes with a default.
    func hasChangedColumns(of table: TableName) -> SQL { columns(of: table, where: isLater("a")) }

    /// The same of columns that were dropped alone: defaults and names may have been changed.
    func hasDroppedColumns(of table: TableName) -> SQL {
        columns(of: table, where: "a.attisdropped AND \(raw: isLater("a"))")
    }

    private func columns(of table: TableName, where condition: SQL) -> SQL {
        """
        EXISTS (SELECT FROM pg_catalog.pg_attribute a
                 WHERE a.attrelid = \(literal: table.quoted)::pg_catalog.regclass AND a.attnum > 0 AND \(raw: condition))
        """
    }

    /// What was written more than 2^31 transactions ago looks as if it came from those ahead; one that is a little ahead has
    /// committed since the statement began.
    private func isLater(_ row: SQL) -> SQL {
        """
        pg_catalog.age(\(raw: row).xmin) <= pg_catalog.age(\(raw: number)) AND pg_catalog.age(\(raw: row).xmin) >= -\(literal: Self.mostAhead)
        """
    }
}
