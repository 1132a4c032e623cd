/// A chunk that a data node has, and that the access node has on it no more, as where it was written, or dropped, while the node
/// was disabled. TimescaleDB drops it there when the node is enabled (`drop_stale_chunks` in its tsl/src/chunk.c).
package struct StaleChunk: Sendable, Equatable {
    /// Where its rows are besides.
    package enum Finding: Sendable, Equatable {
        /// The copies that the access node has have them all; or there are none.
        case elsewhere
        case here(OwnRows)
        /// It could not be compared with any of the copies that the access node has.
        case unknown(because: String)
    }

    /// Rows that no copy has that the access node knows. Among them may be rows as they were before they were changed or deleted.
    package enum OwnRows: Sendable, Equatable {
        /// All that it has, as where the access node has no such chunk any more.
        case all
        /// By their hashes: how many rows of each.
        case some([Int64: Int])
    }

    package let name: TableName
    /// Its hypertable there, and the columns that this has there.
    package let shape: RowShape
    /// What it has there.
    package let content: CopyDigest
    package let finding: Finding

    package init(_ name: TableName, _ shape: RowShape, _ content: CopyDigest, _ finding: Finding) {
        (self.name, self.shape, self.content, self.finding) = (name, shape, content, finding)
    }

    /// What is to be kept of it; nil where nothing is, or nobody knows.
    package var own: CopyDigest? {
        switch finding {
        case .elsewhere, .unknown: nil
        case .here(.all): content
        case .here(.some(let rows)): CopyDigest(of: rows)
        }
    }

    /// The rows that may be there alone, as a table of the node that a person is told of.
    package var aloneThere: KeptTable? {
        switch finding {
        case .elsewhere: nil
        case .here, .unknown: KeptTable(name, rows: own?.rows ?? content.rows)
        }
    }

    /// Which rows of one copy none of the others has.
    ///
    /// - Parameter others: what each of them has.
    package static func rows(
        of own: [Int64: CopyRow], besides others: [[Int64: CopyRow]]
    ) -> [Int64: Int] {
        own.reduce(into: [:]) { alone, row in
            let most = others.map { $0[row.key]?.count ?? 0 }.max() ?? 0
            if row.value.count > most { alone[row.key] = row.value.count - most }
        }
    }

    // MARK: Questions

    /// For the access node: the numbers of the chunks that it has on a node; one column.
    package static func known(on node: String) -> SQL {
        "SELECT node_chunk_id FROM _timescaledb_catalog.chunk_data_node WHERE node_name = \(node, type: "name")"
    }

    /// For the node: its chunks of distributed hypertables that have none of these numbers; columns `schema`, `name`,
    /// `hypertable`, its number, `table_schema` and `table_name`.
    package static func list(besides numbers: [Int]) -> SQL {
        """
        SELECT c.schema_name AS schema, c.table_name AS name, h.id AS hypertable, h.schema_name AS table_schema, h.table_name
          FROM _timescaledb_catalog.chunk c
          JOIN _timescaledb_catalog.hypertable h ON h.id = c.hypertable_id
         WHERE h.replication_factor = -1 AND NOT c.dropped
           AND c.id <> ALL (\(numbers.map(String.init), type: "int[]"))
         ORDER BY c.id
        """
    }

    /// For the access node: the nodes on which it has chunks of these names, which are given once; columns `id`, `schema`,
    /// `name`, `nodes`.
    package static func places(of names: [TableName]) -> SQL {
        """
        SELECT c.id, c.schema_name AS schema, c.table_name AS name, pg_catalog.array_agg(d.node_name::text) AS nodes
          FROM _timescaledb_catalog.chunk c
          JOIN _timescaledb_catalog.chunk_data_node d ON d.chunk_id = c.id
         WHERE NOT c.dropped AND c.table_name = ANY (\(names.map(\.name), type: "text[]"))
         GROUP BY 1, 2, 3
        """
    }
}

extension CopyDigest {
    /// What rows come to of which only the hashes are known.
    ///
    /// - Parameter rows: how many of each hash.
    package init(of rows: [Int64: Int]) {
        let sum = rows.reduce(Int128(0)) { $0 + Int128($1.key) * Int128($1.value) }
        self.init(rows: rows.values.reduce(0, +), hash: String(sum))
    }
}
