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

    /// Before the cut-over: the copy goes, and the old table stays what it is. It comes behind ``Migration/keepUncounted``.
    ///
    /// - Parameters:
    ///   - isInPlace: else an earlier cut-over may have made more there.
    ///   - isThere: whether the copy has its name; else nothing of that name is dropped.
    package static func dropNew(_ migration: Migration, isInPlace: Bool, isThere: Bool) -> [SQL] {
        (isInPlace
            ? [] : ["SET LOCAL client_min_messages = warning", MadeThere.creation, MadeThere.drop(of: migration)])
            + (isThere ? ["DROP TABLE \(qualified: migration.target)"] : []) + [migration.forget]
    }

    /// Whether no migration is recorded: one value.
    package static let isEmpty: SQL = "SELECT NOT EXISTS (SELECT FROM tscl_migrate.hypertable) AS is_empty"

    /// The same of one cluster, where others may leave to the same server.
    package static func isEmpty(ofCluster cluster: String) -> SQL {
        """
        SELECT NOT EXISTS (SELECT FROM tscl_migrate.hypertable WHERE cluster = \(cluster, type: "text")) AS is_empty
        """
    }

    /// The SQLSTATE of what ends ``dropStore`` where a migration is recorded: object_in_use, appendix A of the PostgreSQL
    /// manual.
    package static let isInUse = "55006"

    /// For the target, where no migration is recorded any more. One may be about to begin, and is waited for.
    ///
    /// - Parameter isInPlace: then a table that an undo has kept may be written, which was to be the next step; on another
    ///   server it is not.
    package static func dropStore(isInPlace: Bool) -> [SQL] {
        [
            "SET LOCAL client_min_messages = warning", "LOCK TABLE tscl_migrate.hypertable IN ACCESS EXCLUSIVE MODE",
            """
            DO $$ BEGIN
                IF EXISTS (SELECT FROM tscl_migrate.hypertable) THEN
                    RAISE EXCEPTION 'a migration has begun' USING ERRCODE = \(literal: isInUse);
                END IF;
            END $$
            """,
        ] + (isInPlace ? [SwapGuard.liftFromKept] : []) + [
            "DROP TABLE tscl_migrate.chunk",
            "DROP TABLE tscl_migrate.hypertable",
            "DROP TABLE IF EXISTS tscl_migrate.made", "DROP FUNCTION IF EXISTS tscl_migrate.refuse()",
            "DROP SCHEMA tscl_migrate",
        ]
    }

    /// For an access node whose rows went to another server, in a transaction: whoever is about to lead there waits, and fails
    /// where it is dropped.
    package static let holdTarget: SQL = "LOCK TABLE tscl_migrate.target IN ACCESS EXCLUSIVE MODE"

    /// Behind that.
    package static let dropTarget: [SQL] = [
        "SET LOCAL client_min_messages = warning", "DROP TABLE IF EXISTS tscl_migrate.way_back",
        "DROP TABLE IF EXISTS tscl_migrate.mark", "DROP TABLE IF EXISTS tscl_migrate.lost",
        "DROP TABLE tscl_migrate.target", "DROP SCHEMA tscl_migrate",
    ]
}
