/// The name of a data node, which is the name of a foreign server on the access node.
package struct NodeName: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    /// - Throws: `invalidName` if PostgreSQL would reject the name or truncate it.
    package init(_ text: String) throws(MultiNodeError) {
        try Identifier.check(text, in: text)
        self.text = text
    }

    package var description: String { text }
}
