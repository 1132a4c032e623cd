/// The identity that all databases of a cluster share: `dist_uuid` in `_timescaledb_catalog.metadata`.
package enum ClusterIdentity {
    /// For the access node and for data nodes; one row, or none in a database that belongs to no cluster.
    package static let query: SQL = """
        SELECT value FROM _timescaledb_catalog.metadata WHERE key = 'dist_uuid'
        """
}
