/// Which table bears the name of the one that a migration has made. Whoever dropped that may have given its name to another,
/// which is nobody's copy: it is neither written nor renamed nor dropped.
package struct NewTable: Sendable, Equatable {
    /// Whether a table, or anything else, has the name.
    package let isThere: Bool
    /// Whether that is the one that the migration has made.
    package let isMade: Bool
    /// What that one is called instead; nil where it has the name or is gone, or nobody can tell.
    package let nameNow: TableName?

    /// - Parameter row: of ``Migration/newTable(as:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        isThere = row.flag("is_there")
        isMade = isThere && row.flag("is_made")
        nameNow = row["name_now"].map { TableName(schema: row["schema_now"], name: $0) }
    }
}

extension Migration {
    /// For the target: one row for ``NewTable``; none where the migration is not recorded.
    ///
    /// - Parameter name: what the new table should be called at that moment.
    package func newTable(as name: TableName) -> SQL {
        """
        SELECT \(raw: Self.relation(name)) IS NOT NULL AS is_there, \(raw: Self.isMade("h", as: name)) AS is_made,
               n.nspname AS schema_now, c.relname AS name_now
          FROM tscl_migrate.hypertable h
          LEFT JOIN pg_catalog.pg_class c
            ON c.oid = \(raw: Self.recorded("h")) AND c.oid IS DISTINCT FROM \(raw: Self.relation(name))
          LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE h.cluster = \(cluster, type: "text") AND h.source_id = \(String(sourceID), type: "int")
        """
    }

    /// Keeps a table as it is, and its name, until the transaction ends.
    package static func hold(_ table: TableName) -> SQL {
        "LOCK TABLE \(qualified: table) IN ACCESS EXCLUSIVE MODE"
    }

    static func relation(_ name: TableName) -> SQL {
        "pg_catalog.to_regclass(\(literal: name.quoted))::pg_catalog.oid"
    }

    /// NULL where an earlier tscl has made the table, whose records have no such column.
    private static func recorded(_ record: SQL) -> SQL {
        "(pg_catalog.to_jsonb(\(raw: record)) ->> 'target_relation')::pg_catalog.oid"
    }

    /// Whether the table of a name is the one that the migration of a record has made. Where an earlier tscl has made it, it is
    /// known by the chunks that were copied to it, which have its number in their names; and before the first is copied, by
    /// having none.
    ///
    /// - Parameter record: the name that `tscl_migrate.hypertable` has in the query.
    static func isMade(_ record: SQL, as name: TableName) -> SQL {
        let chunks: SQL = """
            FROM tscl_migrate.chunk m
                                        LEFT JOIN _timescaledb_catalog.chunk k
                                          ON k.schema_name = m.target_schema AND k.table_name = m.target_name
                                       WHERE m.cluster = \(raw: record).cluster AND m.hypertable_id = \(raw: record).source_id
                                         AND m.target_name IS NOT NULL
            """
        return """
            COALESCE(\(raw: recorded(record)) = \(raw: relation(name)), EXISTS (
                   SELECT FROM _timescaledb_catalog.hypertable t
                    WHERE t.schema_name = \(literal: name.schema ?? "public") AND t.table_name = \(literal: name.name)
                      AND CASE WHEN EXISTS (SELECT \(raw: chunks))
                               THEN EXISTS (SELECT \(raw: chunks)
                                         AND (k.hypertable_id = t.id OR m.target_name LIKE '\\_tscl\\_' || t.id || '\\_%'))
                               ELSE NOT EXISTS (SELECT FROM _timescaledb_catalog.chunk k WHERE k.hypertable_id = t.id) END))
            """
    }
}
