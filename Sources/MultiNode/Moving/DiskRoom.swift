/// Whether the disk that a chunk is on has room left. A worker that copies a chunk tells its server's log alone that it had
/// none, and what it has filled by then stays filled until the copy is cleaned up: so a little more fails, too.
package enum DiskRoom {
    /// For a data node: fills 16 MB beside the chunk, and leaves nothing of it. It fails with 53100 (disk_full) where
    /// there is no room.
    package static func probe(beside chunk: TableName) -> SQL {
        // Few rows fill many pages.
        let body: SQL = """
            DECLARE
              place pg_catalog.text := (
                SELECT s.spcname
                  FROM pg_catalog.pg_database d
                  LEFT JOIN pg_catalog.pg_class t ON t.oid = pg_catalog.to_regclass(\(literal: chunk.quoted))
                  JOIN pg_catalog.pg_tablespace s ON s.oid = COALESCE(NULLIF(t.reltablespace, 0), d.dattablespace)
                 WHERE d.datname = pg_catalog.current_database());
            BEGIN
              EXECUTE pg_catalog.format('CREATE TEMPORARY TABLE tscl_room (x int) WITH (fillfactor = 10) ON COMMIT DROP '
                                        'TABLESPACE %I', place);
              INSERT INTO pg_temp.tscl_room SELECT 1 FROM pg_catalog.generate_series(1, 50000);
            END
            """
        return "DO \(literal: body.inlined)"
    }
}
