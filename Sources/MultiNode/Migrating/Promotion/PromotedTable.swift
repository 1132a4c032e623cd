/// What the access node has of a table of a promoted node.
///
/// A COPY into a distributed hypertable connects to its nodes before any trigger can refuse it, and where one is not to be had
/// the session of 2.13.1 crashes, and with it the whole access node. So the table has another name there as long as the node
/// is on its own; its own name has a view, which tells where the table is.
package struct PromotedTable: Sendable, Equatable {
    /// The name that it has on the node that is on its own.
    package let table: TableName
    /// What the access node calls it now; nil where it was dropped there.
    package let here: TableName?
    /// Whether the view is there.
    package let isTold: Bool

    /// - Parameter row: of ``list(_:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        table = TableName(schema: row["schema"], name: row["name"] ?? "")
        here = row["here"].map { TableName(schema: row["schema"], name: $0) }
        isTold = row.flag("is_told")
    }

    /// An earlier tscl has left it its name.
    package var isRenamed: Bool { here != nil && here != table }

    /// What has to be held on the access node before its name is given back: the table, and the view that has it.
    package var held: [TableName] { (here.map { [$0] } ?? []) + (isTold ? [table] : []) }

    /// For the access node: one row for each table of a promotion, in the order of the record.
    package static func list(_ record: PromotionRecord) -> SQL {
        """
        SELECT w.schema, w.name, h.here, v.oid IS NOT NULL AS is_told
          FROM ROWS FROM (pg_catalog.unnest(\(record.tables.map { $0.schema ?? "public" }, type: "name[]")),
                          pg_catalog.unnest(\(record.tables.map(\.name), type: "name[]")),
                          pg_catalog.unnest(\(record.asides.map(\.name), type: "name[]")))
                 WITH ORDINALITY AS w (schema, name, aside, place)
          LEFT JOIN LATERAL (SELECT t.table_name AS here FROM _timescaledb_catalog.hypertable t
                              WHERE t.schema_name = w.schema AND t.table_name IN (w.name, w.aside) AND t.replication_factor > 0
                              ORDER BY t.table_name <> w.name LIMIT 1) h ON true
          LEFT JOIN (SELECT c.oid, n.nspname, c.relname
                       FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                      WHERE \(raw: isNotice("c"))) v
               ON (v.nspname, v.relname) = (w.schema, w.name)
         ORDER BY w.place
        """
    }

    /// Whether a relation is such a view.
    ///
    /// - Parameter relation: what `pg_class` is called in the query.
    static func isNotice(_ relation: SQL) -> SQL {
        """
        (\(raw: relation).relkind = 'v'
            AND EXISTS (SELECT FROM pg_catalog.pg_trigger g WHERE g.tgrelid = \(raw: relation).oid AND g.tgname = \(literal: SwapGuard.name)))
        """
    }

    // MARK: The view that tells

    /// For the access node, with a `search_path` of `pg_catalog` alone: the columns of a table in their order, `name` and `type`.
    package static func columns(of table: TableName) -> SQL {
        """
        SELECT attname AS name, pg_catalog.format_type(atttypid, atttypmod) AS type FROM pg_catalog.pg_attribute
         WHERE attrelid = pg_catalog.to_regclass(\(literal: table.quoted)) AND attnum > 0 AND NOT attisdropped
         ORDER BY attnum
        """
    }

    /// The COPY statements that are at work: `pid` and `began`. One that waited for a table that has lost its name finds none of
    /// its name, which is an error; if it found a view, it would go on into the table.
    package static let copying: SQL = """
        SELECT pid, query_start AS began FROM pg_catalog.pg_stat_activity
         WHERE datname = pg_catalog.current_database() AND state = 'active' AND query ~* '^\\s*copy\\M'
        """

    /// What the views raise.
    package static let functions: [SQL] = {
        let query: SQL = "BEGIN RAISE EXCEPTION '%', what USING ERRCODE = '55000'; END"
        let row: SQL = "BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = '55000'; END"
        return [
            """
            CREATE OR REPLACE FUNCTION tscl_migrate.moved(what text) RETURNS SETOF record LANGUAGE plpgsql AS \(literal: query.inlined)
            """,
            "CREATE OR REPLACE FUNCTION tscl_migrate.moved() RETURNS trigger LANGUAGE plpgsql AS \(literal: row.inlined)",
        ]
    }()

    static let dropFunctions: SQL = "DROP FUNCTION IF EXISTS tscl_migrate.moved(text), tscl_migrate.moved()"

    /// Lets whoever asks for the table by its name know where it is. It has the table's columns, so that nothing else is complained
    /// of, and whoever may connect may ask it, as it tells nothing else. They come from a function, so that no condition on them
    /// is known to be false before that is called.
    ///
    /// - Parameters:
    ///   - columns: of ``columns(of:)``.
    ///   - node: with the database that it has.
    package func telling(_ columns: [[String: String?]], _ node: DataNode) -> [SQL] {
        let what =
            "\(table.shownName) is on \(node.name) now, which is a server of its own: connect there (host=\(node.host) port=\(node.port) dbname=\(node.database))"
        let list = columns.map { column -> SQL in
            let type = SQL.fromCatalog((column["type"] ?? nil) ?? "text")
            return "\(identifier: (column["name"] ?? nil) ?? "") \(raw: type)"
        }
        return [
            """
            CREATE VIEW \(qualified: table) AS SELECT * FROM tscl_migrate.moved(\(literal: what)) AS m (\(raw: list.joined(separator: ", ")))
            """,
            """
            CREATE TRIGGER \(identifier: SwapGuard.name) INSTEAD OF INSERT OR UPDATE OR DELETE ON \(qualified: table) \
            FOR EACH ROW EXECUTE FUNCTION tscl_migrate.moved(\(literal: what))
            """,
            "GRANT ALL ON \(qualified: table) TO PUBLIC",
        ]
    }

    // MARK: Names

    /// Takes the name away, on the access node and, with its transaction, on the nodes.
    static func settingAside(_ table: TableName) -> SQL {
        TableSwap.rename(table, to: MigrationNames.aside(of: table))
    }

    /// For the access node: its own name again.
    var namingBack: [SQL] {
        let view: [SQL] = isTold ? ["DROP VIEW \(qualified: table)"] : []
        guard let here else { return view }
        return view + [SwapGuard.lift(from: here)] + (isRenamed ? [TableSwap.rename(here, to: table)] : [])
    }

    /// For the node, where the table is nobody's member: its own name again, if the access node has taken that.
    static func namingBackThere(_ table: TableName) -> SQL {
        let aside = MigrationNames.aside(of: table)
        let body: SQL = """
            BEGIN
              IF EXISTS (SELECT FROM _timescaledb_catalog.hypertable
                          WHERE (schema_name, table_name) = (\(literal: aside.schema ?? "public"), \(literal: aside.name)))
                 AND pg_catalog.to_regclass(\(literal: table.quoted)) IS NULL THEN
                \(raw: TableSwap.rename(aside, to: table));
              END IF;
            END
            """
        return "DO \(literal: body.inlined)"
    }
}
