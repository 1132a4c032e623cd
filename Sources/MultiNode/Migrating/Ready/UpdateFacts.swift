/// What the update to a TimescaleDB without multi-node looks at in a database, and what it needs of the server.
package struct UpdateFacts: Sendable, Equatable {
    /// A compressed chunk whose table is no child of its hypertable's: the update script takes it out of that.
    package struct OrphanedTable: Sendable, Equatable {
        /// As SQL writes them.
        let chunk: String
        let parent: String
    }

    /// The distributed hypertables, as SQL writes their names.
    package let distributed: [TableName]
    /// Those that this database has as a data node.
    package let members: [String]
    package let nodes: [String]
    package let hasClusterIdentity: Bool
    package let orphans: [OrphanedTable]
    /// Whether chunks have numbers that the database would give again.
    package let givesNumbersAgain: Bool
    /// The versions of TimescaleDB whose files the server has.
    package let installed: [String]

    /// - Parameter row: of ``query``.
    package init(row: [String: String?]) {
        let row = Row(row)
        distributed = zip(row.array("distributed_schemas"), row.array("distributed_names"))
            .map { TableName(schema: $0, name: $1) }
        members = row.array("members")
        nodes = row.array("nodes")
        hasClusterIdentity = row.flag("has_identity")
        orphans = zip(row.array("orphans"), row.array("parents")).map { OrphanedTable(chunk: $0, parent: $1) }
        givesNumbersAgain = row.flag("gives_again")
        installed = row.array("installed")
    }

    /// For TimescaleDB 2.0 to 2.13, on an access node or not: what the script of 2.14 asks, in its order.
    package static let query: SQL = """
        SELECT ARRAY(SELECT schema_name FROM _timescaledb_catalog.hypertable
                      WHERE replication_factor > 0 ORDER BY schema_name, table_name) AS distributed_schemas,
               ARRAY(SELECT table_name FROM _timescaledb_catalog.hypertable
                      WHERE replication_factor > 0 ORDER BY schema_name, table_name) AS distributed_names,
               ARRAY(SELECT pg_catalog.format('%I.%I', schema_name, table_name) FROM _timescaledb_catalog.hypertable
                      WHERE replication_factor = -1 ORDER BY schema_name, table_name) AS members,
               ARRAY(SELECT s.srvname
                       FROM pg_catalog.pg_foreign_server s
                       JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
                      WHERE w.fdwname = 'timescaledb_fdw' ORDER BY 1) AS nodes,
               EXISTS (SELECT FROM _timescaledb_catalog.metadata WHERE key = 'dist_uuid') AS has_identity,
               o.orphans, o.parents,
               (SELECT pg_catalog.max(pg_catalog.substring(table_name::text, '_(\\d+)_chunk$')::bigint)
                  FROM _timescaledb_catalog.chunk)
                   > (SELECT last_value FROM _timescaledb_catalog.chunk_id_seq) AS gives_again,
               ARRAY(SELECT version FROM pg_catalog.pg_available_extension_versions
                      WHERE name = 'timescaledb' ORDER BY version) AS installed
          FROM (SELECT pg_catalog.array_agg(pg_catalog.format('%I.%I', c.schema_name, c.table_name) ORDER BY c.id)
                           AS orphans,
                       pg_catalog.array_agg(pg_catalog.format('%I.%I', z.schema_name, z.table_name) ORDER BY c.id)
                           AS parents
                  FROM _timescaledb_catalog.hypertable h
                  JOIN _timescaledb_catalog.hypertable z ON z.id = h.compressed_hypertable_id
                  JOIN _timescaledb_catalog.chunk c ON c.hypertable_id = z.id AND NOT c.dropped
                 WHERE NOT EXISTS (
                           SELECT FROM pg_catalog.pg_inherits i
                            WHERE i.inhrelid = pg_catalog.to_regclass(
                                      pg_catalog.format('%I.%I', c.schema_name, c.table_name))
                              AND i.inhparent = pg_catalog.to_regclass(
                                      pg_catalog.format('%I.%I', z.schema_name, z.table_name)))) o
        """

    /// For any server: the versions of TimescaleDB whose files it has, `version`.
    package static let installedVersions: SQL = """
        SELECT version FROM pg_catalog.pg_available_extension_versions WHERE name = 'timescaledb' ORDER BY version
        """

    /// Whether the server was started before its loader, timescaledb.so, was installed: one row at most, for superusers only.
    package static let loaderIsNewer: SQL = """
        SELECT (pg_catalog.pg_stat_file(pg_catalog.concat(setting, '/timescaledb.so'), true)).modification
                   > pg_catalog.pg_postmaster_start_time() AS is_newer
          FROM pg_catalog.pg_config WHERE name = 'PKGLIBDIR'
        """

    /// Whether the scripts lead from one version to the other: one value.
    package static func leads(from old: String, to new: String) -> SQL {
        """
        SELECT path IS NOT NULL AS leads FROM pg_catalog.pg_extension_update_paths('timescaledb')
         WHERE source = \(old, type: "text") AND target = \(new, type: "text")
        """
    }
}
