/// Where hypertables were written to on a data node, as long as no refresh has brought it into their continuous aggregates.
///
/// A refresh asks the nodes that a hypertable is on. A node that leaves takes its notes along, also those of chunks that
/// were moved away from it: what they tell of would never come into the aggregates.
package struct PendingInvalidations: Sendable, Equatable {
    /// For a data node: `id`, the hypertable's number on the access node, and the time values `lowest` to `greatest`.
    package static let list: SQL = """
        SELECT hypertable_id AS id, lowest_modified_value AS lowest, greatest_modified_value AS greatest
          FROM _timescaledb_catalog.continuous_aggs_hypertable_invalidation_log
         ORDER BY 1, 2, 3
        """

    /// For the access node: the hypertables of a node that have continuous aggregates, `id`, `schema` and `name`, and their
    /// other nodes, `others`.
    package static func tables(on node: String) -> SQL {
        """
        SELECT h.id, h.schema_name AS schema, h.table_name AS name,
               ARRAY(SELECT o.node_name FROM _timescaledb_catalog.hypertable_data_node o
                      WHERE o.hypertable_id = h.id AND o.node_name <> n.node_name ORDER BY 1) AS others
          FROM _timescaledb_catalog.hypertable_data_node n
          JOIN _timescaledb_catalog.hypertable h ON h.id = n.hypertable_id
         WHERE n.node_name = \(node, type: "name")
           AND EXISTS (SELECT FROM _timescaledb_catalog.continuous_agg a WHERE a.raw_hypertable_id = h.id)
         ORDER BY h.id
        """
    }

    /// By the number of the hypertable, in their order: those that overlap or meet are one.
    private var ranges: [Int: [ClosedRange<Int64>]] = [:]

    /// - Parameter rows: of ``list``.
    package init(_ rows: [[String: String?]]) {
        for row in rows.map({ Row($0) }) {
            guard let lowest = row["lowest"].flatMap({ Int64($0) }),
                let greatest = row["greatest"].flatMap({ Int64($0) }),
                lowest <= greatest
            else { continue }
            let id = row.integer("id")
            var own = ranges[id, default: []]
            if let last = own.last, last.upperBound >= lowest || last.upperBound == lowest - 1 {
                own[own.count - 1] = last.lowerBound...max(last.upperBound, greatest)
            } else {
                own.append(lowest...greatest)
            }
            ranges[id] = own
        }
    }

    package var isEmpty: Bool { ranges.isEmpty }

    /// Notes the same on another node of a hypertable; nil where there is nothing to note. To note it twice does no harm.
    package func handingOver(_ table: LeftTable, to node: String, _ capabilities: Capabilities) -> SQL? {
        guard let own = ranges[table.id] else { return nil }
        func list(_ values: [Int64]) -> String { "{\(values.map(String.init).joined(separator: ","))}" }
        return DistributedExec.call(
            """
            SELECT \(raw: capabilities.internalFunction("invalidation_hyper_log_add_entry"))(\(literal: table.id), r.lowest, r.greatest) \
            FROM ROWS FROM (pg_catalog.unnest(\(literal: list(own.map(\.lowerBound)))::bigint[]), \
            pg_catalog.unnest(\(literal: list(own.map(\.upperBound)))::bigint[])) r (lowest, greatest)
            """, on: [node], capabilities)
    }
}

/// A hypertable with continuous aggregates that a node leaves.
package struct LeftTable: Sendable, Equatable {
    package let table: TableName
    /// On the access node.
    let id: Int
    /// Its other nodes.
    package let others: [String]

    /// - Parameter row: of ``PendingInvalidations/tables(on:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        table = TableName(schema: row["schema"], name: row["name"] ?? "")
        id = row.integer("id")
        others = row.array("others")
    }
}
