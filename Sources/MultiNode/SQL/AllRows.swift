/// That a query returns all rows of a table, whatever the server, its database or the role has set.
package enum AllRows {
    /// With these off, TimescaleDB does not read rows that are compressed. The second is what later versions have instead, as 2.28.
    static let readers = ["timescaledb.enable_transparent_decompression", "timescaledb.enable_columnarscan"]

    /// With it on, PostgreSQL takes a page that is damaged for an empty one.
    private static let skipper = "zero_damaged_pages"

    /// In the list of a SELECT, in a transaction whose settings they are. A row that a policy hides is an error; a server that
    /// lacks a setting is left as it is.
    static let settings: SQL = list(isLocal: true)

    /// For a session that tscl has for itself: one row.
    package static let ofSession: SQL = "SELECT \(raw: list(isLocal: false))"

    /// For a transaction in a session that others have, too: one row.
    package static let ofTransaction: SQL = "SELECT \(raw: settings)"

    private static func list(isLocal: Bool) -> SQL {
        let end: SQL = isLocal ? "true" : "false"
        let read = readers.map { name -> SQL in
            """
            CASE WHEN pg_catalog.current_setting(\(literal: name), true) IS NOT NULL
                            THEN pg_catalog.set_config(\(literal: name), 'on', \(raw: end)) END
            """
        }
        let damaged: SQL = """
            CASE WHEN pg_catalog.current_setting(\(literal: skipper)) = 'on'
                            THEN pg_catalog.set_config(\(literal: skipper), 'off', \(raw: end)) END
            """
        let hidden: SQL = "pg_catalog.set_config('row_security', 'off', \(raw: end))"
        return ([hidden] + read + [damaged]).joined(separator: ",\n               ")
    }
}
