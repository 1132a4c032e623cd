/// Whether a node's server was started behind a copy: then it may be an older state of it, as a standby or a backup that has taken its
/// place, whose log has gone past the place again that was recorded.
///
/// The two servers' clocks may differ. So each tells by its own how long ago that was.
package enum RestartedSource {
    /// For the target: how long ago a chunk was copied, in milliseconds; one value, NULL where that is not known.
    package static func age(ofCopy id: Int, ofCluster cluster: String) -> SQL {
        """
        SELECT (EXTRACT(epoch FROM pg_catalog.clock_timestamp() - copied_at) * 1000)::bigint AS age FROM tscl_migrate.chunk
         WHERE cluster = \(cluster, type: "text") AND source_id = \(id)
        """
    }

    /// For the node: how long its server has been up, in milliseconds; one value.
    package static let age: SQL = """
        SELECT (EXTRACT(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.pg_postmaster_start_time()) * 1000)::bigint AS age
        """

    /// How far the two may be apart that are told one behind the other, in milliseconds.
    private static let grain = 1000

    /// - Parameters:
    ///   - server: how long it has been up.
    ///   - copy: how long ago the copy was made; both nil where that is not known, and so may be anything.
    package static func isRestarted(_ server: Int?, since copy: Int?) -> Bool {
        guard let server, let copy else { return true }
        return server < copy + grain
    }
}
