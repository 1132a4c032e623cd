/// What the access node has besides distributed hypertables, which does not come to data nodes by itself.
package struct OtherRelation: Sendable, Hashable {
    package enum Kind: String, Sendable {
        case table, view, sequence, function, procedure, aggregated = "aggregate", type, job, hypertable, `extension`
        case foreign = "foreign table"
        case materialized = "materialized view"
        case aggregate = "continuous aggregate"
    }

    let kind: Kind
    package let name: TableName
    /// Of a function, as PostgreSQL writes them; nil for what has none.
    private let arguments: String?

    package var isAggregate: Bool { kind == .aggregate }

    /// Whether `pg_dump -t` brings it.
    package var isDumped: Bool {
        switch kind {
        case .table, .view, .materialized, .sequence, .foreign: true
        // Of a hypertable it would bring no row, and a trigger that refuses them.
        case .hypertable, .aggregate, .function, .procedure, .aggregated, .type, .job, .extension: false
        }
    }

    package var isHypertable: Bool { kind == .hypertable }
    package var isExtension: Bool { kind == .extension }

    /// Whether a data node may have the same, as tables that are distributed may need it.
    package var mayBeThere: Bool {
        switch kind {
        case .table, .view, .materialized, .aggregate, .hypertable: false
        case .sequence, .foreign, .function, .procedure, .aggregated, .type, .job, .extension: true
        }
    }

    /// `the function f(integer)`
    package var shown: String {
        "the \(kind.rawValue)\(kind == .job ? " of" : "") \(name.shownName)\(arguments.map { "(\($0))" } ?? "")"
    }

    /// - Parameter row: of ``list``.
    package init(row: [String: String?]) {
        let row = Row(row)
        kind = row["kind"].flatMap(Kind.init) ?? .table
        name = TableName(schema: row["schema"], name: row["name"] ?? "")
        arguments = row["arguments"]
    }

    /// For the access node, or a data node: those of users, by name. A sequence that belongs to a column, or gives a
    /// distributed hypertable its values, comes along with it.
    package static let list: SQL = """
        SELECT CASE WHEN a.mat_hypertable_id IS NOT NULL THEN 'continuous aggregate' WHEN c.relkind = 'v' THEN 'view'
                    WHEN c.relkind = 'm' THEN 'materialized view' WHEN c.relkind = 'f' THEN 'foreign table'
                    WHEN c.relkind = 'S' THEN 'sequence' WHEN c.relkind = 'c' THEN 'type'
                    WHEN l.id IS NOT NULL THEN 'hypertable' ELSE 'table' END AS kind,
               n.nspname AS schema, c.relname::text AS name, NULL AS arguments
          FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          LEFT JOIN _timescaledb_catalog.continuous_agg a
            ON (a.user_view_schema, a.user_view_name) = (n.nspname, c.relname)
          LEFT JOIN _timescaledb_catalog.hypertable l
            ON (l.schema_name, l.table_name) = (n.nspname, c.relname) AND l.replication_factor IS NULL
         WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c') AND \(raw: isOfUser) AND NOT \(raw: PromotedTable.isNotice("c"))
           AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend o
                            WHERE c.relkind = 'S' AND o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                              AND o.objid = c.oid AND o.refobjsubid > 0 AND o.deptype IN ('a', 'i'))
           AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend u
                             JOIN pg_catalog.pg_attrdef d ON d.oid = u.objid
                             JOIN pg_catalog.pg_class t ON t.oid = d.adrelid
                             JOIN pg_catalog.pg_namespace s ON s.oid = t.relnamespace
                             JOIN _timescaledb_catalog.hypertable h
                               ON (h.schema_name, h.table_name) = (s.nspname, t.relname) AND h.replication_factor > 0
                            WHERE c.relkind = 'S' AND u.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
                              AND u.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND u.refobjid = c.oid)
           AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                            WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid
                              AND e.deptype = 'e')
           AND NOT EXISTS (SELECT FROM _timescaledb_catalog.hypertable h
                            WHERE (h.schema_name, h.table_name) = (n.nspname, c.relname) AND h.replication_factor > 0)
        UNION ALL
        \(raw: routines)
        UNION ALL
        SELECT 'type', n.nspname, y.typname::text, NULL
          FROM pg_catalog.pg_type y
          JOIN pg_catalog.pg_namespace n ON n.oid = y.typnamespace
         WHERE y.typtype IN ('d', 'e', 'r') AND \(raw: isOfUser)
           AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                            WHERE e.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND e.objid = y.oid
                              AND e.deptype = 'e')
        UNION ALL
        SELECT 'extension', n.nspname, x.extname::text, NULL
          FROM pg_catalog.pg_extension x
          JOIN pg_catalog.pg_namespace n ON n.oid = x.extnamespace
         WHERE x.extname NOT IN ('plpgsql', 'timescaledb')
        UNION ALL
        \(raw: jobs)
         ORDER BY 2, 3, 1, 4
        """

    /// For any server: the functions and procedures of users.
    package static let routines: SQL = """
        SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END AS kind,
               n.nspname AS schema, p.proname::text AS name, pg_catalog.pg_get_function_identity_arguments(p.oid) AS arguments
          FROM pg_catalog.pg_proc p
          JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
         WHERE \(raw: isOfUser)
           AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                            WHERE e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND e.objid = p.oid
                              AND e.deptype IN ('e', 'i'))
        """

    private static let jobs: SQL = """
        SELECT 'job', j.proc_schema, j.proc_name::text, NULL
          FROM _timescaledb_config.bgw_job j
         WHERE j.id >= 1000 AND j.proc_schema::text NOT LIKE '\\_timescaledb\\_%'
        """

    /// For the access node: these, and the jobs of users.
    package static let routinesAndJobs: SQL = """
        \(raw: routines)
        UNION ALL
        \(raw: jobs)
         ORDER BY 2, 3, 1, 4
        """

    /// Of a schema as `n`.
    private static let isOfUser: SQL = """
        n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT LIKE '\\_timescaledb\\_%'
           AND n.nspname NOT IN ('information_schema', 'timescaledb_information', 'timescaledb_experimental', 'tscl_migrate')
        """
}
