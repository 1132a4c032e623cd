/// The name of a data node: of a foreign server on the access node.
package struct NodeName: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    /// - Throws: where PostgreSQL would not take the name, or not keep the whole of it.
    package init(_ text: String) throws(MultiNodeError) {
        try Identifier.check(text, in: text)
        self.text = text
    }

    package var description: String { text }
}
