/// The time of a chunk that continuous aggregates are to take in anew, because its rows were read from another copy until now.
///
/// What a refresh has read is not read again unless something was written there since, which a data node of the hypertable notes.
/// To exchange one copy for another is not written down anywhere.
package struct ChunkInvalidation: Sendable, Equatable {
    /// The hypertable, in the catalog of the access node.
    let table: Int
    /// In microseconds, or numbers as the hypertable counts them.
    let range: ClosedRange<Int64>
    /// The hypertables with the rows of its aggregates, in the catalog of the access node.
    let aggregates: [Int]

    /// - Parameter row: of ``query(ofChunk:)``.
    package init?(row: [String: String?]) {
        let row = Row(row)
        guard let lowest = row["lowest"].flatMap({ Int64($0) }),
            let greatest = row["greatest"].flatMap({ Int64($0) }), lowest <= greatest
        else { return nil }
        (table, range) = (row.integer("id"), lowest...greatest)
        aggregates = row.array("aggregates").compactMap { Int($0) }
    }

    /// For the access node: `id`, the hypertable of a chunk, and `lowest` and `greatest`, its time, and the hypertables with the rows of
    /// its continuous aggregates, `aggregates`; no row where it has none.
    ///
    /// - Parameter id: in the catalog of the access node.
    package static func query(ofChunk id: Int) -> SQL {
        """
        SELECT h.id, s.range_start AS lowest, s.range_end - 1 AS greatest,
               ARRAY(SELECT a.mat_hypertable_id FROM _timescaledb_catalog.continuous_agg a
                      WHERE a.raw_hypertable_id = h.id ORDER BY 1) AS aggregates
          FROM _timescaledb_catalog.chunk c
          JOIN _timescaledb_catalog.hypertable h ON h.id = c.hypertable_id
          JOIN _timescaledb_catalog.chunk_constraint k ON k.chunk_id = c.id
          JOIN _timescaledb_catalog.dimension_slice s ON s.id = k.dimension_slice_id
         WHERE c.id = \(id) AND s.dimension_id = (\(raw: ChunkedTable.firstDimension))
           AND EXISTS (SELECT FROM _timescaledb_catalog.continuous_agg a WHERE a.raw_hypertable_id = h.id)
        """
    }

    /// For the access node: notes it on a data node of the hypertable, in the transaction at hand. To note it twice does no harm.
    package func noting(on node: String, _ capabilities: Capabilities) -> SQL {
        let function = capabilities.internalFunction("invalidation_hyper_log_add_entry")
        return DistributedExec.call(
            """
            SELECT \(raw: function)(\(literal: table), \(raw: Self.number(range.lowerBound)), \
            \(raw: Self.number(range.upperBound)))
            """, on: [node], capabilities)
    }

    /// For a data node: whether it has noted that something of that time was written which no refresh has brought into the
    /// aggregates yet; one column. A copy on another node has no such note of what was written before it was made.
    package var isPending: SQL {
        func overlaps(_ log: SQL, _ condition: SQL) -> SQL {
            """
            EXISTS (SELECT FROM _timescaledb_catalog.\(raw: log) i
                            WHERE \(raw: condition) AND i.lowest_modified_value <= \(raw: Self.number(range.upperBound))
                              AND i.greatest_modified_value >= \(raw: Self.number(range.lowerBound)))
            """
        }
        return """
            SELECT \(
                raw: overlaps(
                    "continuous_aggs_hypertable_invalidation_log", "i.hypertable_id = \(literal: table)"))
                   OR \(
                raw: overlaps(
                    "continuous_aggs_materialization_invalidation_log",
                    """
                    i.materialization_id = ANY (\(aggregates.map(String.init), type: "int[]"))
                              AND i.lowest_modified_value > -9223372036854775808
                              AND i.greatest_modified_value < 9223372036854775807
                    """)) AS pending
            """
    }

    private static func number(_ value: Int64) -> SQL { "\(literal: String(value))::bigint" }
}
