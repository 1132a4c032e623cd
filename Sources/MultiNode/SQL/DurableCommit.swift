/// That a COMMIT is told only once it outlasts a crash of the server, whatever its role or database has set: what other servers
/// have committed with it, or do behind it, does not come back.
package enum DurableCommit {
    /// For a transaction.
    package static let ofTransaction: SQL = """
        SELECT pg_catalog.set_config('synchronous_commit', 'on', true)
         WHERE pg_catalog.current_setting('synchronous_commit') = 'off'
        """
}
