/// A column by whose values a hypertable is divided into chunks.
package struct Dimension: Sendable, Equatable {
    package let column: String
    package let type: String
    /// The time that a chunk covers, as `hypertable create` takes it; nil where values are spread.
    package let interval: String?
    /// Over how many parts the values are spread; nil where a chunk covers an interval.
    package let partitions: Int?
    /// What tells the present in the units of an integer column.
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

    /// The dimensions of a hypertable, the time first.
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
