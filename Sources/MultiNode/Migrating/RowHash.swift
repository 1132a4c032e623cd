/// How the rows of a chunk are summed up, so that the same rows come to the same on two servers, whatever their order.
///
/// A value counts by PostgreSQL's own hash of its type where equal values are the same values and the hash is the same on
/// every server, and else by its text. Behind 14 the hash of a row saves half of the time that its text takes.
package struct RowHash: Sendable, Equatable {
    private let columns: [TargetTable.Column]
    private let hashesRows: Bool

    /// - Parameter servers: the versions of both, as `server_version_num` has them.
    package init(_ columns: [TargetTable.Column], servers: [Int]) {
        self.columns = columns
        hashesRows = servers.allSatisfy { $0 >= 140_000 }
    }

    /// The types that are hashed as they are. That of `interval` takes a day for 24 hours, and that of `numeric` 1.0 for
    /// 1.00.
    private static let hashed: Set<String> = [
        "smallint", "integer", "bigint", "real", "double precision", "boolean", "uuid", "date", "bytea",
        "timestamp without time zone", "timestamp with time zone", "time without time zone",
    ]
    private static let texts: Set<String> = ["text", "character varying"]

    /// One row: `rows`, `hash`, and `outside`, the rows that none of the conditions may exclude and one does.
    ///
    /// - Parameters:
    ///   - table: its rows have all the columns.
    ///   - conditions: in SQL, as PostgreSQL has written them with a `search_path` of `pg_catalog`.
    package func digest(of table: TableName, within conditions: [String] = [], countsOnly: Bool = false) -> SQL {
        let hash: SQL = countsOnly ? "NULL" : "pg_catalog.sum(\(raw: row))"
        let outside: SQL =
            conditions.isEmpty
            ? "0"
            : """
            pg_catalog.count(*) FILTER (WHERE NOT (\
            \(raw: SQL(text: conditions.map { "(\($0))" }.joined(separator: " AND "), shown: "…"))))
            """
        return """
            SELECT pg_catalog.count(*) AS rows, \(raw: hash) AS hash, \(raw: outside) AS outside
              FROM \(qualified: table) x
            """
    }

    private var row: SQL {
        let values = columns.map { column -> SQL in
            let value: SQL = "x.\(identifier: column.name)"
            guard hashesRows else { return value }
            if Self.hashed.contains(column.type) { return value }
            return Self.texts.contains(column.type)
                ? "\(raw: value) COLLATE pg_catalog.\"C\"" : "(\(raw: value))::text COLLATE pg_catalog.\"C\""
        }
        let all = values.joined(separator: ", ")
        return hashesRows
            ? "pg_catalog.hash_record_extended(ROW(\(raw: all)), 0)"
            : "pg_catalog.hashtextextended(ROW(\(raw: all))::text, 0)"
    }
}

/// What the rows of a chunk come to on one side.
package struct RowDigest: Sendable, Equatable {
    package let rows: Int
    /// Nil where rows are only counted, or there are none.
    package let hash: String?
    /// How many are outside of the chunk's slices.
    package let outside: Int

    /// - Parameter row: of ``RowHash/digest(of:within:countsOnly:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        rows = row.integer("rows")
        hash = row["hash"]
        outside = row.integer("outside")
    }

    package init(rows: Int, hash: String?, outside: Int = 0) {
        self.rows = rows
        self.hash = hash
        self.outside = outside
    }
}
