/// What a data node tells about moves of chunks from it and to it: the settings that bound them, what of these is in use,
/// and what a copy would wait for.
package struct NodeMovingFacts: Sendable, Equatable {
    /// Something that a server has so many of, and how many are in use.
    package struct Supply: Sendable, Equatable {
        package let most: Int
        package let inUse: Int

        package init(most: Int, inUse: Int = 0) {
            (self.most, self.inUse) = (most, inUse)
        }

        package var free: Int { max(0, most - inUse) }
    }

    package let walLevel: String
    /// `max_logical_replication_workers`: those that apply and those that copy.
    package let logicalWorkers: Supply
    /// `max_sync_workers_per_subscription`.
    package let syncWorkers: Int
    /// `max_worker_processes`, in use by whatever it is, but for what only one query needs.
    package let processes: Supply
    /// `max_replication_slots`.
    package let slots: Supply
    /// `max_replication_slots` again, which bounds the origins of subscriptions, too.
    package let origins: Supply
    /// `max_wal_senders`.
    package let senders: Supply
    /// `wal_retrieve_retry_interval`, in milliseconds.
    package let retryInterval: Int
    /// The oldest transactions of the server that have written something, in whichever database.
    package let writers: [OpenWriter]
    /// The oldest prepared transactions of the server, in whichever database.
    package let prepared: [PreparedWriter]
    /// The publications of all tables of its database, where somebody replicates from it.
    package let publications: [String]
    package let isSuperuser: Bool
    /// Whether the role may replicate.
    package let isReplicator: Bool

    /// - Parameter row: of ``query``.
    package init(row: [String: String?]) {
        let row = Row(row)
        func supply(_ most: String, _ inUse: String) -> Supply {
            Supply(most: row.integer(most), inUse: row.integer(inUse))
        }
        walLevel = row["wal_level"] ?? ""
        logicalWorkers = supply("max_logical_workers", "logical_workers")
        syncWorkers = row.integer("max_sync_workers")
        processes = supply("max_processes", "processes")
        slots = supply("max_slots", "slots")
        origins = supply("max_slots", "origins")
        senders = supply("max_senders", "senders")
        retryInterval = row.integer("retry_interval")
        writers = OpenWriter.list(row)
        prepared = PreparedWriter.list(row)
        publications = row.array("publications")
        isSuperuser = row.flag("superuser")
        isReplicator = row.flag("replication")
    }

    /// For a data node; one row. What a role may not see is counted as not there.
    package static let query: SQL = """
        SELECT pg_catalog.current_setting('wal_level') AS wal_level,
               pg_catalog.current_setting('max_logical_replication_workers') AS max_logical_workers,
               pg_catalog.current_setting('max_sync_workers_per_subscription') AS max_sync_workers,
               pg_catalog.current_setting('max_worker_processes') AS max_processes,
               pg_catalog.current_setting('max_replication_slots') AS max_slots,
               pg_catalog.current_setting('max_wal_senders') AS max_senders,
               (SELECT setting FROM pg_catalog.pg_settings WHERE name = 'wal_retrieve_retry_interval') AS retry_interval,
               b.logical_workers, b.processes,
               (SELECT pg_catalog.count(*) FROM pg_catalog.pg_replication_slots) AS slots,
               (SELECT pg_catalog.count(*) FROM pg_catalog.pg_replication_origin) AS origins,
               (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_replication) AS senders,
               \(raw: OpenWriter.columns),
               \(raw: PreparedWriter.columns),
               ARRAY(SELECT p.pubname FROM pg_catalog.pg_publication p
                      WHERE p.puballtables
                        AND EXISTS (SELECT FROM pg_catalog.pg_replication_slots s
                                     WHERE s.slot_type = 'logical' AND s.database = pg_catalog.current_database()
                                       AND s.slot_name !~ '^(tscl_|ts_copy_|pg_[0-9]+_sync_)')
                      ORDER BY p.pubname) AS publications,
               r.rolsuper AS superuser, r.rolreplication AS replication
          FROM pg_catalog.pg_roles r
         CROSS JOIN (
               SELECT pg_catalog.count(*) FILTER (WHERE a.backend_type LIKE 'logical replication%worker')
                          AS logical_workers,
                      pg_catalog.count(*) FILTER (WHERE a.backend_type NOT IN (\(raw: notWorkers))) AS processes
                 FROM pg_catalog.pg_stat_activity a) b
         CROSS JOIN (\(raw: OpenWriter.source)) w
         CROSS JOIN (\(raw: PreparedWriter.source)) p
         WHERE r.rolname = current_user
        """

    /// The processes of a server that need no slot of `max_worker_processes`, and the workers of one query, which end
    /// with it.
    private static let notWorkers: SQL = """
        'client backend', 'walsender', 'autovacuum launcher', 'autovacuum worker', 'background writer', 'checkpointer', \
        'walwriter', 'archiver', 'startup', 'walreceiver', 'logger', 'stats collector', 'standalone backend', \
        'parallel worker'
        """
}
