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

    /// The dimensions of a hypertable, the time dimension first.
    ///
    /// - Parameter table: with its schema.
    package static func list(of table: TableName) -> SQL {
        """
        SELECT column_name AS column, column_type AS type,
               COALESCE(integer_interval::text, time_interval::text) AS interval, num_partitions AS partitions,
               integer_now_func AS integer_now
          FROM timescaledb_information.dimensions
         WHERE hypertable_schema = \(table.schema) AND hypertable_name = \(table.name)
         ORDER BY dimension_number
        """
    }
}
