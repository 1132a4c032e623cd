/// What the text of a definition depends on, as PostgreSQL writes it: the names in it, and its constants, which are read by a
/// session that may have other settings, as on another server. '01.02.2024' is another day there.
package enum DefinitionReading {
    /// Until the end of the transaction.
    package static let local = settings(isLocal: "true")
    /// For a connection of its own.
    package static let session = settings(isLocal: "false")

    private static func settings(isLocal: SQL) -> SQL {
        """
        SELECT pg_catalog.set_config('search_path', 'pg_catalog', \(raw: isLocal)),
               pg_catalog.set_config('DateStyle', 'ISO, YMD', \(raw: isLocal)),
               pg_catalog.set_config('IntervalStyle', 'postgres', \(raw: isLocal)),
               pg_catalog.set_config('extra_float_digits', '3', \(raw: isLocal)),
               pg_catalog.set_config('bytea_output', 'hex', \(raw: isLocal)),
               pg_catalog.set_config('quote_all_identifiers', 'off', \(raw: isLocal))
        """
    }
}
