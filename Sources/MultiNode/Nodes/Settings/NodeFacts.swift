/// What `check` reads from a server besides its ``Capabilities``: settings and state that can cause trouble later.
package struct NodeFacts: Sendable, Equatable {
    /// The settings of a new session that matter to the cluster, as PostgreSQL writes them; those that this version
    /// does not have are missing.
    package let settings: [String: String]
    /// Those that other roles have of their own.
    package let roleSettings: [RoleSetting]
    /// To which points the server was restored; nil where the role may not see it.
    package let recovery: RecoveryHistory?
    /// The server's clock, in seconds since 1970.
    package let clock: Double
    /// The port that the server listens on. Clients may reach it at another one, if a proxy is between.
    package let port: Int
    /// Replication slots that a chunk copy created and that nothing uses now.
    package let idleCopySlots: [String]
    /// The databases of the server for whose moves of chunks a tscl that was killed has left `wal_retrieve_retry_interval`
    /// lowered.
    package let leftHaste: [String]

    /// - Parameter row: of ``query``.
    package init(row: [String: String?]) {
        let row = Row(row)
        var settings: [String: String] = [:]
        for name in SessionSetting.names { settings[name] = row[name] }
        self.settings = settings
        let own = row.array("role_settings").compactMap { RoleSetting($0) }
        // What is set for this database counts before what is set for all.
        roleSettings = own.filter { setting in
            SessionSetting.names.contains(setting.name)
                && !(setting.database == nil
                    && own.contains { $0.database != nil && ($0.role, $0.name) == (setting.role, setting.name) })
        }
        recovery = row["recovery"].flatMap { RecoveryHistory($0) }
        clock = row["clock"].flatMap { Double($0) } ?? 0
        port = row.optionalInteger("port") ?? 5432
        idleCopySlots = row.array("slots")
        leftHaste = row.array("left_haste")
    }

    package static let query: SQL = """
        SELECT \(raw: SessionSetting.columns),
               \(raw: RoleSetting.column) AS role_settings,
               \(raw: RecoveryHistory.column) AS recovery,
               extract(epoch FROM pg_catalog.clock_timestamp()) AS clock,
               pg_catalog.current_setting('port') AS port,
               ARRAY(SELECT slot_name FROM pg_catalog.pg_replication_slots
                      WHERE slot_name LIKE 'ts\\_copy\\_%' AND NOT active ORDER BY slot_name) AS slots,
               ARRAY(\(raw: RetryInterval.left)) AS left_haste
        """
}
