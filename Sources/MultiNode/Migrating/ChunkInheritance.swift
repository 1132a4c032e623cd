/// That a chunk has its columns and checks from its hypertable alone.
///
/// A table that is attached keeps them as its own: what is dropped from the hypertable stays in such a chunk, refuses rows
/// there, and comes back with its values when a column of that name is added. No command of SQL changes that; pg_dump writes
/// the same into the catalog for an upgrade. Only a superuser may.
package enum ChunkInheritance {
    static func statements(of table: TableName) -> [SQL] {
        let relation: SQL = "\(literal: table.quoted)::pg_catalog.regclass"
        return [columns("= \(raw: relation)"), checks("= \(raw: relation)")]
    }

    private static func columns(_ condition: SQL) -> SQL {
        """
        UPDATE pg_catalog.pg_attribute SET attislocal = false
         WHERE attrelid \(raw: condition) AND attnum > 0 AND attinhcount > 0 AND attislocal
        """
    }

    private static func checks(_ condition: SQL) -> SQL {
        """
        UPDATE pg_catalog.pg_constraint SET conislocal = false
         WHERE conrelid \(raw: condition) AND coninhcount > 0 AND conislocal
        """
    }

    /// For the target: the same of all chunks that an earlier tscl has copied; nothing where the role is no superuser.
    static let ofCopied: SQL = {
        let tables: SQL = """
            IN (SELECT pg_catalog.to_regclass(pg_catalog.format('%I.%I', x.schema_name, x.table_name))::pg_catalog.oid
                  FROM tscl_migrate.chunk m
                  JOIN _timescaledb_catalog.chunk k ON k.schema_name = m.target_schema AND k.table_name = m.target_name
                  JOIN _timescaledb_catalog.chunk x ON x.id IN (k.id, k.compressed_chunk_id))
            """
        let body: SQL = """
            BEGIN
              IF (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = CURRENT_USER) THEN
                \(raw: columns(tables));
                \(raw: checks(tables));
              END IF;
            END
            """
        return "DO \(literal: body.inlined)"
    }()
}
