/// A bound of a chunk or of a bucket, which the catalog has as a number, as a value of its column's type.
///
/// TimescaleDB takes no time behind the last one that it knows of but 'infinity', whose chunk begins there: neither do its functions
/// make one, nor may a condition have one.
enum TimeBound {
    private static let day = 86_400_000_000
    /// The first time that TimescaleDB does not know.
    private static let end = 9_223_371_331_200_000_000
    /// From the days and the microseconds since 1970, each for a `%s`.
    private static let timestamp =
        "(timestamp '1970-01-01' + pg_catalog.make_interval(days => %s) + %s * interval '1 microsecond')"
    private static let timestamptz = "(\(timestamp) AT TIME ZONE 'UTC')"
    private static let date = "(date '1970-01-01' + %s)"

    /// For the catalog: what the number `bound` is in SQL as a value of a dimension `d`, as text.
    static func text(_ bound: SQL) -> SQL {
        let parts: SQL = "(\(raw: bound)) / \(literal: day), (\(raw: bound)) % \(literal: day)"
        return """
            CASE WHEN d.interval_length IS NULL THEN (\(raw: bound))::pg_catalog.text
                 WHEN (\(raw: bound)) > \(literal: end)
                      AND \(raw: DimensionValue.type) IN ('pg_catalog.timestamptz'::pg_catalog.regtype,
                              'pg_catalog.timestamp'::pg_catalog.regtype, 'pg_catalog.date'::pg_catalog.regtype)
                 THEN pg_catalog.quote_literal('infinity')
                 WHEN \(raw: DimensionValue.type) = 'pg_catalog.timestamptz'::pg_catalog.regtype
                 THEN pg_catalog.format(\(literal: timestamptz), \(raw: parts))
                 WHEN \(raw: DimensionValue.type) = 'pg_catalog.timestamp'::pg_catalog.regtype
                 THEN pg_catalog.format(\(literal: timestamp), \(raw: parts))
                 WHEN \(raw: DimensionValue.type) = 'pg_catalog.date'::pg_catalog.regtype
                 THEN pg_catalog.format(\(literal: date), (\(raw: bound)) / \(literal: day))
                 ELSE (\(raw: bound))::pg_catalog.text END
            """
    }

    /// - Parameter type: as `format_type` names it.
    static func expression(of bound: Int, as type: String) -> SQL {
        let template: String
        switch type {
        case "timestamp with time zone": template = timestamptz
        case "timestamp without time zone": template = timestamp
        case "date": template = date
        default: return "\(literal: bound)"
        }
        if bound > end { return "'infinity'" }
        let parts = template.split(separator: "%s", omittingEmptySubsequences: false)
        // A date has no part of a day.
        let values = ["\(bound / day)", "\(bound % day)"].prefix(parts.count - 1) + [""]
        return SQL(stringLiteral: zip(parts, values).map { $0 + $1 }.joined())
    }
}
