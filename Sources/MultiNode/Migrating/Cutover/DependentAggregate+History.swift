/// What lets a new continuous aggregate answer as the one that it has the rows of, before anything of it is refreshed.
extension DependentAggregate {
    /// For the server that has the old one: where its history ends and raw data begins to count; one value, in the units of
    /// the dimension.
    package func watermark(_ capabilities: Capabilities) -> SQL {
        """
        SELECT \(raw: capabilities.internalFunction("cagg_watermark"))(h.id) FROM _timescaledb_catalog.hypertable h
         WHERE (h.schema_name, h.table_name) = (\(literal: rows.schema ?? "public"), \(literal: rows.name))
        """
    }

    /// The last bucket that begins before the first chunk of the table does: one value, in the units of the dimension; NULL where
    /// there is none. The table may lack rows of these buckets, and a refresh would delete them or count too few.
    ///
    /// - Parameters:
    ///   - rows: the table of the rows.
    ///   - start: where the first chunk begins, as one value; NULL where there is none.
    package func lastOfHistory(in rows: TableName, before start: SQL, _ capabilities: Capabilities) -> SQL {
        let number = capabilities.internalFunction("time_to_internal")
        // A bucket may begin at infinity, behind which there is no number.
        return """
            SELECT pg_catalog.max(LEAST(v.began, 9223372036854775807 - \(literal: width)))
              FROM (SELECT \(raw: number)(\(identifier: time.column)) AS began FROM \(qualified: rows)) v
             WHERE v.began < COALESCE((\(raw: start)), 9223372036854775807)
            """
    }

    /// That its rows are seen, and the history among them stays: a block of PL/pgSQL.
    ///
    /// All of a new aggregate counts as changed, and a refresh would delete what the table has no rows of any more. From the
    /// end of that on it does count as changed. Before it, writes are noted from now on, which TimescaleDB does up to where
    /// somebody has refreshed once. A view in real time takes from the rows what is before the watermark, which only a
    /// refresh moves that finds something to do.
    ///
    /// - Parameters:
    ///   - rows: a table that has its rows.
    ///   - table: the one that it is made of.
    ///   - seen: the watermark of the old one, as one value.
    ///   - server: the one where it is made.
    package func keepingHistory(
        in rows: TableName, over table: TableName, seen: SQL, _ server: Capabilities
    ) -> SQL {
        """
        DECLARE
          raw_id pg_catalog.int4;
          made_id pg_catalog.int4;
          kept pg_catalog.int8 := (\(raw: lastOfHistory(in: rows, before: Self.start(of: table), server)))
                                  + \(literal: width);
          seen pg_catalog.int8 := (\(raw: seen));
        BEGIN
          SELECT a.raw_hypertable_id, a.mat_hypertable_id INTO STRICT raw_id, made_id
            FROM _timescaledb_catalog.continuous_agg a
           WHERE a.user_view_schema = \(literal: name.schema ?? "public") AND a.user_view_name = \(literal: name.name);
          UPDATE _timescaledb_catalog.continuous_aggs_materialization_invalidation_log l
             SET lowest_modified_value = kept
           WHERE l.materialization_id = made_id AND l.lowest_modified_value < kept AND l.greatest_modified_value >= kept;
          IF pg_catalog.to_regclass('_timescaledb_catalog.continuous_aggs_watermark') IS NULL THEN
            seen := GREATEST(seen, \(raw: server.internalFunction("cagg_watermark"))(made_id));
          ELSE
            UPDATE _timescaledb_catalog.continuous_aggs_watermark w
               SET watermark = GREATEST(w.watermark, seen, \(raw: server.internalFunction("cagg_watermark_materialized"))(made_id))
             WHERE w.mat_hypertable_id = made_id RETURNING w.watermark INTO STRICT seen;
          END IF;
          INSERT INTO _timescaledb_catalog.continuous_aggs_invalidation_threshold AS h (hypertable_id, watermark)
          VALUES (raw_id, GREATEST(seen, kept))
          ON CONFLICT (hypertable_id) DO UPDATE SET watermark = GREATEST(h.watermark, EXCLUDED.watermark);
        END
        """
    }

    /// Behind that, for the same server: lets the bucket come in again within which the first chunk begins, where the old one
    /// lacks something that was written there: its raw rows are there, and so it would have been made anew.
    ///
    /// - Parameters:
    ///   - pending: what the old one lacks.
    ///   - rows: a table that has its rows.
    ///   - table: the one that it is made of.
    /// - Returns: nil where it lacks nothing.
    package func lettingIn(
        _ pending: [ClosedRange<Int64>], in rows: TableName, over table: TableName, _ server: Capabilities
    ) -> SQL? {
        if pending.isEmpty { return nil }
        func list(_ numbers: [Int64]) -> SQL {
            "\(literal: "{\(numbers.map { "\($0)" }.joined(separator: ","))}")::pg_catalog.int8[]"
        }
        let end: SQL = "h.began::pg_catalog.numeric + \(literal: leastWidth)"
        return """
            INSERT INTO _timescaledb_catalog.continuous_aggs_materialization_invalidation_log
                   (materialization_id, lowest_modified_value, greatest_modified_value)
            SELECT a.mat_hypertable_id, h.began, h.began + \(literal: leastWidth - 1)
              FROM _timescaledb_catalog.continuous_agg a
             CROSS JOIN (\(raw: lastOfHistory(in: rows, before: Self.start(of: table), server))) h (began)
             CROSS JOIN (\(raw: Self.start(of: table))) f (start)
             WHERE a.user_view_schema = \(literal: name.schema ?? "public") AND a.user_view_name = \(literal: name.name)
               AND \(raw: end) > f.start
               AND EXISTS (SELECT FROM ROWS FROM (pg_catalog.unnest(\(raw: list(pending.map(\.lowerBound)))),
                                                  pg_catalog.unnest(\(raw: list(pending.map(\.upperBound))))) w (lowest, greatest)
                            WHERE w.lowest < \(raw: end) AND w.greatest >= f.start)
            """
    }

    /// A number of one server's for another one.
    package static func number(_ value: String?) -> SQL {
        value.flatMap { Int($0) }.map { "\(literal: $0)" } ?? "NULL::pg_catalog.int8"
    }

    // MARK: What it answers

    /// For a server that has it: its rows, as ``RowDigest`` reads them.
    ///
    /// - Parameter columns: of the table of the rows.
    package static func digest(of rows: TableName, _ columns: [String]) -> SQL {
        "SELECT \(raw: RowHash.ofTexts("\(identifiers: columns)")) FROM \(qualified: rows)"
    }

    /// For a server that has it: what it shows of its history, as ``RowDigest`` reads it; nil where that can't be asked, as the
    /// buckets' starts are not among the columns of its view.
    ///
    /// - Parameters:
    ///   - view: what it is called there.
    ///   - last: of ``lastOfHistory(in:before:_:)``.
    package func history(in view: TableName, through last: Int) -> SQL? {
        guard showsTime, hasValues else { return nil }
        let bound = TimeBound.expression(of: last, as: time.type)
        return """
            SELECT \(raw: RowHash.ofTexts("x.*")) FROM \(qualified: view) x
             WHERE x.\(identifier: time.column) <= \(raw: bound)
            """
    }
}
