/// A dimension of a hypertable as its catalog has it, in TimescaleDB's own units.
package struct PlainDimension: Sendable, Equatable {
    let tableID: Int
    package let column: String
    /// Nil for a space dimension.
    let interval: Int?
    /// Nil for a time dimension.
    package let partitions: Int?
    /// Nil for the ordinary hash, and for the column's value itself.
    package let partitioning: TableName?
    package let integerNow: TableName?
    /// The time that compressed chunks are put together to; nil where they are not.
    let compressedInterval: Int?

    /// - Parameter row: of ``list(of:)``.
    init(row: [String: String?]) {
        let row = Row(row)
        tableID = row.integer("hypertable_id")
        column = row["column"] ?? ""
        interval = row.optionalInteger("interval_length")
        partitions = row.optionalInteger("num_slices")
        let function = row["partitioning_func"].map { TableName(schema: row["partitioning_func_schema"], name: $0) }
        // The other one that TimescaleDB has, of its first versions, hashes otherwise.
        let isOrdinary = function.map { $0.isOfTimescaleDB && $0.name == "get_partition_hash" } ?? true
        partitioning = isOrdinary ? nil : function
        integerNow = row["integer_now_func"].map { TableName(schema: row["integer_now_func_schema"], name: $0) }
        compressedInterval = row.optionalInteger("compress_interval_length")
    }

    /// For the access node: the dimensions of hypertables, in the order in which they were added.
    package static func list(of tables: [Int]) -> SQL {
        """
        SELECT d.hypertable_id, d.column_name AS column, d.interval_length, d.num_slices, d.partitioning_func_schema,
               d.partitioning_func, d.integer_now_func_schema, d.integer_now_func,
               pg_catalog.to_jsonb(d) ->> 'compress_interval_length' AS compress_interval_length
          FROM _timescaledb_catalog.dimension d
         WHERE d.hypertable_id = ANY (\(tables.map(String.init), type: "int[]"))
         ORDER BY d.id
        """
    }
}

extension PlainHypertable {
    /// The statements that make a hypertable of a plain table.
    func division(of table: TableName, _ target: Capabilities) -> [SQL] {
        guard let time = dimensions.first(where: { $0.partitions == nil }) else { return [] }
        var call = FunctionCall(
            target.function("create_hypertable"), ["\(literal: table.quoted)", "\(literal: time.column)"])
        call.arguments += Self.interval(of: time)
        if let function = time.partitioning {
            call.arguments.append("time_partitioning_func => \(literal: function.quoted)")
        }
        if let chunkSchema { call.arguments.append("associated_schema_name => \(literal: chunkSchema)") }
        if let chunkPrefix { call.arguments.append("associated_table_prefix => \(literal: chunkPrefix)") }
        call.arguments.append("create_default_indexes => false")
        var statements = [call.table]
        for dimension in dimensions where dimension.column != time.column {
            var call = FunctionCall(
                target.function("add_dimension"), ["\(literal: table.quoted)", "\(literal: dimension.column)"])
            call.arguments += Self.interval(of: dimension)
            if let partitions = dimension.partitions {
                call.arguments.append("number_partitions => \(literal: partitions)")
            }
            if var function = dimension.partitioning {
                if function.isOfTimescaleDB {
                    function = TableName(schema: target.functionsSchema, name: function.name)
                }
                call.arguments.append("partitioning_func => \(literal: function.quoted)")
            }
            statements.append(call.table)
        }
        if let now = time.integerNow {
            let call = FunctionCall(
                target.function("set_integer_now_func"), ["\(literal: table.quoted)", "\(literal: now.quoted)"])
            statements.append(call.scalar)
        }
        return statements
    }

    private static func interval(of dimension: PlainDimension) -> [SQL] {
        dimension.interval.map { ["chunk_time_interval => \(literal: $0)::bigint"] } ?? []
    }

    /// That chunks may be compressed as those of the distributed one.
    func compressing(_ table: TableName) -> [SQL] {
        guard let compression else { return [] }
        var options = SQL(stringLiteral: compression.options)
        if let interval = dimensions.first(where: { $0.partitions == nil })?.compressedInterval, interval > 0 {
            let text = "\(interval) microseconds"
            options = "\(raw: options), timescaledb.compress_chunk_time_interval = \(literal: text)"
        }
        return [
            // It advises other settings than the old table has, and does not name the table.
            "SET LOCAL client_min_messages = error", "ALTER TABLE \(qualified: table) SET (\(raw: options))",
        ]
    }
}
