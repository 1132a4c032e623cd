/// Takes the rows of an answer one by one, as they come in, so that nothing is held but what is made of them.
package struct RowTaker: Sendable {
    /// Gets the names of the columns, and the values of a row.
    package let take: @Sendable ([String], [String?]) -> Void

    package init(_ take: @escaping @Sendable ([String], [String?]) -> Void) { self.take = take }
}
