/// The copy of a chunk that the access node reads, and takes the rows from that it updates or deletes. In the others these may
/// be other rows, as TimescaleDB finds them there by their place in this one.
package enum ReadCopy {
    /// An expression over a chunk `c` of the access node's catalog: the node; NULL where it reads none.
    static let node: SQL = """
        (SELECT v.srvname FROM pg_catalog.pg_foreign_table f
           JOIN pg_catalog.pg_foreign_server v ON v.oid = f.ftserver
          WHERE f.ftrelid = pg_catalog.to_regclass(
                    pg_catalog.format('%I.%I', c.schema_name, c.table_name)))
        """

    /// For the access node: `id` of each of these chunks, and `node`.
    package static func list(of chunks: [Int]) -> SQL {
        """
        SELECT c.id, \(raw: node) AS node FROM _timescaledb_catalog.chunk c
         WHERE c.id = ANY (\(chunks.map(String.init), type: "int[]"))
        """
    }
}
