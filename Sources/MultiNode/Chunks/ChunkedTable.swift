/// A distributed hypertable as far as the choice of its chunks needs it.
package struct ChunkedTable: Sendable, Equatable {
    /// In the catalog of the access node.
    package let id: Int
    package let table: TableName
    package let replicationFactor: Int
    /// Whether its time is a time; else it is a whole number.
    package let hasTimes: Bool

    /// - Parameter row: of ``list``.
    package init(row: [String: String?]) {
        let row = Row(row)
        id = row.integer("id")
        table = TableName(schema: row["schema"], name: row["name"] ?? "")
        replicationFactor = row.integer("replication_factor")
        hasTimes = row.flag("has_times")
    }

    /// The distributed hypertables, by name. It reads only what every role may read, in all versions.
    package static let list: SQL = """
        SELECT h.id, h.schema_name AS schema, h.table_name AS name, h.replication_factor,
               d.column_type IN (\(raw: times)) AS has_times
          FROM _timescaledb_catalog.hypertable h
          JOIN _timescaledb_catalog.dimension d ON d.id = (\(raw: firstDimension))
         WHERE h.replication_factor > 0
         ORDER BY h.schema_name, h.table_name
        """

    /// The types whose chunks are divided by time, and not by numbers.
    private static let times: SQL = """
        'pg_catalog.timestamptz'::pg_catalog.regtype, 'pg_catalog.timestamp'::pg_catalog.regtype, \
        'pg_catalog.date'::pg_catalog.regtype
        """

    /// The number of the time dimension of the hypertable `h`.
    static let firstDimension: SQL = """
        SELECT pg_catalog.min(f.id) FROM _timescaledb_catalog.dimension f
         WHERE f.hypertable_id = h.id AND f.num_slices IS NULL
        """
}
