/// Where a migration stands: the schema `tscl_migrate`, whose tables anybody may read with psql.
///
/// It is in the database that the rows go to, so that a chunk and what is recorded of it commit together. The access node
/// has a part of it besides where that is another server: which one it is.
package enum MigrationStore {
    /// One row at most; no row, or no such table, where the way out is in place. Never a password.
    private static let target: SQL = """
        CREATE TABLE IF NOT EXISTS tscl_migrate.target (
            conninfo text NOT NULL,
            started_at timestamptz NOT NULL DEFAULT pg_catalog.now())
        """

    /// - `source_id`: the number of the distributed hypertable in the access node's catalog.
    /// - `cluster`: the access node's `dist_uuid`, so that two clusters may leave to one server.
    /// - `renames`: what the cut-over renames besides the tables: an array of `{"kind", "schema", "name", "new"}`, where
    ///   `new` is what the one of the new table is called until then, and `kind` is `constraint`, `index`, `statistics` or
    ///   `sequence` (of an identity). A constraint has an index of its name.
    /// - `definition`: what the old table was besides its rows when the new one was made.
    /// - `target_relation`: the new table in `pg_class`, whatever it is called; NULL where an earlier tscl has made it.
    /// - `cut_over_xmin`: the first transaction of the target that may have come after the last copy.
    /// - `looked_xmin`: the same where it was looked before whether the copies were what was copied; else NULL, or that of an
    ///   earlier cut-over.
    /// - `cut_over_at`: where the state is `copying`, an undo has left rows on another server that nothing else has.
    /// - `kept_views`: ``Migration/recordKept(_:)``.
    /// - `undo`: the statements that take back the cut-over's part on the access node, in their order.
    /// - `unrefreshed`: ``Migration/recordUnrefreshed(_:jobs:)``.
    private static let hypertable: SQL = """
        CREATE TABLE IF NOT EXISTS tscl_migrate.hypertable (
            cluster text NOT NULL,
            source_id int NOT NULL,
            source_schema name NOT NULL,
            source_name name NOT NULL,
            target_schema name NOT NULL,
            target_name name NOT NULL,
            target_relation oid,
            state text NOT NULL DEFAULT 'copying' CHECK (state IN ('copying', 'cut over')),
            renames jsonb NOT NULL DEFAULT '[]',
            definition text,
            accepted text[] NOT NULL DEFAULT '{}',
            undo text[] NOT NULL DEFAULT '{}',
            started_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
            cut_over_at timestamptz,
            cut_over_xmin bigint,
            looked_xmin bigint,
            pause_ms float8,
            verified_at timestamptz,
            kept_views text[] NOT NULL DEFAULT '{}',
            unrefreshed bigint[] NOT NULL DEFAULT '{}',
            PRIMARY KEY (cluster, source_id))
        """

    /// - `position`: the start of its range in time, in TimescaleDB's own units.
    /// - `slices`: `{"column": [from, to]}`, as `create_chunk` takes them.
    /// - `node`, `node_uuid`, `snapshot_xmin`: the copy that was read, the identity of that node's database, and its first
    ///   transaction that the snapshot may not have seen.
    /// - `node_timeline`, `node_place`: where that node's log was then; NULL where that is not known.
    /// - `node_started`: when that node's server was started, in microseconds since 1970; NULL where that is not known. What has been
    ///   started anew may be an older state of it, which gives transactions the same numbers again.
    /// - `access_mark`: the access node had the chunk when it had this mark (``AccessNodeMark``); NULL where there is none, as where
    ///   it is the target itself.
    /// - `row_count`, `checksum`: of the rows on both sides, when they were copied.
    /// - `is_carried`: whether its rows went over as they are compressed; NULL where that is not known.
    /// - `target_xid`: the target's transaction that has written its rows (``TargetLook``); NULL where that is not known.
    /// - `checksum_by`: by which formula (``RowHash/formula``); NULL where that is not known.
    private static let chunk: SQL = """
        CREATE TABLE IF NOT EXISTS tscl_migrate.chunk (
            cluster text NOT NULL,
            hypertable_id int NOT NULL,
            source_id int NOT NULL,
            source_schema name NOT NULL,
            source_name name NOT NULL,
            slices jsonb NOT NULL,
            position bigint NOT NULL,
            state text NOT NULL DEFAULT 'to do' CHECK (state IN ('to do', 'copied', 'failed')),
            target_schema name,
            target_name name,
            node text,
            node_uuid text,
            snapshot_xmin bigint,
            node_timeline text,
            node_place pg_lsn,
            node_started bigint,
            access_mark text,
            row_count bigint,
            checksum numeric,
            checksum_by text,
            bytes bigint,
            is_compressed boolean,
            is_carried boolean,
            target_xid bigint,
            copied_at timestamptz,
            error text,
            PRIMARY KEY (cluster, source_id),
            FOREIGN KEY (cluster, hypertable_id) REFERENCES tscl_migrate.hypertable ON DELETE CASCADE)
        """

    /// What earlier versions did not have: tables of the schema, each with such columns.
    private static let laterColumns: [(table: String, columns: [String])] = [
        ("tscl_migrate.chunk", ["checksum_by", "is_carried", "node_place", "node_started", "target_xid"]),
        ("tscl_migrate.hypertable", ["looked_xmin", "kept_views", "target_relation", "unrefreshed"]),
    ]

    /// For the target: whether an earlier tscl has made the schema, which has not all columns; one value.
    package static let isOlder: SQL = {
        let columns = laterColumns.flatMap { table, columns in
            columns.map { "(pg_catalog.to_regclass(\(literal: table)), \(literal: $0))" as SQL }
        }
        return """
            SELECT \(literal: columns.count) > (SELECT pg_catalog.count(*) FROM pg_catalog.pg_attribute
                         WHERE (attrelid, attname) IN (\(raw: columns.joined(separator: ", ")))
                           AND NOT attisdropped)
            """
    }()

    /// For the target: adds what ``isOlder`` tells is missing, and mends what an earlier tscl has copied. It waits for those who
    /// copy.
    package static let renewal: [SQL] = [
        // It tells of each column that is there.
        "SET LOCAL client_min_messages = warning",
        """
        ALTER TABLE tscl_migrate.hypertable ADD COLUMN IF NOT EXISTS target_relation oid, \
        ADD COLUMN IF NOT EXISTS looked_xmin bigint, ADD COLUMN IF NOT EXISTS kept_views text[] NOT NULL DEFAULT '{}', \
        ADD COLUMN IF NOT EXISTS unrefreshed bigint[] NOT NULL DEFAULT '{}'
        """,
        "ALTER TABLE tscl_migrate.chunk ADD COLUMN IF NOT EXISTS checksum_by text",
        """
        ALTER TABLE tscl_migrate.chunk ADD COLUMN IF NOT EXISTS is_carried boolean, \
        ADD COLUMN IF NOT EXISTS node_timeline text, ADD COLUMN IF NOT EXISTS node_place pg_lsn, \
        ADD COLUMN IF NOT EXISTS node_started bigint, ADD COLUMN IF NOT EXISTS access_mark text, \
        ADD COLUMN IF NOT EXISTS target_xid bigint
        """,
        // What was recorded last of a chunk was so with its rows, in most cases; else these are copied again.
        """
        UPDATE tscl_migrate.chunk SET target_xid = pg_catalog.txid_current() - pg_catalog.age(xmin)
         WHERE state = 'copied' AND target_xid IS NULL
        """,
        ChunkInheritance.ofCopied,
    ]

    /// Makes the schema where it is not there yet.
    package static let creation: [SQL] = [
        "CREATE SCHEMA IF NOT EXISTS tscl_migrate", hypertable, chunk,
    ]

    /// For an access node whose rows go to another server.
    ///
    /// - Parameter conninfo: without a password.
    package static func creation(leadingTo conninfo: String) -> [SQL] {
        [
            "CREATE SCHEMA IF NOT EXISTS tscl_migrate", target,
            """
            INSERT INTO tscl_migrate.target (conninfo)
            SELECT \(conninfo, type: "text") WHERE NOT EXISTS (SELECT FROM tscl_migrate.target)
            """,
        ]
    }

    /// For an access node that is to lead elsewhere: to another server, as nothing was migrated to the one that it has led to, or to
    /// another address of the same.
    package static let forgetTarget: SQL = "DELETE FROM tscl_migrate.target"

    /// What is there of the schema: one row, `has_target`, `has_tables` and `has_promotion`, and `stranger`: the role that it belongs to, or a
    /// part of it, where that is neither a superuser nor the role that asks. What stands in it is executed, so that a
    /// stranger must not have written it.
    package static let state: SQL = """
        SELECT pg_catalog.to_regclass('tscl_migrate.target') IS NOT NULL AS has_target,
               pg_catalog.to_regclass('tscl_migrate.chunk') IS NOT NULL AS has_tables,
               pg_catalog.to_regclass('tscl_migrate.promotion') IS NOT NULL AS has_promotion,
               (SELECT pg_catalog.min(r.rolname::text)
                  FROM pg_catalog.pg_namespace n
                  LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid
                  LEFT JOIN pg_catalog.pg_proc p ON p.pronamespace = n.oid
                  JOIN pg_catalog.pg_roles r ON r.oid IN (n.nspowner, c.relowner, p.proowner)
                 WHERE n.nspname = 'tscl_migrate' AND NOT r.rolsuper AND r.rolname <> CURRENT_USER) AS stranger
        """

    /// Where there is the table: at most one row, `conninfo`.
    package static let readTarget: SQL = "SELECT conninfo FROM tscl_migrate.target"
}
