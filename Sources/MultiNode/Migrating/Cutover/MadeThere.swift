/// What a cut-over has made on another server besides the table: by number, so that nothing is dropped that somebody else has
/// made under such a name.
package enum MadeThere {
    package static let creation: SQL = """
        CREATE TABLE IF NOT EXISTS tscl_migrate.made (
            cluster text NOT NULL,
            hypertable_id int NOT NULL,
            position int NOT NULL,
            relation oid PRIMARY KEY)
        """

    /// The views, materialized views and continuous aggregates that are there by now.
    package static func record(of migration: Migration, _ dependents: Dependents) -> SQL {
        let names = dependents.aggregates.map(\.name) + dependents.relations
        return """
            INSERT INTO tscl_migrate.made (cluster, hypertable_id, position, relation)
            SELECT \(migration.cluster), \(String(migration.sourceID), type: "int"), w.n, c.oid
              FROM ROWS FROM (pg_catalog.unnest(\(names.map { $0.schema ?? "public" }, type: "name[]")),
                              pg_catalog.unnest(\(names.map(\.name), type: "name[]"))) WITH ORDINALITY w (schema, name, n)
              JOIN pg_catalog.pg_namespace s ON s.nspname = w.schema
              JOIN pg_catalog.pg_class c ON c.relnamespace = s.oid AND c.relname = w.name
                ON CONFLICT DO NOTHING
            """
    }

    /// The names that something has there which no cut-over has made, as `schema` and `name`.
    package static func strangers(among dependents: Dependents) -> SQL {
        let names = dependents.aggregates.map(\.name) + dependents.relations
        return """
            SELECT s.nspname AS schema, c.relname AS name
              FROM ROWS FROM (pg_catalog.unnest(\(names.map { $0.schema ?? "public" }, type: "name[]")),
                              pg_catalog.unnest(\(names.map(\.name), type: "name[]"))) w (schema, name)
              JOIN pg_catalog.pg_namespace s ON s.nspname = w.schema
              JOIN pg_catalog.pg_class c ON c.relnamespace = s.oid AND c.relname = w.name
             WHERE NOT EXISTS (SELECT FROM tscl_migrate.made m WHERE m.relation = c.oid)
             ORDER BY 1, 2
            """
    }

    /// Whether anything is written down: one value.
    package static let isRecorded: SQL = "SELECT pg_catalog.to_regclass('tscl_migrate.made') IS NOT NULL AS is_there"

    /// Where it is: the continuous aggregates that were made and are there still, `schema` and `name`.
    package static func aggregates(of migration: Migration) -> SQL {
        """
        SELECT n.nspname AS schema, c.relname AS name
          FROM tscl_migrate.made m
          JOIN pg_catalog.pg_class c ON c.oid = m.relation
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          JOIN _timescaledb_catalog.continuous_agg a ON (a.user_view_schema, a.user_view_name) = (n.nspname, c.relname)
         WHERE m.cluster = \(literal: migration.cluster) AND m.hypertable_id = \(literal: migration.sourceID)
         ORDER BY m.position
        """
    }

    /// The last that was made goes first; nothing is dropped with it.
    ///
    /// - Parameter position: behind which it is dropped: the continuous aggregates come first.
    package static func drop(of migration: Migration, behind position: Int = 0) -> SQL {
        let body: SQL = """
            DECLARE
              x pg_catalog.record;
            BEGIN
              FOR x IN
                SELECT m.relation, c.relname, n.nspname,
                       c.relkind = 'm' OR EXISTS (SELECT FROM _timescaledb_catalog.continuous_agg a
                                                   WHERE (a.user_view_schema, a.user_view_name) = (n.nspname, c.relname))
                           AS is_materialized
                  FROM tscl_migrate.made m
                  JOIN pg_catalog.pg_class c ON c.oid = m.relation
                  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                 WHERE m.cluster = \(literal: migration.cluster) AND m.hypertable_id = \(literal: migration.sourceID)
                   AND m.position > \(literal: position)
                 ORDER BY m.position DESC
              LOOP
                EXECUTE pg_catalog.format('DROP %s %I.%I',
                    CASE WHEN x.is_materialized THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END, x.nspname, x.relname);
              END LOOP;
              DELETE FROM tscl_migrate.made m
               WHERE m.cluster = \(literal: migration.cluster) AND m.hypertable_id = \(literal: migration.sourceID)
                 AND m.position > \(literal: position);
            END
            """
        return "DO \(literal: body.inlined)"
    }
}
