/// The name of a role.
package struct RoleName: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    /// - Throws: `invalidName` if PostgreSQL would reject the name or truncate it, or reserves it for itself.
    package init(_ text: String) throws(MultiNodeError) {
        try Identifier.check(text, in: text)
        // Predefined roles, such as pg_monitor, are left to the server to judge, because they can have members.
        if ["public", "none"].contains(text) {
            throw .invalidName(text, reason: "PostgreSQL keeps it for itself")
        }
        self.text = text
    }

    package var description: String { text }
}
