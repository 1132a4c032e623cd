/// Refusals that are gone when others are: a server has undone what was to be done.
package enum PassingRefusal {
    /// lock_not_available: appendix A of the PostgreSQL manual.
    private static let lockNotAvailable = "55P03"

    package static func isOne(_ sqlstate: String?) -> Bool {
        sqlstate == lockNotAvailable || isDeadlock(sqlstate)
    }

    /// deadlock_detected, or serialization_failure.
    package static func isDeadlock(_ sqlstate: String?) -> Bool { sqlstate == "40P01" || sqlstate == "40001" }
}
