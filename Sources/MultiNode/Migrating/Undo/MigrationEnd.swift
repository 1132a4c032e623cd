/// The statements with which a migration ends, one way or the other.
package enum MigrationEnd {
    /// Drops what only the old table had. Nothing is dropped with it that somebody else made: no CASCADE.
    ///
    /// - Parameter old: what the cut-over has made anew for the new table.
    package static func dropOld(_ migration: Migration, _ old: Dependents) -> [SQL] {
        old.views.reversed().map(\.dropping)
            + old.aggregates.reversed().map { "DROP MATERIALIZED VIEW \(qualified: $0.name)" }
            + ["DROP TABLE \(qualified: migration.aside)"]
    }

    /// Before the cut-over: the copy goes, and the old table stays what it is. It comes behind ``Migration/keepCopying``.
    ///
    /// - Parameter isInPlace: else an earlier cut-over may have made more there.
    package static func dropNew(_ migration: Migration, isInPlace: Bool) -> [SQL] {
        (isInPlace
            ? [] : ["SET LOCAL client_min_messages = warning", MadeThere.creation, MadeThere.drop(of: migration)])
            + ["DROP TABLE IF EXISTS \(qualified: migration.target)", migration.forget]
    }

    /// Whether no migration is recorded: one value.
    package static let isEmpty: SQL = "SELECT NOT EXISTS (SELECT FROM tscl_migrate.hypertable) AS is_empty"

    /// For the target, where no migration is recorded any more.
    package static let dropStore: [SQL] = [
        "SET LOCAL client_min_messages = warning", "DROP TABLE tscl_migrate.chunk",
        "DROP TABLE tscl_migrate.hypertable",
        "DROP TABLE IF EXISTS tscl_migrate.made", "DROP FUNCTION IF EXISTS tscl_migrate.refuse()",
        "DROP SCHEMA tscl_migrate",
    ]

    /// For an access node whose rows went to another server.
    package static let dropTarget: [SQL] = ["DROP TABLE tscl_migrate.target", "DROP SCHEMA tscl_migrate"]
}
