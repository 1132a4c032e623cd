/// Refusals that are gone when others are: a server has undone what was to be done.
package enum PassingRefusal {
    /// lock_not_available: appendix A of the PostgreSQL manual.
    private static let lockNotAvailable = "55P03"

    package static func isOne(_ sqlstate: String?) -> Bool {
        sqlstate == lockNotAvailable || isDeadlock(sqlstate)
    }

    /// deadlock_detected, or serialization_failure.
    package static func isDeadlock(_ sqlstate: String?) -> Bool { sqlstate == "40P01" || sqlstate == "40001" }

    /// Two have changed the same row of a catalog, as where one compresses a chunk that another grants rights on: PostgreSQL has no
    /// code of its own for it. Or one has made a node's slice of time or space while the other attached a chunk of the same slice
    /// there: TimescaleDB then finds the slice, and a function of it that reads the catalogs as they were does not.
    package static func isSimultaneous(_ sqlstate: String?, _ message: String) -> Bool {
        sqlstate == "XX000" && message.contains("tuple concurrently ")
            || sqlstate == noDataFound && message.contains("query returned no rows")
    }

    /// no_data_found.
    private static let noDataFound = "P0002"
}
