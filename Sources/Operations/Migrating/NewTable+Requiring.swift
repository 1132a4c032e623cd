import ClusterAccess
import MultiNode

extension MigrationTarget {
    /// Which table has the new one's name.
    func newTable(of migration: Migration, as name: TableName) async throws(ClusterError) -> NewTable {
        NewTable(row: try await send(migration.newTable(as: name)).records.first ?? [:])
    }

    /// - Throws: where it is not the one that the migration has made.
    func requireNewTable(of migration: Migration, as name: TableName) async throws(ClusterError) {
        try await newTable(of: migration, as: name).require(name, of: migration, self)
    }
}

extension NewTable {
    /// - Parameter name: by which it is told.
    /// - Throws: where it is not the one that the migration has made.
    func require(_ name: TableName, of migration: Migration, _ target: MigrationTarget) throws(ClusterError) {
        if isMade { return }
        if let nameNow { throw .isCalled(nameNow, migration, isTaken: isThere, target) }
        let undo = "'migrate undo \(Quoting.word(migration.source.shownName))' forgets the migration"
        guard isThere else {
            throw ClusterError(
                "the new table \(name.shownName) is not there", node: target.node,
                remedy: migration.state == .copying
                    ? "\(undo); then begin anew" : "the old one is \(migration.aside.shownName), on the access node")
        }
        throw ClusterError(
            "\(name.shownName) is not the table that the migration of \(migration.source.shownName) has made: nothing was changed",
            node: target.node,
            remedy: migration.state == .copying
                ? "\(undo), and leaves that table as it is; then begin anew"
                : "the old one is \(migration.aside.shownName), on the access node; look at both")
    }
}

extension ClusterError {
    /// - Parameters:
    ///   - name: of the new table.
    ///   - isTaken: whether something else has the name that it should have.
    static func isCalled(
        _ name: TableName, _ migration: Migration, isTaken: Bool, _ target: MigrationTarget
    ) -> ClusterError {
        let due = migration.current
        let rename = "sql ALTER TABLE \(name.quoted) RENAME TO \(Quoting.identifier(due.name))"
        return ClusterError(
            "the new table of \(migration.source.shownName) is called \(name.shownName) by now, and not \(due.shownName)\(isTaken ? ", which is another one" : ""): nothing was changed",
            node: target.node,
            remedy: (isTaken ? "give that one another name, and this one its own again: " : "give it its name again: ")
                + (target.isInPlace ? rename : "on the target, \(rename.dropFirst(4))")
                + (migration.state == .copying ? "; or drop it there, where nobody needs it" : ""))
    }

    /// Nothing is dropped that has the only rows left.
    static func isOnlyCopy(_ migration: Migration, _ target: MigrationTarget) -> ClusterError {
        ClusterError(
            "\(migration.source.shownName) is gone from the access node: the copy is all that is left of it, and stays",
            node: target.node,
            remedy: target.isInPlace
                ? "where nobody needs it: sql DROP TABLE \(migration.target.quoted); then again"
                : "where nobody needs it, drop \(migration.target.shownName) there; then again")
    }
}
