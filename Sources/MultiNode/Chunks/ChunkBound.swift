/// A point in time that parts the chunks of a hypertable.
package enum ChunkBound: Sendable, Equatable {
    /// So many seconds before now.
    case ago(Int)
    /// In the units of a time that is a whole number.
    case number(Int)
    /// As PostgreSQL reads it.
    case time(String)

    /// Whether it can be compared with the time of a hypertable.
    package func fits(_ table: ChunkedTable) -> Bool {
        if case .number = self { return !table.hasTimes }
        return table.hasTimes
    }

    /// Whether the chunk's range ends at it or before.
    func isBehind(_ capabilities: Capabilities) -> SQL { comparison("s.range_end", "<=", capabilities) }

    /// Whether the chunk's range starts at it or later.
    func isBefore(_ capabilities: Capabilities) -> SQL { comparison("s.range_start", ">=", capabilities) }

    /// - Parameter end: of the slice `s` of the dimension `d`, in TimescaleDB's own units.
    private func comparison(_ end: SQL, _ sign: SQL, _ capabilities: Capabilities) -> SQL {
        let bound: SQL
        switch self {
        case .number(let number): return "\(raw: end) \(raw: sign) \(String(number), type: "bigint")"
        case .ago(let seconds):
            bound = "(pg_catalog.now() - pg_catalog.make_interval(secs => \(String(seconds), type: "float8")))"
        case .time(let text): bound = "\(text, type: "timestamptz")"
        }
        let (zoned, plain) = (
            capabilities.internalFunction("to_timestamp"),
            capabilities.internalFunction("to_timestamp_without_timezone")
        )
        return """
            CASE WHEN d.column_type = 'pg_catalog.timestamptz'::pg_catalog.regtype
                 THEN \(raw: zoned)(\(raw: end)) \(raw: sign) \(raw: bound)
                 ELSE \(raw: plain)(\(raw: end)) \(raw: sign) \(raw: bound)::timestamp END
            """
    }
}
