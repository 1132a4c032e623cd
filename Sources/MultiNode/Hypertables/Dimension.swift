/// A column by whose values a hypertable is divided into chunks.
package struct Dimension: Sendable, Equatable {
    package let column: String
    package let type: String
    /// The time that a chunk covers, in the form that `hypertable create` takes; nil for a space dimension.
    package let interval: String?
    /// The number of partitions that the values are hashed to; nil for a time dimension.
    package let partitions: Int?
    /// The function that returns the current time in the units of an integer column.
    package let integerNow: String?

    /// - Parameter row: of ``list(of:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        column = row["column"] ?? ""
        type = row["type"] ?? ""
        interval = row["interval"]
        partitions = row.optionalInteger("partitions")
        integerNow = row["integer_now"]
    }

    /// The dimensions of hypertables, of each the time dimension first.
    ///
    /// - Parameter tables: with their schemas.
    package static func list(of tables: [TableName]) -> SQL {
        """
        SELECT h.schema_name AS table_schema, h.table_name, x.column_name AS column, x.column_type AS type,
               \(raw: interval) AS interval, x.num_slices AS partitions, pg_catalog.to_jsonb(x) ->> 'integer_now_func' AS integer_now
          FROM \(raw: TableName.list(tables))
          JOIN _timescaledb_catalog.hypertable h ON h.schema_name = n.schema AND h.table_name = n.name
          JOIN _timescaledb_catalog.dimension x ON x.hypertable_id = h.id
         ORDER BY x.id
        """
    }

    /// What ``interval`` is for the dimension `x`, as a part of a query.
    static let interval: SQL = """
        CASE WHEN x.column_type IN ('pg_catalog.timestamp'::pg_catalog.regtype,
                                    'pg_catalog.timestamptz'::pg_catalog.regtype,
                                    'pg_catalog.date'::pg_catalog.regtype)
             THEN \(raw: .plain("pg_catalog.justify_hours(x.interval_length * interval '1 microsecond')"))
             ELSE x.interval_length::text END
        """
}
