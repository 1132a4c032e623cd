/// Chunks of a table that have columns or checks of their own, as an earlier tscl has made them.
///
/// What is dropped from their table stays in them, and then they take no rows any more: INSERT and COPY end with "could not
/// convert row type".
package struct IndependentChunks: Sendable, Equatable {
    /// What they inherit from: a hypertable, or TimescaleDB's own table of the compressed rows of one.
    private let parent: TableName
    /// The hypertable as users know it.
    private let table: TableName
    /// How many chunks have as their own what they inherit; and how many have a column, or a check, that their table has not.
    private let keeping: Int
    private let withColumns: Int
    private let withChecks: Int
    /// Which these are, each once.
    private let columns: [String]
    private let checks: [String]

    /// - Parameter row: of ``query``.
    package init(row: [String: String?]) {
        let row = Row(row)
        parent = TableName(schema: row["parent_schema"], name: row["parent_name"] ?? "")
        table = TableName(schema: row["schema"], name: row["name"] ?? "")
        keeping = row.integer("keeping")
        withColumns = row.integer("with_columns")
        withChecks = row.integer("with_checks")
        columns = row.array("columns")
        checks = row.array("checks")
    }

    /// For any server with TimescaleDB: one row for each table that has such chunks. Chunks that TimescaleDB has made have all of
    /// theirs from their table alone, but for the checks of their ranges.
    package static let query: SQL = """
        WITH chunk AS (
            SELECT h.schema_name AS parent_schema, h.table_name AS parent_name,
                   COALESCE(u.schema_name, h.schema_name) AS schema, COALESCE(u.table_name, h.table_name) AS name, i.inhrelid AS oid
              FROM _timescaledb_catalog.hypertable h
              JOIN pg_catalog.pg_inherits i
                ON i.inhparent = pg_catalog.to_regclass(pg_catalog.format('%I.%I', h.schema_name, h.table_name))
              LEFT JOIN _timescaledb_catalog.hypertable u ON u.compressed_hypertable_id = h.id
        ), own AS (
            SELECT k.*, EXISTS (SELECT FROM pg_catalog.pg_attribute a
                                 WHERE a.attrelid = k.oid AND a.attnum > 0 AND a.attislocal AND a.attinhcount > 0)
                        OR EXISTS (SELECT FROM pg_catalog.pg_constraint c
                                    WHERE c.conrelid = k.oid AND c.contype = 'c' AND c.conislocal AND c.coninhcount > 0) AS keeps,
                   ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
                          WHERE a.attrelid = k.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attinhcount = 0
                          ORDER BY a.attnum) AS columns,
                   ARRAY(SELECT c.conname::text FROM pg_catalog.pg_constraint c
                          WHERE c.conrelid = k.oid AND \(raw: isLeft) ORDER BY 1) AS checks
              FROM chunk k
        )
        SELECT parent_schema, parent_name, schema, name, pg_catalog.count(*) FILTER (WHERE keeps) AS keeping,
               pg_catalog.count(*) FILTER (WHERE columns <> '{}') AS with_columns,
               pg_catalog.count(*) FILTER (WHERE checks <> '{}') AS with_checks,
               ARRAY(SELECT DISTINCT x FROM own w CROSS JOIN LATERAL pg_catalog.unnest(w.columns) x
                      WHERE (w.parent_schema, w.parent_name) = (o.parent_schema, o.parent_name) ORDER BY 1) AS columns,
               ARRAY(SELECT DISTINCT x FROM own w CROSS JOIN LATERAL pg_catalog.unnest(w.checks) x
                      WHERE (w.parent_schema, w.parent_name) = (o.parent_schema, o.parent_name) ORDER BY 1) AS checks
          FROM own o
         WHERE keeps OR columns <> '{}' OR checks <> '{}'
         GROUP BY parent_schema, parent_name, schema, name
         ORDER BY schema, name, parent_schema, parent_name
        """

    /// That a constraint `c` is a check that the table has not, and not that of a range.
    private static let isLeft: SQL = """
        c.contype = 'c' AND c.coninhcount = 0
                            AND NOT EXISTS (SELECT FROM _timescaledb_catalog.chunk_constraint z
                                              JOIN _timescaledb_catalog.chunk y ON y.id = z.chunk_id
                                             WHERE z.dimension_slice_id IS NOT NULL AND z.constraint_name = c.conname
                                               AND pg_catalog.to_regclass(pg_catalog.format('%I.%I', y.schema_name, y.table_name)) = c.conrelid)
        """

    // MARK: What mends them

    /// Of the access node, where the tables are that have left in place.
    package var findings: [Finding] {
        obstacles.map { Finding(.warning, Finding.accessNode, $0.text, remedy: $0.remedies.joined(separator: "; ")) }
    }

    package var obstacles: [UpdateObstacle] {
        var found: [UpdateObstacle] = []
        let name = table.shownName
        if keeping > 0 {
            found.append(
                UpdateObstacle(
                    "\(Self.chunks(keeping)) of \(name) keep\(keeping == 1 ? "s" : "") what is dropped from it, as an earlier tscl has made \(keeping == 1 ? "it" : "them"): behind ALTER TABLE … DROP COLUMN no row could be written there",
                    [
                        "as a superuser: \(inheriting("pg_attribute", "attrelid", "attislocal", "attnum > 0 AND attinhcount > 0")) \(inheriting("pg_constraint", "conrelid", "conislocal", "contype = 'c' AND coninhcount > 0"))"
                    ],
                    forbids: false))
        }
        if withColumns > 0 {
            found.append(
                UpdateObstacle(
                    "\(Self.chunks(withColumns)) of \(name) \(withColumns == 1 ? "has" : "have") \(columns.listed), which it has no more: INSERT and COPY fail there",
                    [
                        "as a superuser, which drops what is left there of \(columns.listed): "
                            + dropping(
                                "SELECT a.attname FROM pg_catalog.pg_attribute a WHERE a.attrelid = i.inhrelid AND a.attnum > 0 AND NOT a.attisdropped AND a.attinhcount = 0",
                                "DROP COLUMN")
                    ], forbids: false))
        }
        if withChecks > 0 {
            found.append(
                UpdateObstacle(
                    "\(Self.chunks(withChecks)) of \(name) \(withChecks == 1 ? "has" : "have") \(checks.listed), which it has no more, and refuse\(withChecks == 1 ? "s" : "") rows by that",
                    [
                        "as a superuser: "
                            + dropping(
                                "SELECT c.conname FROM pg_catalog.pg_constraint c WHERE c.conrelid = i.inhrelid AND c.contype = 'c' AND c.coninhcount = 0 AND c.conname IN (\(checks.map(Quoting.literal).joined(separator: ", ")))",
                                "DROP CONSTRAINT")
                    ], forbids: false))
        }
        return found
    }

    private static func chunks(_ count: Int) -> String { count == 1 ? "1 chunk" : "\(count) chunks" }

    private var children: String {
        "SELECT i.inhrelid FROM pg_catalog.pg_inherits i WHERE i.inhparent = \(Quoting.literal(parent.quoted))::pg_catalog.regclass"
    }

    private func inheriting(_ catalog: String, _ relation: String, _ mark: String, _ condition: String) -> String {
        "UPDATE pg_catalog.\(catalog) SET \(mark) = false WHERE \(mark) AND \(condition) AND \(relation) IN (\(children));"
    }

    /// TimescaleDB lets nobody alter a chunk so, unless it is told that it is restored.
    private func dropping(_ names: String, _ what: String) -> String {
        let body = """
            DECLARE x record; BEGIN FOR x IN SELECT i.inhrelid::pg_catalog.regclass AS chunk, n.* FROM pg_catalog.pg_inherits i \
            CROSS JOIN LATERAL (\(names)) AS n (name) WHERE i.inhparent = \(Quoting.literal(parent.quoted))::pg_catalog.regclass \
            LOOP EXECUTE pg_catalog.format('ALTER TABLE %s \(what) %I', x.chunk, x.name); END LOOP; END
            """
        return "SET timescaledb.restoring = 'on'; DO \(Quoting.literal(body)); RESET timescaledb.restoring;"
    }
}
