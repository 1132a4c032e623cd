/// Rows in a table of a data node as TimescaleDB has compressed them, many in one, and a hypertable that they may be of: one whose
/// compressed rows have the same columns.
package struct CompressedRows: Sendable, Equatable {
    package let kept: TableName
    /// The hypertable, which the access node has by the same name.
    package let table: TableName
    /// What the server loads TimescaleDB from.
    private let library: String
    /// The columns that are compressed, and their types, as SQL writes these.
    private let types: [String: String]

    package init(_ kept: TableName, of table: TableName, library: String, types: [String: String]) {
        (self.kept, self.table, self.library, self.types) = (kept, table, library, types)
    }

    /// - Parameter row: of ``query(of:)``.
    package init(row: [String: String?], of kept: TableName) {
        let row = Row(row)
        let columns = row.array("columns")
        self.init(
            kept, of: TableName(schema: row["schema"], name: row["name"] ?? ""), library: row["library"] ?? "",
            types: Dictionary(zip(columns, row.array("types"))) { first, _ in first })
    }

    /// For its data node: a row for each hypertable there that they may be of.
    package static func query(of kept: TableName) -> SQL {
        func columns(of table: SQL) -> SQL {
            """
            ARRAY(SELECT ROW(a.attname, a.atttypid)::text FROM pg_catalog.pg_attribute a
                   WHERE a.attrelid = \(raw: table) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 1)
            """
        }
        let own: SQL = "pg_catalog.to_regclass(\(kept.quoted, type: "text"))"
        func ofColumns(_ value: SQL) -> SQL {
            """
            ARRAY(SELECT \(raw: value) FROM pg_catalog.pg_attribute a
                    JOIN pg_catalog.pg_attribute p ON p.attrelid = \(raw: own) AND p.attname = a.attname AND NOT p.attisdropped
                     AND p.atttypid = '_timescaledb_internal.compressed_data'::pg_catalog.regtype
                   WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum)
            """
        }
        return """
            SELECT h.schema_name AS schema, h.table_name AS name,
                   (SELECT f.probin FROM pg_catalog.pg_proc f
                     WHERE f.proname = 'create_compressed_chunk' AND f.probin IS NOT NULL LIMIT 1) AS library,
                   \(raw: ofColumns("a.attname::text")) AS columns,
                   \(raw: ofColumns("pg_catalog.format_type(a.atttypid, NULL)")) AS types
              FROM _timescaledb_catalog.hypertable h
              JOIN _timescaledb_catalog.hypertable k ON k.id = h.compressed_hypertable_id
              JOIN pg_catalog.pg_namespace s ON s.nspname = h.schema_name
              JOIN pg_catalog.pg_class t ON t.relnamespace = s.oid AND t.relname = h.table_name
              JOIN pg_catalog.pg_namespace u ON u.nspname = k.schema_name
              JOIN pg_catalog.pg_class c ON c.relnamespace = u.oid AND c.relname = k.table_name
             WHERE \(raw: columns(of: "c.oid")) = \(raw: columns(of: own))
             ORDER BY 1, 2
            """
    }

    /// What a superuser's session there has to have for ``reading(_:)``: TimescaleDB has that function, and no name for it in SQL.
    package var preparing: String {
        """
        CREATE FUNCTION pg_temp.tscl_values(_timescaledb_internal.compressed_data, anyelement) RETURNS SETOF anyelement \
        LANGUAGE C AS \(Quoting.literal(library)), 'ts_compressed_data_decompress_forward'
        """
    }

    /// A query for the rows themselves.
    ///
    /// - Parameter columns: in this order.
    package func reading(_ columns: [String]) -> String {
        let packed = columns.filter { types[$0] != nil }
        func name(_ column: String) -> String { Quoting.identifier(column) }
        let values = packed.map { "pg_temp.tscl_values(x.\(name($0)), CAST(NULL AS \(types[$0] ?? "")))" }
        let list = columns.map { (types[$0] == nil ? "x." : "y.") + name($0) }.joined(separator: ", ")
        // A column that is nowhere set has no values; the count tells how many rows there are.
        let all = (["pg_catalog.generate_series(1, x._ts_meta_count)"] + values).joined(separator: ", ")
        let names = (["\"tscl number\""] + packed.map(name)).joined(separator: ", ")
        return "SELECT \(list) FROM \(kept.quoted) x CROSS JOIN LATERAL ROWS FROM (\(all)) y (\(names))"
    }
}
