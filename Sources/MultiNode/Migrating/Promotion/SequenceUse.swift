/// A sequence that a column takes its values from, with where it stands: on data nodes there is neither.
package struct SequenceUse: Sendable, Equatable {
    /// The column's default as PostgreSQL writes it; nil for an identity, which has none.
    let expression: String?
    let column: String
    let sequence: TableName
    private let increment: Int
    let lastValue: Int
    let isCalled: Bool

    /// - Parameters:
    ///   - row: of ``list(of:)``.
    ///   - standing: of ``standing(of:)``.
    package init(row: [String: String?], standing: [String: String?]) {
        let row = Row(row)
        expression = row["expression"]
        column = row["column"] ?? ""
        sequence = TableName(schema: row["schema"], name: row["name"] ?? "")
        increment = row.optionalInteger("increment") ?? 1
        let standing = Row(standing)
        lastValue = standing.integer("last_value")
        isCalled = standing.flag("is_called")
    }

    /// For the access node, with a `search_path` of `pg_catalog` alone.
    package static func list(of table: TableName) -> SQL {
        """
        SELECT a.attname AS column, n.nspname AS schema, s.relname AS name,
               pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS expression,
               (SELECT q.seqincrement FROM pg_catalog.pg_sequence q WHERE q.seqrelid = s.oid) AS increment
          FROM pg_catalog.pg_attribute a
          LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.attgenerated = ''
          JOIN pg_catalog.pg_depend p
            ON (p.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND p.objid = d.oid
                AND p.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass)
            OR (a.attidentity <> '' AND p.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                AND p.refobjid = a.attrelid AND p.refobjsubid = a.attnum AND p.deptype = 'i'
                AND p.classid = 'pg_catalog.pg_class'::pg_catalog.regclass)
          JOIN pg_catalog.pg_class s
            ON s.oid = CASE WHEN a.attidentity <> '' THEN p.objid ELSE p.refobjid END AND s.relkind = 'S'
          JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace
         WHERE a.attrelid = pg_catalog.to_regclass(\(literal: table.quoted)) AND a.attnum > 0 AND NOT a.attisdropped
         ORDER BY a.attnum
        """
    }

    /// For the access node: `last_value` and `is_called`.
    ///
    /// - Parameter row: of ``list(of:)``.
    package static func standing(of row: [String: String?]) -> SQL {
        let row = Row(row)
        return
            "SELECT last_value, is_called FROM \(qualified: TableName(schema: row["schema"], name: row["name"] ?? ""))"
    }

    /// For the node, where the sequence is there: it never goes back, as it may have given numbers there before.
    func goOn() -> SQL {
        let isUncalled: SQL = isCalled ? " OR s.last_value = \(literal: lastValue) AND NOT s.is_called" : ""
        return """
            SELECT pg_catalog.setval(\(literal: sequence.quoted), \(literal: lastValue), \(raw: isCalled ? "true" : "false")) \
            FROM \(qualified: sequence) s WHERE s.last_value \(raw: increment < 0 ? ">" : "<") \(literal: lastValue)\(raw: isUncalled)
            """
    }

    /// For the node: the column takes its values from it.
    func use(in table: TableName) -> [SQL] {
        guard let expression else { return [] }
        return [
            "ALTER TABLE \(qualified: table) ALTER COLUMN \(identifier: column) SET DEFAULT \(raw: SQL.fromCatalog(expression))"
        ]
    }

    /// For the node: takes that back.
    func drop(from table: TableName) -> SQL {
        expression == nil
            ? "ALTER TABLE \(qualified: table) ALTER COLUMN \(identifier: column) DROP IDENTITY IF EXISTS"
            : "ALTER TABLE \(qualified: table) ALTER COLUMN \(identifier: column) DROP DEFAULT"
    }
}
