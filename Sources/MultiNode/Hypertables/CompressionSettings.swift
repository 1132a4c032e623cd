/// How the chunks of a hypertable are compressed.
package struct CompressionSettings: Sendable, Equatable {
    /// Quoted for SQL, in order.
    package let segmentBy: [String]
    /// As in ORDER BY.
    package let orderBy: [String]

    /// The options of `ALTER TABLE … SET` that make it so.
    var options: String {
        var options = ["timescaledb.compress"]
        if !segmentBy.isEmpty {
            options.append("timescaledb.compress_segmentby = \(Quoting.literal(segmentBy.joined(separator: ", ")))")
        }
        if !orderBy.isEmpty {
            options.append("timescaledb.compress_orderby = \(Quoting.literal(orderBy.joined(separator: ", ")))")
        }
        return options.joined(separator: ", ")
    }

    /// For the access node, as a part of a query: a row for each hypertable that has any, with `hypertable_schema`,
    /// `hypertable_name`, and the arrays `segment_by` and `order_by`, quoted for SQL.
    static let byTable: SQL = """
        SELECT hypertable_schema::text AS hypertable_schema, hypertable_name::text AS hypertable_name,
                   pg_catalog.array_agg(pg_catalog.quote_ident(attname) ORDER BY segmentby_column_index)
                       FILTER (WHERE segmentby_column_index IS NOT NULL) AS segment_by,
                   pg_catalog.array_agg(pg_catalog.quote_ident(attname)
                                        || CASE WHEN orderby_asc THEN ' ASC' ELSE ' DESC' END
                                        || CASE WHEN orderby_nullsfirst THEN ' NULLS FIRST' ELSE ' NULLS LAST' END
                                        ORDER BY orderby_column_index)
                       FILTER (WHERE orderby_column_index IS NOT NULL) AS order_by
              FROM timescaledb_information.compression_settings
             GROUP BY 1, 2
        """
}
