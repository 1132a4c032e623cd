/// Where a promotion stands: a part of the schema `tscl_migrate` on the access node, and another one on the node itself.
package enum PromotionStore {
    /// - `undo`: what takes back, on the node, what it got besides its rows, in its order.
    private static let promotion: SQL = """
        CREATE TABLE tscl_migrate.promotion (
            cluster text PRIMARY KEY,
            node text NOT NULL,
            node_uuid text NOT NULL,
            database name NOT NULL,
            schemas name[] NOT NULL,
            names name[] NOT NULL,
            undo text[] NOT NULL,
            fenced_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
            verified_at timestamptz,
            is_ending boolean NOT NULL DEFAULT false)
        """

    /// - `row_count`, `checksum`: of the rows of all copies, when nobody wrote any more.
    private static let chunk: SQL = """
        CREATE TABLE tscl_migrate.promoted_chunk (
            table_schema name NOT NULL,
            table_name name NOT NULL,
            chunk_schema name NOT NULL,
            chunk_name name NOT NULL,
            others text[] NOT NULL,
            row_count bigint NOT NULL,
            checksum numeric,
            PRIMARY KEY (chunk_schema, chunk_name))
        """

    /// For the access node, in the transaction in which it lets go of the node.
    package static func creation(_ record: PromotionRecord, _ chunks: [(table: TableName, chunk: PromotedChunk)])
        -> [SQL]
    {
        let sources = chunks.map(\.chunk.source)
        let others = sources.map { source in ArrayText.text(source.nodes.filter { $0 != record.node }) }
        return [
            "CREATE SCHEMA IF NOT EXISTS tscl_migrate", promotion, chunk,
            """
            INSERT INTO tscl_migrate.promotion (cluster, node, node_uuid, database, schemas, names, undo)
            VALUES (\(record.cluster), \(record.node), \(record.nodeIdentity), \(record.database, type: "name"),
                    \(record.tables.map { $0.schema ?? "public" }, type: "name[]"),
                    \(record.tables.map(\.name), type: "name[]"), \(record.undo, type: "text[]"))
            """,
            """
            INSERT INTO tscl_migrate.promoted_chunk (table_schema, table_name, chunk_schema, chunk_name, others, row_count,
                                                     checksum)
            SELECT c.a, c.b, c.c, c.d, c.e::text[], c.f, c.g
              FROM ROWS FROM (pg_catalog.unnest(\(chunks.map { $0.table.schema ?? "public" }, type: "name[]")),
                              pg_catalog.unnest(\(chunks.map(\.table.name), type: "name[]")),
                              pg_catalog.unnest(\(sources.map { $0.name.schema ?? "public" }, type: "name[]")),
                              pg_catalog.unnest(\(sources.map(\.name.name), type: "name[]")),
                              pg_catalog.unnest(\(others, type: "text[]")),
                              pg_catalog.unnest(\(chunks.map { String($0.chunk.digest.rows) }, type: "bigint[]")),
                              pg_catalog.unnest(\(chunks.map { $0.chunk.digest.hash ?? "0" }, type: "numeric[]")))
                   AS c (a, b, c, d, e, f, g)
            """,
        ]
    }

    /// For the access node: at most one row.
    package static let list: SQL = """
        SELECT cluster, node, node_uuid, database, schemas, names, undo, fenced_at, verified_at, is_ending
          FROM tscl_migrate.promotion
        """

    /// For the access node: the chunks that the node had.
    package static let chunks: SQL = """
        SELECT table_schema, table_name, chunk_schema, chunk_name, others, row_count, checksum
          FROM tscl_migrate.promoted_chunk ORDER BY table_schema, table_name, chunk_name
        """

    /// For the access node, in a transaction: nobody else changes the record, or the way to the node, until it ends. It waits for
    /// whoever was killed at a COMMIT, which goes on without him.
    package static let hold: [SQL] = [
        "SET LOCAL lock_timeout = '5s'", "LOCK TABLE tscl_migrate.promotion IN EXCLUSIVE MODE",
    ]

    /// For the access node: both sides of this very promotion were compared, and none differed; or a comparison begins.
    package static func verified(_ isVerified: Bool, _ record: PromotionRecord) -> SQL {
        let now: SQL = isVerified ? "pg_catalog.clock_timestamp()" : "NULL"
        return """
            UPDATE tscl_migrate.promotion SET verified_at = \(raw: now)
             WHERE fenced_at = \(record.fencedAt, type: "timestamptz")
            """
    }

    /// For the access node: there is no way back any more. Else the node, which forgets it first, would be taken for one that
    /// is not on its own yet.
    package static let end: SQL = "UPDATE tscl_migrate.promotion SET is_ending = true"

    /// For the access node: nothing is left to be done of it.
    package static let forget: [SQL] = [
        "DROP TABLE tscl_migrate.promoted_chunk", "DROP TABLE tscl_migrate.promotion", dropSchema,
    ]

    /// The schema goes where nothing else is in it.
    private static let dropSchema: SQL = """
        DO 'BEGIN DROP SCHEMA tscl_migrate; EXCEPTION WHEN dependent_objects_still_exist THEN NULL; END'
        """

    // MARK: On the node

    /// For the node, in the transaction that makes it a server of its own.
    static func nodeCreation(_ record: PromotionRecord) -> [SQL] {
        [
            "CREATE SCHEMA IF NOT EXISTS tscl_migrate",
            """
            CREATE TABLE tscl_migrate.promoted (
                cluster text PRIMARY KEY,
                promoted_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
                since_xmin bigint NOT NULL,
                definition text[] NOT NULL)
            """,
            """
            INSERT INTO tscl_migrate.promoted (cluster, since_xmin, definition)
            SELECT \(record.cluster), pg_catalog.txid_snapshot_xmin(pg_catalog.txid_current_snapshot()),
                   COALESCE(pg_catalog.array_agg(d.item), '{}') FROM (\(raw: PromotedDefinition.items(record))) d
            """,
        ]
    }

    package static let nodeForget: [SQL] = ["DROP TABLE tscl_migrate.promoted", dropSchema]

    /// For the node: one row: `uuid`, the identity of its database; `cluster`, which it belongs to; `is_promoted`, whether it
    /// was promoted; `is_super`, whether this role may promote it.
    package static let standing: SQL = """
        SELECT \(raw: SourceReading.identity) AS uuid,
               (SELECT m.value FROM _timescaledb_catalog.metadata m WHERE m.key = 'dist_uuid') AS cluster,
               pg_catalog.to_regclass('tscl_migrate.promoted') IS NOT NULL AS is_promoted,
               (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = CURRENT_USER) AS is_super
        """

    /// For the node, once it is promoted: its first transaction that may have come after that; one value.
    package static let xmin: SQL = "SELECT since_xmin FROM tscl_migrate.promoted"

    /// For the node: the chunks that it has of the tables: `schema` and `name`.
    package static func chunksThere(_ record: PromotionRecord) -> SQL {
        """
        SELECT c.schema_name AS schema, c.table_name AS name
          FROM _timescaledb_catalog.hypertable h
          JOIN _timescaledb_catalog.chunk c ON c.hypertable_id = h.id AND NOT c.dropped
         WHERE (h.schema_name, h.table_name) IN (\(raw: PromotionScript.pairs(record.tables)))
         ORDER BY 1, 2
        """
    }

    /// For the node: the members of distributed hypertables that the access node does not know of: `schema` and `name`.
    package static func strangers(besides record: PromotionRecord) -> SQL {
        """
        SELECT schema_name AS schema, table_name AS name FROM _timescaledb_catalog.hypertable
         WHERE replication_factor = -1 AND (schema_name, table_name) NOT IN (\(raw: PromotionScript.pairs(record.tables + record.asides)))
         ORDER BY 1, 2
        """
    }

    /// For the node: those of these sequences that are there: `schema` and `name`.
    package static func there(of sequences: [TableName]) -> SQL {
        """
        SELECT n.nspname AS schema, c.relname AS name
          FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind = 'S' AND (n.nspname, c.relname) IN (\(raw: PromotionScript.pairs(sequences)))
        """
    }

    /// For the node: ends the sessions that are open and idle since before: the access node's, which know the way still, and
    /// others', which take the tables for those of a data node. They have no transaction and no statement, so nothing is lost
    /// with them, and no COPY or copying of a chunk, at whose end the access node would crash. The way to this node is closed
    /// before, so that the access node begins nothing more in them.
    package static let endIdle: SQL = """
        SELECT pg_catalog.count(pg_catalog.pg_terminate_backend(pid)) AS ended
          FROM pg_catalog.pg_stat_activity
         WHERE datname = pg_catalog.current_database() AND pid <> pg_catalog.pg_backend_pid()
           AND backend_type = 'client backend' AND state = 'idle'
           AND backend_start < (SELECT p.promoted_at FROM tscl_migrate.promoted p)
        """
}
