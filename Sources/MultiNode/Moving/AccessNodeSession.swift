/// How the sessions that an access node has on a data node are told from others there.
///
/// TimescaleDB calls them `timescaledb` only where nothing else gives them a name (`fallback_application_name` in
/// remote/connection.c): an option of the foreign server, PGAPPNAME of the access node or a SET does. So what must not leave one
/// out goes by what they are not.
package enum AccessNodeSession {
    package static let usualName = "timescaledb"

    /// What tscl's own sessions on data nodes are called, whatever the environment says.
    package static let ownName = "tscl"

    /// For a data node: whether a session `a` of `pg_stat_activity` may be one. What is no client's session is none, nor are
    /// tscl's, and those that only clean up or dump tables see to no row of anybody's.
    ///
    /// Whose a session is a role may see that may not see what it does.
    static let mayBe: SQL = """
        COALESCE(a.backend_type, 'client backend') = 'client backend' AND a.pid <> pg_catalog.pg_backend_pid()
               AND COALESCE(a.application_name, '') NOT IN (\(literal: ownName), 'pg_dump')
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_vacuum v WHERE v.pid = a.pid)
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_replication s WHERE s.pid = a.pid)
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_subscription s WHERE s.pid = a.pid)
        """

    /// Whether an application is known to be an access node's.
    ///
    /// - Parameter option: the name that the node's server gives them; nil where it gives none.
    static func isNamed(_ application: String, by option: String?) -> Bool {
        application == usualName || application == option
    }
}

extension DataNode {
    /// What its foreign server calls the access node's sessions there; nil where it does not name them.
    package var sessionName: String? { option("application_name") }
}
