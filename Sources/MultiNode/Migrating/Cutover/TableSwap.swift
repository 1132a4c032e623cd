/// The exchange of the names of two tables, with their indexes and what else bears names that collide.
///
/// PostgreSQL finds the table of a waiting statement by its name once more after the lock, so that a writer that waited
/// goes on in the table that has the name then: this was tried with INSERT, UPDATE and DELETE, simple, prepared, with a
/// generic plan, and out of PL/pgSQL. COPY is the exception. TimescaleDB keeps the hypertable that it found before it
/// waited: of a distributed one it then sends the old name to the data nodes, which have it no more, and fails; into a
/// plain one it would go on writing. So the table that loses its name gets a trigger that refuses every change.
package struct TableSwap: Sendable {
    /// Has the name, and loses it.
    let leaving: TableName
    /// Gets it.
    let coming: TableName
    /// What the leaving one is called then.
    let aside: TableName
    /// What the coming one's are called before, and the leaving one's afterwards.
    let renames: [(rename: MigrationRename, leaving: String, coming: String)]

    /// The old table's name for the new one.
    package static func cutover(_ migration: Migration, _ renames: [MigrationRename]) -> TableSwap {
        TableSwap(
            leaving: migration.source, coming: migration.target, aside: migration.aside,
            renames: renames.map { ($0, MigrationNames.old($0.name), $0.new) })
    }

    /// The other way round.
    package static func undo(_ migration: Migration, _ renames: [MigrationRename]) -> TableSwap {
        TableSwap(
            leaving: migration.source, coming: migration.aside, aside: migration.target,
            renames: renames.map { ($0, $0.new, MigrationNames.old($0.name)) })
    }

    /// Where the new table is on another server: the old one only loses its name.
    package static func leave(_ migration: Migration) -> [SQL] {
        [rename(migration.source, to: migration.aside)]
    }

    package static func comeBack(_ migration: Migration) -> [SQL] {
        [rename(migration.aside, to: migration.source)]
    }

    static func rename(_ table: TableName, to new: TableName) -> SQL {
        "ALTER TABLE \(qualified: table) RENAME TO \(identifier: new.name)"
    }

    package var statements: [SQL] {
        var statements = [Self.rename(leaving, to: aside)]
        statements += renames.map { $0.rename.statement(from: $0.rename.name, to: $0.leaving, of: aside) }
        statements.append(Self.rename(coming, to: leaving))
        statements += renames.map { $0.rename.statement(from: $0.coming, to: $0.rename.name, of: leaving) }
        return statements
    }
}

/// The trigger that keeps the table from being written that has lost its name.
package enum SwapGuard {
    static let name = "tscl_migrated"

    /// Of a distributed table: for each statement, on the access node and, for COPY, on the data nodes. Its function is one
    /// that they all have; it refuses whatever it is called for, and names the table.
    package static func refuseAll(on table: TableName, _ capabilities: Capabilities) -> [SQL] {
        [
            """
            CREATE TRIGGER \(identifier: name) BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON \(qualified: table) \
            FOR EACH STATEMENT EXECUTE FUNCTION \(raw: capabilities.internalFunction("insert_blocker"))()
            """
        ]
    }

    /// Of a plain one: for each row, as COPY goes to the chunks.
    package static func refuseRows(of table: TableName) -> [SQL] {
        let body: SQL = """
            BEGIN
              RAISE EXCEPTION 'this table has lost its name to another one (%)', TG_TABLE_NAME USING ERRCODE = '55000';
            END
            """
        return [
            """
            CREATE OR REPLACE FUNCTION tscl_migrate.refuse() RETURNS trigger LANGUAGE plpgsql AS \(literal: body.inlined)
            """,
            """
            CREATE TRIGGER \(identifier: name) BEFORE INSERT OR UPDATE OR DELETE ON \(qualified: table) \
            FOR EACH ROW EXECUTE FUNCTION tscl_migrate.refuse()
            """,
        ]
    }

    /// Whether a table has it: one value.
    package static func isOn(_ table: TableName) -> SQL {
        """
        SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger
                        WHERE tgrelid = pg_catalog.to_regclass(\(literal: table.quoted)) AND tgname = \(literal: name))
                   AS is_on
        """
    }

    /// For the access node: the hypertables that have it, and a name as old tables have; columns `id`, `schema` and `name`.
    package static let oldTables: SQL = """
        SELECT h.id, n.nspname AS schema, c.relname AS name
          FROM pg_catalog.pg_trigger t
          JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          JOIN _timescaledb_catalog.hypertable h ON (h.schema_name, h.table_name) = (n.nspname, c.relname)
         WHERE t.tgname = \(literal: name) AND c.relname LIKE \(literal: "%" + MigrationNames.oldMark.replacing("_", with: "\\_"))
         ORDER BY 2, 3
        """

    package static func lift(from table: TableName) -> SQL {
        "DROP TRIGGER IF EXISTS \(identifier: name) ON \(qualified: table)"
    }
    /// For a database that has migrated in place, where no migration is recorded any more: what a killed undo has left on the plain
    /// tables that it has kept. COPY that waited for one of them has seen it by then, as it waited in front of this.
    static let liftFromKept: SQL = {
        let body: SQL = """
            DECLARE
              kept pg_catalog.regclass;
            BEGIN
              FOR kept IN
                SELECT t.tgrelid::pg_catalog.regclass
                  FROM pg_catalog.pg_trigger t
                  JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
                  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  JOIN _timescaledb_catalog.hypertable h ON (h.schema_name, h.table_name) = (n.nspname, c.relname)
                 WHERE t.tgname = \(literal: name)
                   AND t.tgfoid = pg_catalog.to_regprocedure('tscl_migrate.refuse()')
              LOOP
                EXECUTE pg_catalog.format('DROP TRIGGER %I ON %s', \(literal: name), kept);
              END LOOP;
            END
            """
        return "DO \(literal: body.inlined)"
    }()
}
