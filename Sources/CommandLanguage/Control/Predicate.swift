/// What can be asked of the cluster, of the rows of a query, or of two words.
package enum Predicate: Sendable {
    /// The node is a data node of the cluster.
    case nodeExists(Word)
    /// The node answers.
    case nodeUp(Word)
    /// The access node uses the node.
    case nodeAvailable(Word)
    case nodeAttached(Word, to: Word)
    /// The role is on the access node, or on the data nodes too.
    case roleExists(Word, everywhere: Bool)
    case hypertableExists(Word)
    /// Every chunk has as many replicas as it should.
    case hypertableReplicated(Word)
    case clusterHealthy
    /// No distributed transaction is in doubt.
    case inDoubtNone
    /// Both words have the same text.
    case equal(Word, Word)
    case notEqual(Word, Word)
    /// The quantities are so to each other.
    case compared(Word, Comparison, Word)
    /// The query, which is the SQL of the term, gives a row.
    case rows(Word)

    /// How each is written, from which the parser, the completion and the help are made.
    package static let forms =
        [
            PredicateForm("node", .node, "exists") { .nodeExists($0[0]) },
            PredicateForm("node", .node, "up") { .nodeUp($0[0]) },
            PredicateForm("node", .node, "available") { .nodeAvailable($0[0]) },
            PredicateForm("node", .node, "attached", "to", .table) { .nodeAttached($0[0], to: $0[1]) },
            PredicateForm("role", .role, "exists") { .roleExists($0[0], everywhere: false) },
            PredicateForm("role", .role, "exists", "everywhere") { .roleExists($0[0], everywhere: true) },
            PredicateForm("hypertable", .table, "exists") { .hypertableExists($0[0]) },
            PredicateForm("hypertable", .table, "replicated") { .hypertableReplicated($0[0]) },
            PredicateForm("cluster", "healthy") { _ in .clusterHealthy },
            PredicateForm("in-doubt", "none") { _ in .inDoubtNone },
            PredicateForm("rows", .query) { .rows($0[0]) },
            PredicateForm(.left, "==", .right) { .equal($0[0], $0[1]) },
            PredicateForm(.left, "!=", .right) { .notEqual($0[0], $0[1]) },
        ]
        + Comparison.allCases.map { sign in
            PredicateForm(.size, .word(sign.rawValue), .otherSize) { .compared($0[0], sign, $0[1]) }
        }

    /// How each is shown in the help.
    package static let usages = forms.usages
}
