/// The words that stand for all there is of a kind, where one of them is the only word that a loop is given.
enum LoopListing: String, CaseIterable {
    case nodes, roles, hypertables
}

/// The words behind which a loop has the query whose rows it goes over.
package enum RowSource: String, Sendable, CaseIterable {
    /// The access node.
    case rows
    /// Each data node, with its name in front of its rows.
    case query
}
