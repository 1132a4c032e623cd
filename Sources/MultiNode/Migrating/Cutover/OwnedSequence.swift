/// A sequence from which a column of a hypertable takes its values.
package struct OwnedSequence: Sendable, Equatable {
    let column: String
    let sequence: TableName
    /// It belongs to an identity column, which has one of its own in each table.
    let isIdentity: Bool

    /// - Parameter row: of ``list(of:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        column = row["column"] ?? ""
        sequence = TableName(schema: row["schema"], name: row["name"] ?? "")
        isIdentity = row.flag("is_identity")
    }

    package static func list(of table: TableName) -> SQL {
        """
        SELECT a.attname AS column, n.nspname AS schema, s.relname AS name, d.deptype = 'i' AS is_identity
          FROM pg_catalog.pg_depend d
          JOIN pg_catalog.pg_class s ON s.oid = d.objid AND s.relkind = 'S'
          JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace
          JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
         WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
           AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
           AND d.refobjid = pg_catalog.to_regclass(\(literal: table.quoted)) AND d.deptype IN ('a', 'i')
         ORDER BY a.attnum
        """
    }

    /// What lets another table's column go on where this one stands. A column's own sequence changes hands, as the other
    /// column has it as its default already; of an identity column the other's is set.
    package func statement(to table: TableName) -> SQL {
        guard isIdentity else {
            return "ALTER SEQUENCE \(qualified: sequence) OWNED BY \(qualified: table).\(identifier: column)"
        }
        return """
            SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence(\(literal: table.quoted), \(literal: column)), \
            last_value, is_called) FROM \(qualified: sequence)
            """
    }
}
