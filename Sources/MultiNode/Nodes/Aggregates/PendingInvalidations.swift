/// Where hypertables were written to on a data node, as long as no refresh has brought it into their continuous aggregates.
///
/// A refresh asks the nodes that a hypertable is on. A node that leaves takes its notes along, also those of chunks that
/// were moved away from it: what they tell of would never come into the aggregates.
package struct PendingInvalidations: Sendable, Equatable {
    /// For a data node: whether it is of one aggregate, `is_shared_out`, as all are behind a refresh of any of the table's;
    /// `id`, the number of the hypertable, or of that with the aggregate's rows, on the access node; and the time values
    /// `lowest` to `greatest`. What reaches to the end of time every node has noted from the beginning.
    package static let list: SQL = """
        SELECT false AS is_shared_out, hypertable_id AS id, lowest_modified_value AS lowest,
               greatest_modified_value AS greatest
          FROM _timescaledb_catalog.continuous_aggs_hypertable_invalidation_log
         UNION ALL
        SELECT true, materialization_id, lowest_modified_value, greatest_modified_value
          FROM _timescaledb_catalog.continuous_aggs_materialization_invalidation_log
         WHERE lowest_modified_value > -9223372036854775808 AND greatest_modified_value < 9223372036854775807
         ORDER BY 1, 2, 3, 4
        """

    /// For the access node: the hypertables of a node that have continuous aggregates, `id`, `schema` and `name`, the numbers of
    /// these, `aggregates`, and their other nodes, `others`.
    package static func tables(on node: String) -> SQL {
        """
        SELECT h.id, h.schema_name AS schema, h.table_name AS name,
               ARRAY(SELECT a.mat_hypertable_id FROM _timescaledb_catalog.continuous_agg a
                      WHERE a.raw_hypertable_id = h.id ORDER BY 1) AS aggregates,
               ARRAY(SELECT o.node_name FROM _timescaledb_catalog.hypertable_data_node o
                      WHERE o.hypertable_id = h.id AND o.node_name <> n.node_name ORDER BY 1) AS others
          FROM _timescaledb_catalog.hypertable_data_node n
          JOIN _timescaledb_catalog.hypertable h ON h.id = n.hypertable_id
         WHERE n.node_name = \(node, type: "name")
           AND EXISTS (SELECT FROM _timescaledb_catalog.continuous_agg a WHERE a.raw_hypertable_id = h.id)
         ORDER BY h.id
        """
    }

    /// By the number of the hypertable.
    private var ofTables = Ranges()
    /// By the number of the hypertable with an aggregate's rows.
    private var ofAggregates = Ranges()

    /// Ranges of each number in their order: those that overlap or meet are one.
    private struct Ranges: Sendable, Equatable {
        private(set) var all: [Int: [ClosedRange<Int64>]] = [:]

        mutating func add(_ range: ClosedRange<Int64>, of id: Int) {
            var own = all[id, default: []]
            if let last = own.last, last.upperBound >= range.lowerBound || last.upperBound == range.lowerBound - 1 {
                own[own.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                own.append(range)
            }
            all[id] = own
        }

        /// Notes them by a function of the number and the two ends of a range.
        func noting(of ids: [Int], by function: SQL) -> SQL? {
            let rows = ids.flatMap { id in all[id, default: []].map { (id, $0.lowerBound, $0.upperBound) } }
            if rows.isEmpty { return nil }
            func list<Number>(_ values: [Number]) -> SQL {
                "\(literal: "{\(values.map { "\($0)" }.joined(separator: ","))}")"
            }
            return """
                SELECT \(raw: function)(r.id, r.lowest, r.greatest) \
                FROM ROWS FROM (pg_catalog.unnest(\(raw: list(rows.map(\.0)))::int[]), \
                pg_catalog.unnest(\(raw: list(rows.map(\.1)))::bigint[]), \
                pg_catalog.unnest(\(raw: list(rows.map(\.2)))::bigint[])) r (id, lowest, greatest)
                """
        }
    }

    /// - Parameter rows: of ``list``.
    package init(_ rows: [[String: String?]]) {
        for row in rows.map({ Row($0) }) {
            guard let lowest = row["lowest"].flatMap({ Int64($0) }),
                let greatest = row["greatest"].flatMap({ Int64($0) }),
                lowest <= greatest
            else { continue }
            let id = row.integer("id")
            if row.flag("is_shared_out") {
                ofAggregates.add(lowest...greatest, of: id)
            } else {
                ofTables.add(lowest...greatest, of: id)
            }
        }
    }

    /// Notes the same of a hypertable on another node of it; none where there is nothing to note. To note it twice does no harm.
    package func handingOver(_ table: LeftTable, to node: String, _ capabilities: Capabilities) -> [SQL] {
        let statements = [
            ofTables.noting(
                of: [table.id], by: capabilities.internalFunction("invalidation_hyper_log_add_entry")),
            ofAggregates.noting(
                of: table.aggregates, by: capabilities.internalFunction("invalidation_cagg_log_add_entry")),
        ]
        return statements.compactMap { $0.map { DistributedExec.call($0, on: [node], capabilities) } }
    }

    /// Where an aggregate over a table lacks what was written.
    ///
    /// - Parameters: the numbers of both hypertables on the access node.
    package func ranges(ofTable table: Int, aggregate: Int) -> [ClosedRange<Int64>] {
        ofTables.all[table, default: []] + ofAggregates.all[aggregate, default: []]
    }

    package func concerns(_ table: LeftTable) -> Bool {
        ([ofTables.all[table.id]] + table.aggregates.map { ofAggregates.all[$0] }).contains { $0 != nil }
    }
}

/// A hypertable with continuous aggregates that a node leaves.
package struct LeftTable: Sendable, Equatable {
    package let table: TableName
    /// On the access node.
    let id: Int
    /// The hypertables with the rows of its aggregates, on the access node.
    let aggregates: [Int]
    /// Its other nodes.
    package let others: [String]

    /// - Parameter row: of ``PendingInvalidations/tables(on:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        table = TableName(schema: row["schema"], name: row["name"] ?? "")
        id = row.integer("id")
        aggregates = row.array("aggregates").compactMap { Int($0) }
        others = row.array("others")
    }
}
