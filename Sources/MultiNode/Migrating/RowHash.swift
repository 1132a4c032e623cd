/// How the rows of a chunk are summed up, so that the same rows come to the same on two servers, whatever their order.
///
/// A value counts by PostgreSQL's own hash of its type where equal values are the same values and the hash is the same on
/// every server, and else by its text. What a row comes to is made of calls of these functions alone: to build a record of
/// the row, and hash that, takes twice as long. Before 14 two kinds of NaN have two hashes, and rows count by their text.
package struct RowHash: Sendable, Equatable {
    private let columns: [TargetTable.Column]
    private let hashesValues: Bool

    /// - Parameter servers: the versions of both, as `server_version_num` has them.
    package init(_ columns: [TargetTable.Column], servers: [Int]) {
        self.columns = columns
        hashesValues = servers.allSatisfy { $0 >= 140_000 }
    }

    /// Names what is made of a row. Only sums of one formula can be compared: it gets another name when it is changed.
    package var formula: String {
        let hasNumbers = columns.contains { Self.isNumberOfObject($0.type) }
        return hashesValues ? (hasNumbers ? "values 3" : "values 2") : hasNumbers ? "text 2" : "text 1"
    }

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

    /// Rows by their text, for a list of SELECT: `rows` and `hash`. The settings of ``SourceReading/texts`` must be the same on both
    /// sides.
    ///
    /// - Parameter columns: separated by commas.
    static func ofTexts(_ columns: SQL) -> SQL {
        "pg_catalog.count(*) AS rows, pg_catalog.sum(pg_catalog.hashtextextended(ROW(\(raw: columns))::text, 0)) AS hash"
    }

    /// What a row `x` comes to: a bigint, never NULL.
    var row: SQL {
        guard hashesValues else {
            let values = columns.map(Self.value).joined(separator: ", ")
            return "pg_catalog.hashtextextended(ROW(\(raw: values))::text, 0)"
        }
        let numbered = columns.enumerated().map { (column: $0.element, number: $0.offset + 1) }
        // A hash begins with what it is given, and mixes all of that: what the others come to goes into that of a value
        // which is always there. Zero gives back what it is given, and would be the same in one column as in the next.
        let outer = numbered.filter { $0.column.isRequired && !Self.keepsSeed.contains($0.column.type) }
        let inner = numbered.filter { !$0.column.isRequired || Self.keepsSeed.contains($0.column.type) }
        let terms = inner.map { item -> SQL in
            let hash = Self.hash(item.column, seededBy: "\(literal: item.number)")
            // As another value than any, and in each column another one: mixed, as two of them come together by XOR.
            return item.column.isRequired
                ? hash : "COALESCE(\(raw: hash), pg_catalog.hashint8extended(0, \(literal: -item.number)))"
        }
        let seed: SQL = terms.isEmpty ? "0" : terms.joined(separator: " OPERATOR(pg_catalog.#) ")
        guard !outer.isEmpty else { return "pg_catalog.hashint8extended(0, \(raw: seed))" }
        return outer.reduce(seed) { Self.hash($1.column, seededBy: $0) }
    }

    /// The types whose hash of zero is the seed.
    private static let keepsSeed: Set<String> = ["real", "double precision"]

    /// PostgreSQL's function of types that are hashed as they are. That of `interval` takes a day for 24 hours, and that of
    /// `numeric` 1.0 for 1.00.
    private static let functions: [String: SQL] = [
        "smallint": "hashint2extended", "integer": "hashint4extended", "bigint": "hashint8extended",
        "real": "hashfloat4extended", "double precision": "hashfloat8extended", "uuid": "uuid_hash_extended",
        "time without time zone": "time_hash_extended", "timestamp without time zone": "timestamp_hash_extended",
    ]
    private static let texts: Set<String> = ["text", "character varying"]

    /// The types whose values are numbers of objects, and whose text is what the server calls them: a data node keeps the numbers of
    /// the access node's, and calls other objects so, or none.
    private static let numbersOfObjects: Set<String> = [
        "regclass", "regproc", "regprocedure", "regoper", "regoperator", "regtype", "regconfig", "regdictionary",
        "regnamespace", "regrole", "regcollation",
    ]

    /// As a list in SQL, for the names of types.
    static let namesOfNumbers: SQL = numbersOfObjects.sorted().map { "\(literal: $0)" as SQL }.joined(separator: ", ")

    private static func isNumberOfObject(_ type: String) -> Bool {
        numbersOfObjects.contains(type.hasSuffix("[]") ? String(type.dropLast(2)) : type)
    }

    /// A value of a row `x`: the same on each server that has it.
    private static func value(_ column: TargetTable.Column) -> SQL {
        let value: SQL = "x.\(identifier: column.name)"
        guard isNumberOfObject(column.type) else { return value }
        return column.type.hasSuffix("[]") ? "(\(raw: value))::pg_catalog.oid[]" : "(\(raw: value))::pg_catalog.oid"
    }

    /// Of one value of a row `x`; NULL where that is NULL, or a value by itself.
    private static func hash(_ column: TargetTable.Column, seededBy seed: SQL) -> SQL {
        let value = value(column)
        if let function = functions[column.type] { return "pg_catalog.\(raw: function)(\(raw: value), \(raw: seed))" }
        switch column.type {
        case "boolean": return "pg_catalog.hashint4extended(\(raw: value)::pg_catalog.int4, \(raw: seed))"
        case "timestamp with time zone":
            // Its own function can't be called by SQL. No zone is looked up for this, which takes as long as all the rest.
            return
                "pg_catalog.timestamp_hash_extended(pg_catalog.timezone(INTERVAL '0', \(raw: value)), \(raw: seed))"
        case "date", "bytea":
            // Theirs can only be called by way of a record.
            return "pg_catalog.hash_record_extended(ROW(\(raw: value)), \(raw: seed))"
        default:
            let text: SQL = texts.contains(column.type) ? value : "(\(raw: value))::text"
            return "pg_catalog.hashtextextended(\(raw: text) COLLATE pg_catalog.\"C\", \(raw: seed))"
        }
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
