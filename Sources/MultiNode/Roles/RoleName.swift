/// The name of a role.
package struct RoleName: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    /// - Throws: where PostgreSQL would not take the name, or not keep the whole of it, or keeps it for itself.
    package init(_ text: String) throws(MultiNodeError) {
        try Identifier.check(text, in: text)
        // The roles that PostgreSQL brings along, as pg_monitor, are left to the server: they can have members.
        if ["public", "none"].contains(text) {
            throw .invalidName(text, reason: "PostgreSQL keeps it for itself")
        }
        self.text = text
    }

    package var description: String { text }
}
