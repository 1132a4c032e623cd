/// That one session at a time cuts a table over, takes that back, or ends it: an advisory lock of the access node, gone with
/// the session.
package enum MigrationClaim {
    /// `tscn`, beside those of chunks and tables that are moved.
    private static let migrations = 0x7473_636E

    /// The same for the promotion of a node, which is of all tables.
    package static let takePromotion: SQL =
        "SELECT pg_catalog.pg_try_advisory_lock(\(literal: migrations), 0) AS is_taken"
    package static let releasePromotion: SQL =
        "SELECT pg_catalog.pg_advisory_unlock(\(literal: migrations), 0) AS was_taken"

    /// Whether the session has it now: one value.
    package static func take(_ migration: Migration) -> SQL {
        "SELECT pg_catalog.pg_try_advisory_lock(\(literal: migrations), \(literal: migration.sourceID)) AS is_taken"
    }

    package static func release(_ migration: Migration) -> SQL {
        "SELECT pg_catalog.pg_advisory_unlock(\(literal: migrations), \(literal: migration.sourceID)) AS was_taken"
    }
}
