/// What a server has that is to get a data node, whichever of its databases is asked.
package struct CandidateServer: Sendable {
    /// The names of its databases.
    package let databases: Set<String>
    /// The versions of TimescaleDB that can be installed there.
    package let versions: [String]

    /// - Parameter row: of ``query``.
    package init(row: [String: String?]) {
        let row = Row(row)
        databases = Set(row.array("databases"))
        versions = row.array("versions")
    }

    /// One row. For the versions the server reads a file of each extension that it has.
    package static let query: SQL = """
        SELECT ARRAY(SELECT datname FROM pg_catalog.pg_database) AS databases,
               ARRAY(SELECT version FROM pg_catalog.pg_available_extension_versions
                      WHERE name = 'timescaledb' ORDER BY version) AS versions
        """
}
