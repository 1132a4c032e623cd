package import ClusterAccess
package import MultiNode

extension ClusterError {
    /// The target is not in the state in which it was when the old table lost its name: that it is the one that counts would lose
    /// what it has not.
    static func hasNotArrived(_ migration: Migration) -> ClusterError {
        ClusterError(
            "the target does not know that all rows of \(migration.source.shownName) have arrived, as where an older state of it was brought back: it is not taken for the table that counts",
            remedy: "'migrate undo \(Quoting.word(migration.source.shownName))' gives the old table its name again")
    }

    /// The table was given back without its target, which knows nothing of that.
    package static func isGivenBack(_ migration: Migration) -> ClusterError {
        ClusterError(
            "the target has \(migration.source.shownName) as cut over, and here it is the distributed table again: it was given back without the target",
            remedy:
                "fetch what is needed of the rows there; then, on the target: DROP SCHEMA tscl_migrate CASCADE, and \(migration.target.shownName) may go; then begin anew"
        )
    }
}
