/// A continuous aggregate over a table, by the buckets that it has materialized. Of two tables of the same rows each has one, and
/// only where a bucket's raw rows are there can it be made again.
package struct AggregateBuckets: Sendable, Equatable {
    package let name: TableName
    /// Of the hypertable with its rows.
    let id: Int
    /// The table of its rows.
    package let rows: TableName
    /// Of that table.
    private let columns: [String]
    /// The column of the buckets' starts and its type.
    let time: (column: String, type: String)
    /// The column of the table's rows that their bucket is of.
    private let rawTime: String
    /// How wide a bucket is at most and at least, in the units of the dimension.
    let width: (most: Int, least: Int)

    package static func == (first: AggregateBuckets, second: AggregateBuckets) -> Bool {
        first.name == second.name && first.rows == second.rows
    }

    /// - Parameter row: of ``list(over:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        self.init(
            TableName(schema: row["schema"], name: row["name"] ?? ""), id: row.integer("id"),
            rows: TableName(schema: row["rows_schema"], name: row["rows_name"] ?? ""), columns: row.array("columns"),
            time: (row["time_column"] ?? "", row["time_type"] ?? ""), rawTime: row["raw_time"] ?? "",
            width: (row.integer("width"), row.integer("least_width")))
    }

    private init(
        _ name: TableName, id: Int, rows: TableName, columns: [String], time: (column: String, type: String),
        rawTime: String, width: (most: Int, least: Int)
    ) {
        (self.name, self.id, self.rows, self.columns) = (name, id, rows, columns)
        (self.time, self.rawTime, self.width) = (time, rawTime, width)
    }

    /// The same aggregate where another table has its rows.
    package func with(rows: TableName) -> AggregateBuckets {
        AggregateBuckets(name, id: id, rows: rows, columns: columns, time: time, rawTime: rawTime, width: width)
    }

    /// For the server that has them: those over a table, those below first.
    package static func list(over table: TableName) -> SQL {
        """
        WITH RECURSIVE \(raw: DependentAggregate.tree(of: table))
        SELECT t.user_view_schema AS schema, t.user_view_name AS name, h.id, h.schema_name AS rows_schema,
               h.table_name AS rows_name,
               ARRAY(SELECT c.attname::text FROM pg_catalog.pg_attribute c
                      WHERE c.attrelid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', h.schema_name, h.table_name))
                        AND c.attnum > 0 AND NOT c.attisdropped ORDER BY c.attnum) AS columns,
               d.column_name AS time_column, pg_catalog.format_type(d.column_type, NULL) AS time_type,
               r.column_name AS raw_time, \(raw: DependentAggregate.width(1.1)) AS width,
               \(raw: DependentAggregate.width(0.9)) AS least_width
          FROM tree t
          JOIN _timescaledb_catalog.continuous_agg a ON a.mat_hypertable_id = t.mat_hypertable_id
          JOIN _timescaledb_catalog.hypertable h ON h.id = t.mat_hypertable_id
          JOIN _timescaledb_catalog.dimension d ON d.hypertable_id = h.id AND d.interval_length IS NOT NULL
         CROSS JOIN LATERAL (
               SELECT x.column_name FROM _timescaledb_catalog.hypertable b
                 JOIN _timescaledb_catalog.dimension x ON x.hypertable_id = b.id AND x.interval_length IS NOT NULL
                WHERE (b.schema_name, b.table_name) = (\(literal: table.schema ?? "public"), \(literal: table.name))
                ORDER BY x.id LIMIT 1) r
         ORDER BY t.depth, t.mat_hypertable_id
        """
    }

    /// For a server that has an aggregate of a name: `schema` and `name` of the table of its rows; no row where it has none.
    package static func rows(of name: TableName) -> SQL {
        """
        SELECT h.schema_name AS schema, h.table_name AS name
          FROM _timescaledb_catalog.continuous_agg a
          JOIN _timescaledb_catalog.hypertable h ON h.id = a.mat_hypertable_id
         WHERE a.user_view_schema = \(literal: name.schema ?? "public") AND a.user_view_name = \(literal: name.name)
        """
    }

    // MARK: Comparing

    /// Where its buckets begin: `least` and `greatest`, in the units of the dimension; NULL where there is none.
    package func extent(_ server: Capabilities) -> SQL {
        """
        SELECT pg_catalog.min(x.bucket) AS least, pg_catalog.max(x.bucket) AS greatest
          FROM (SELECT \(raw: bucket(server)) AS bucket FROM \(qualified: rows)) x
        """
    }

    /// Its rows in parts of its time: `part`, and what they come to, `rows` and `hash`.
    package func parts(_ parts: Parts, _ server: Capabilities) -> SQL {
        """
        SELECT x.part, x.rows, x.hash
          FROM (SELECT \(raw: part(parts, server)) AS part, \(raw: RowHash.ofTexts("\(identifiers: columns)"))
                  FROM \(qualified: rows) GROUP BY 1) x
        """
    }

    /// The same of each bucket of some of these parts: `part` is where it begins.
    package func buckets(of some: [Int], _ parts: Parts, _ server: Capabilities) -> SQL {
        """
        SELECT x.part, x.rows, x.hash
          FROM (SELECT \(raw: bucket(server)) AS part, \(raw: RowHash.ofTexts("\(identifiers: columns)"))
                  FROM \(qualified: rows) WHERE \(raw: part(parts, server)) = ANY (\(raw: list(some))) GROUP BY 1) x
        """
    }

    /// Its time in parts of equal length.
    package struct Parts: Sendable, Equatable {
        let start: Int
        let step: Int

        private static let count = 256

        /// - Parameter row: of ``AggregateBuckets/extent(_:)``.
        /// - Returns: nil where there is nothing.
        package init?(row: [String: String?]) {
            let row = Row(row)
            guard let least = row.optionalInteger("least"), let greatest = row.optionalInteger("greatest") else {
                return nil
            }
            start = least
            step = Int((Double(greatest) - Double(least)) / Double(Self.count)) + 1
        }
    }

    /// What buckets, or parts, come to, by their number.
    package static func digests(_ rows: [[String: String?]]) -> [Int: RowDigest] {
        let all = rows.map { (Row($0).integer("part"), RowDigest(row: $0)) }
        return Dictionary(all) { first, _ in first }
    }

    /// Of some buckets those that nothing can make again, where a table has the raw rows: `bucket`. A bucket that begins before the
    /// first chunk may lack some, or where one was dropped, which TimescaleDB does not forget, and one without any is gone.
    package func gone(among buckets: [Int], over table: TableName, _ server: Capabilities) -> SQL {
        let end: SQL =
            "LEAST(b.bucket::pg_catalog.numeric + \(literal: width.least), 9223372036854775807)::pg_catalog.int8"
        return """
            SELECT b.bucket FROM pg_catalog.unnest(\(raw: list(buckets))) b (bucket)
             WHERE b.bucket < COALESCE((\(raw: DependentAggregate.start(of: table))), 9223372036854775807)
                OR NOT EXISTS (SELECT FROM \(qualified: table) r
                                WHERE r.\(identifier: rawTime) >= \(raw: value(of: "b.bucket", server))
                                  AND r.\(identifier: rawTime) < \(raw: value(of: end, server)))
                OR EXISTS (SELECT FROM _timescaledb_catalog.hypertable h
                             JOIN _timescaledb_catalog.dimension d ON d.hypertable_id = h.id AND d.interval_length IS NOT NULL
                             JOIN _timescaledb_catalog.dimension_slice s ON s.dimension_id = d.id
                             JOIN _timescaledb_catalog.chunk_constraint k ON k.dimension_slice_id = s.id
                             JOIN _timescaledb_catalog.chunk c ON c.id = k.chunk_id AND NOT (\(raw: TargetChunk.isThere("c")))
                            WHERE (h.schema_name, h.table_name) = (\(literal: table.schema ?? "public"), \(literal: table.name))
                              AND s.range_start < \(raw: end) AND s.range_end > b.bucket)
             ORDER BY 1
            """
    }

    private func bucket(_ server: Capabilities) -> SQL {
        "\(raw: server.internalFunction("time_to_internal"))(\(identifier: time.column))"
    }

    private func part(_ parts: Parts, _ server: Capabilities) -> SQL {
        """
        pg_catalog.div(\(raw: bucket(server))::pg_catalog.numeric - \(literal: parts.start), \(literal: parts.step))::pg_catalog.int8
        """
    }

    private func list(_ numbers: [Int]) -> SQL {
        "\(literal: "{\(numbers.map(String.init).joined(separator: ","))}")::pg_catalog.int8[]"
    }

    /// The value of the dimension for one of TimescaleDB's numbers, as far as there is one.
    private func value(of number: SQL, _ server: Capabilities) -> SQL {
        let known: SQL = "GREATEST(-210866803200000000, LEAST(9223371331199999999, \(raw: number)))"
        switch time.type {
        case "timestamp with time zone": return "\(raw: server.internalFunction("to_timestamp"))(\(raw: known))"
        case "timestamp without time zone":
            return "\(raw: server.internalFunction("to_timestamp_without_timezone"))(\(raw: known))"
        case "date": return "\(raw: server.internalFunction("to_date"))(\(raw: known))"
        case "smallint": return "GREATEST(-32768, LEAST(32767, \(raw: number)))::pg_catalog.int2"
        case "integer": return "GREATEST(-2147483648, LEAST(2147483647, \(raw: number)))::pg_catalog.int4"
        default: return number
        }
    }

    // MARK: Copying back

    /// For one server that has both: puts buckets into this one in place of those that it has of them.
    ///
    /// - Parameters:
    ///   - buckets: that the other one has, at least one.
    ///   - replaced: those of them that this one has, too.
    package func take(
        _ buckets: [Int], replacing replaced: [Int], from other: AggregateBuckets, _ server: Capabilities
    ) -> [SQL] {
        func condition(_ buckets: [Int]) -> SQL {
            // A deletion looks into no other chunk, as it would decompress that.
            let ends = [buckets.min(), buckets.max()].compactMap(\.self).map {
                TimeBound.expression(of: $0, as: time.type)
            }
            return """
                \(identifier: time.column) >= \(raw: ends[0]) AND \(identifier: time.column) <= \(raw: ends[1]) \
                AND \(raw: bucket(server)) = ANY (\(raw: list(buckets)))
                """
        }
        let names: SQL = "\(identifiers: columns)"
        let deletion: [SQL] =
            replaced.isEmpty ? [] : ["DELETE FROM \(qualified: rows) WHERE \(raw: condition(replaced))"]
        return deletion + [
            """
            INSERT INTO \(qualified: rows) (\(raw: names)) SELECT \(raw: names) FROM \(qualified: other.rows) \
            WHERE \(raw: condition(buckets))
            """
        ]
    }

    /// Behind that, for the same server: a view in real time takes its rows from there, as far as they go.
    package func showing(_ server: Capabilities) -> SQL {
        let body: SQL = """
            DECLARE
              raw_id pg_catalog.int4;
              seen pg_catalog.int8;
            BEGIN
              SELECT a.raw_hypertable_id INTO STRICT raw_id FROM _timescaledb_catalog.continuous_agg a
               WHERE a.mat_hypertable_id = \(literal: id);
              IF pg_catalog.to_regclass('_timescaledb_catalog.continuous_aggs_watermark') IS NULL THEN
                seen := \(raw: server.internalFunction("cagg_watermark"))(\(literal: id));
              ELSE
                UPDATE _timescaledb_catalog.continuous_aggs_watermark w
                   SET watermark = GREATEST(w.watermark, \(raw: server.internalFunction("cagg_watermark_materialized"))(\(literal: id)))
                 WHERE w.mat_hypertable_id = \(literal: id) RETURNING w.watermark INTO STRICT seen;
              END IF;
              INSERT INTO _timescaledb_catalog.continuous_aggs_invalidation_threshold AS h (hypertable_id, watermark)
              VALUES (raw_id, seen)
              ON CONFLICT (hypertable_id) DO UPDATE SET watermark = GREATEST(h.watermark, EXCLUDED.watermark);
            END
            """
        return "DO \(literal: body.inlined)"
    }

    /// For the server that has it, and for the data nodes of its table: that these buckets count as changed no more, for a refresh
    /// would delete them. A node has the number alone and not the aggregate, so that nothing is inserted there but by TimescaleDB.
    package func keeping(_ buckets: [Int], _ server: Capabilities) -> SQL {
        let log: SQL = "_timescaledb_catalog.continuous_aggs_materialization_invalidation_log"
        var ranges: [(start: Int, end: Int)] = []
        for start in buckets.sorted() {
            let end = start > Int.max - width.most ? Int.max : start + width.most
            if let last = ranges.last, last.end >= start {
                ranges[ranges.count - 1].end = end
            } else {
                ranges.append((start, end))
            }
        }
        let body: SQL = """
            DECLARE
              x pg_catalog.record;
            BEGIN
              FOR x IN SELECT r.start, r.stop FROM ROWS FROM (pg_catalog.unnest(\(raw: list(ranges.map(\.start)))),
                                                              pg_catalog.unnest(\(raw: list(ranges.map(\.end))))) r (start, stop)
              LOOP
                PERFORM \(raw: server.internalFunction("invalidation_cagg_log_add_entry"))(\(literal: id), x.stop, l.greatest_modified_value)
                   FROM \(raw: log) l
                 WHERE l.materialization_id = \(literal: id) AND l.lowest_modified_value < x.stop
                   AND l.greatest_modified_value >= x.stop;
                UPDATE \(raw: log) l SET greatest_modified_value = x.start - 1
                 WHERE l.materialization_id = \(literal: id) AND l.lowest_modified_value < x.start
                   AND l.greatest_modified_value >= x.start;
                DELETE FROM \(raw: log) l
                 WHERE l.materialization_id = \(literal: id) AND l.lowest_modified_value >= x.start
                   AND l.lowest_modified_value < x.stop;
              END LOOP;
            END
            """
        return "DO \(literal: body.inlined)"
    }

    // MARK: Making anew

    /// For the access node: up to where what is written to a hypertable is noted for its aggregates: one value; none where it is not.
    package static func noted(of hypertable: Int) -> SQL {
        "SELECT watermark FROM _timescaledb_catalog.continuous_aggs_invalidation_threshold WHERE hypertable_id = \(literal: hypertable)"
    }

    /// Whether each bucket is as wide as the others.
    private var isFixed: Bool { width.most == width.least }

    /// For the server that has it, for a part of its time: where the last bucket begins that does so before it or with it, and the first
    /// that does so behind it: `last` and `next`, NULL where there is none. Nil where the width tells as much.
    package func neighbours(of part: ClosedRange<Int>, _ server: Capabilities) -> SQL? {
        if isFixed { return nil }
        return """
            SELECT pg_catalog.max(x.bucket) FILTER (WHERE x.bucket <= \(literal: part.lowerBound)) AS last,
                   pg_catalog.min(x.bucket) FILTER (WHERE x.bucket > \(literal: part.upperBound)) AS next
              FROM (SELECT \(raw: bucket(server)) AS bucket FROM \(qualified: rows)) x
            """
    }

    /// For the server that has it: makes the buckets anew that have a share in a part of its time and have changed, and no others: what is
    /// before it and behind it may have no raw rows any more.
    ///
    /// - Parameter neighbours: what ``neighbours(of:_:)`` has told.
    package func refreshing(
        _ part: ClosedRange<Int>, beside neighbours: [String: String?] = [:], _ server: Capabilities
    ) -> SQL {
        // A window takes the buckets alone that it has as a whole.
        let step = time.type == "date" ? 86_400_000_000 : 1
        var start = part.lowerBound < Int.min + width.most ? Int.min : part.lowerBound - width.most + step
        var end = part.upperBound > Int.max - width.most ? Int.max : part.upperBound + width.most
        let row = Row(neighbours)
        if let last = row.optionalInteger("last") {
            // Where it may reach into the part or not, it is rather left out.
            start = part.lowerBound - last < width.least ? last : max(start, last + step)
        }
        if let next = row.optionalInteger("next") { end = min(end, next) }
        func bound(_ number: Int) -> SQL {
            "(\(raw: TimeBound.expression(of: number, as: time.type)))::\(raw: SQL(stringLiteral: time.type))"
        }
        return """
            CALL \(raw: server.function("refresh_continuous_aggregate"))(\(literal: name.quoted), \(raw: bound(start)), \(raw: bound(end)))
            """
    }

    /// Parts of time that have others between them, the first of them first, as far as what is written there is noted.
    package static func apart(_ parts: [ClosedRange<Int>], notedUpTo end: Int) -> [ClosedRange<Int>] {
        var apart: [ClosedRange<Int>] = []
        for part in parts.sorted(by: { $0.lowerBound < $1.lowerBound }) where part.lowerBound < end {
            let part = part.lowerBound...min(part.upperBound, end - 1)
            if let last = apart.last, last.upperBound >= part.lowerBound - 1 {
                apart[apart.count - 1] = last.lowerBound...max(last.upperBound, part.upperBound)
            } else {
                apart.append(part)
            }
        }
        return apart
    }
}
