/// What the access node has besides distributed hypertables, and no data node has.
package struct OtherRelation: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case table, view
        case materialized = "materialized view"
        case aggregate = "continuous aggregate"
    }

    let kind: Kind
    package let name: TableName
    package var isAggregate: Bool { kind == .aggregate }

    /// - Parameter row: of ``list``.
    package init(row: [String: String?]) {
        let row = Row(row)
        kind = row["kind"].flatMap(Kind.init) ?? .table
        name = TableName(schema: row["schema"], name: row["name"] ?? "")
    }

    /// For the access node: those of users, by name.
    package static let list: SQL = """
        SELECT CASE WHEN a.mat_hypertable_id IS NOT NULL THEN 'continuous aggregate' WHEN c.relkind = 'v' THEN 'view'
                    WHEN c.relkind = 'm' THEN 'materialized view' ELSE 'table' END AS kind,
               n.nspname AS schema, c.relname AS name
          FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          LEFT JOIN _timescaledb_catalog.continuous_agg a
            ON (a.user_view_schema, a.user_view_name) = (n.nspname, c.relname)
         WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT LIKE '\\_timescaledb\\_%'
           AND n.nspname NOT IN ('information_schema', 'timescaledb_information', 'timescaledb_experimental', 'tscl_migrate')
           AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                            WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid
                              AND e.deptype = 'e')
           AND NOT EXISTS (SELECT FROM _timescaledb_catalog.hypertable h
                            WHERE (h.schema_name, h.table_name) = (n.nspname, c.relname) AND h.replication_factor > 0)
         ORDER BY n.nspname, c.relname
        """
}
