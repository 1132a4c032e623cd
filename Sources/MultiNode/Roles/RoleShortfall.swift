/// What a role that is there lacks of what a command names.
package struct RoleShortfall: Sendable, Equatable {
    package let attributes: RoleAttributes
    /// The roles that it is to be a member of, and is not.
    package let groups: [String]
    /// The roles that it is not to be a member of, and is.
    package let formerGroups: [String]

    package var isEmpty: Bool { attributes.isEmpty && groups.isEmpty && formerGroups.isEmpty }

    /// In the words of `CREATE ROLE`: `not LOGIN, no member of readers`.
    package var text: String {
        let points =
            attributes.clauses.map { "not \($0.shown)" } + groups.map { "no member of \($0)" }
            + formerGroups.map { "a member of \($0)" }
        return points.listed
    }
}

extension DatabaseRole {
    /// - Parameters:
    ///   - attributes: those that are named, times as ``DatabaseRole/list`` writes them.
    ///   - isOnDataNode: whether a data node has it, where every role can log in.
    package func shortfall(
        of attributes: RoleAttributes, memberOf groups: [String] = [], noLongerMemberOf formerGroups: [String] = [],
        isOnDataNode: Bool
    ) -> RoleShortfall {
        let wanted = isOnDataNode ? attributes.onDataNodes : attributes
        return RoleShortfall(
            attributes: wanted.differing(from: self.attributes), groups: groups.filter { !memberOf.contains($0) },
            formerGroups: formerGroups.filter { memberOf.contains($0) })
    }

    /// A time in the form in which ``list`` has the end of a password.
    package static func written(time: String) -> SQL {
        """
        SELECT CASE WHEN pg_catalog.isfinite(t)
                    THEN pg_catalog.to_char(t AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00' ELSE t::text END AS time
          FROM (SELECT \(time, type: "timestamptz") AS t) given
        """
    }
}
