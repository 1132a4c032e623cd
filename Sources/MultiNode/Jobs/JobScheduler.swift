/// The background worker of TimescaleDB that begins the jobs of a database.
package enum JobScheduler {
    /// Whether it runs in this database: `t` or `f`; NULL where the role may not see other sessions.
    package static let query: SQL = """
        SELECT CASE WHEN pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE') THEN EXISTS (
                   SELECT FROM pg_catalog.pg_stat_activity
                    WHERE datname = pg_catalog.current_database()
                      AND backend_type = 'TimescaleDB Background Worker Scheduler') END AS runs
        """
}
