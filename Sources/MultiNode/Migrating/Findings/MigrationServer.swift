/// What a server tells of itself where tables are to be made.
package struct MigrationServer: Sendable, Equatable {
    package let timezone: String
    /// How its database orders text, of ``TextOrder``; nil where that is not known.
    let textOrder: String?
    /// `apache` has no compression; nil where the server does not say.
    let license: String?
    /// Whether this role may make schemas in the database.
    let mayCreateSchemas: Bool
    /// The schemas, of those asked for, in which it may not make tables.
    let closedSchemas: [String]
    /// Those that fire at the statements of others; TimescaleDB's own are left out.
    let eventTriggers: [String]
    /// The publications that have every table, whoever makes it.
    let publications: [String]
    /// Who gets privileges on each table that this role makes.
    package let defaultGrantees: [String]
    /// The names, of those asked for, that something has.
    let taken: [TableName]

    /// - Parameter row: of ``query(schemas:names:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        timezone = row["timezone"] ?? ""
        textOrder = row["text_order"]
        license = row["license"]
        mayCreateSchemas = row.flag("may_create")
        closedSchemas = row.array("closed")
        eventTriggers = row.array("event_triggers")
        publications = row.array("publications")
        defaultGrantees = row.array("default_grantees")
        taken = zip(row.array("taken_schemas"), row.array("taken_names")).map { TableName(schema: $0, name: $1) }
    }

    /// For any server: one row.
    package static func query(schemas: [String], names: [TableName]) -> SQL {
        """
        SELECT pg_catalog.current_setting('TimeZone') AS timezone, \(raw: TextOrder.ofDatabase) AS text_order,
               pg_catalog.current_setting('timescaledb.license', true) AS license,
               pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE') AS may_create,
               ARRAY(SELECT n.nspname FROM pg_catalog.pg_namespace n
                      WHERE n.nspname = ANY (\(schemas, type: "name[]"))
                        AND NOT pg_catalog.has_schema_privilege(n.oid, 'CREATE') ORDER BY 1) AS closed,
               ARRAY(SELECT e.evtname FROM pg_catalog.pg_event_trigger e
                      WHERE e.evtenabled IN ('O', 'A')
                        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend p
                                         WHERE p.classid = 'pg_catalog.pg_event_trigger'::pg_catalog.regclass
                                           AND p.objid = e.oid AND p.deptype = 'e') ORDER BY 1) AS event_triggers,
               ARRAY(SELECT p.pubname FROM pg_catalog.pg_publication p WHERE p.puballtables ORDER BY 1) AS publications,
               ARRAY(SELECT DISTINCT COALESCE(g.rolname, '')
                       FROM pg_catalog.pg_default_acl d
                       JOIN pg_catalog.pg_roles r ON r.oid = d.defaclrole AND r.rolname = CURRENT_USER
                      CROSS JOIN LATERAL pg_catalog.aclexplode(d.defaclacl) a
                       LEFT JOIN pg_catalog.pg_roles g ON g.oid = a.grantee
                      WHERE d.defaclobjtype = 'r' AND a.grantee <> d.defaclrole ORDER BY 1) AS default_grantees,
               t.schemas AS taken_schemas, t.names AS taken_names
          FROM (SELECT pg_catalog.array_agg(w.schema) AS schemas, pg_catalog.array_agg(w.name) AS names
                  FROM ROWS FROM (pg_catalog.unnest(\(names.map { $0.schema ?? "public" }, type: "name[]")),
                                  pg_catalog.unnest(\(names.map(\.name), type: "name[]"))) AS w (schema, name)
                  JOIN pg_catalog.pg_namespace n ON n.nspname = w.schema
                 WHERE EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.relnamespace = n.oid AND c.relname = w.name)
                    OR EXISTS (SELECT FROM pg_catalog.pg_statistic_ext s
                                WHERE s.stxnamespace = n.oid AND s.stxname = w.name)) t
        """
    }
}
