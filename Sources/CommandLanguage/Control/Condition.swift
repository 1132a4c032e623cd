/// A predicate or its contrary, where it was written.
package struct Condition: Sendable {
    package let predicate: Predicate
    /// Whether `not` stands before the predicate.
    package let isNegated: Bool
    package let source: SourceText
    /// From `not` or the predicate's first word to its last.
    package let span: Span

    /// A word of the predicate with its variables replaced, and checked as what it names.
    package func argument(_ word: Word, variables: Variables) throws(Diagnostic) -> Argument {
        let argument = try Expansion(variables: variables, source: source).single(word)
        if let (name, kind) = predicate.expectation(of: word),
            let problem = kind.problem(with: argument.text, isSecret: argument.isSecret)
        {
            throw Diagnostic("\(name): \(problem)", at: word.span, in: source)
        }
        return argument
    }
}

/// What can be asked of the cluster, or of two words.
package enum Predicate: Sendable {
    /// `node N exists`: is a data node.
    case nodeExists(Word)
    /// `node N up`: answers.
    case nodeUp(Word)
    /// `node N available`: is used by the access node.
    case nodeAvailable(Word)
    /// `node N attached to T`
    case nodeAttached(Word, to: Word)
    /// `role R exists [everywhere]`: on the access node, or on the data nodes too.
    case roleExists(Word, everywhere: Bool)
    /// `hypertable T exists`
    case hypertableExists(Word)
    /// `hypertable T replicated`: every chunk has as many replicas as it should.
    case hypertableReplicated(Word)
    /// `cluster healthy`
    case clusterHealthy
    /// `in-doubt none`: no distributed transaction is in doubt.
    case inDoubtNone
    /// `A == B`: the same text.
    case equal(Word, Word)
    /// `A != B`
    case notEqual(Word, Word)

    /// How each is written.
    package static let usages = [
        "node N exists|up|available|attached to T", "role R exists [everywhere]", "hypertable T exists|replicated",
        "cluster healthy", "in-doubt none", "A == B", "A != B",
    ]

    /// The words that are replaced when it is asked.
    package var words: [Word] {
        switch self {
        case .nodeExists(let name), .nodeUp(let name), .nodeAvailable(let name), .roleExists(let name, _),
            .hypertableExists(let name), .hypertableReplicated(let name):
            [name]
        case .nodeAttached(let left, let right), .equal(let left, let right), .notEqual(let left, let right):
            [left, right]
        case .clusterHealthy, .inDoubtNone: []
        }
    }

    /// What one of its words names; nil when it is any text.
    func expectation(of word: Word) -> (name: String, kind: ValueKind)? {
        // The message of an assertion names nothing.
        guard words.contains(where: { $0.span == word.span }) else { return nil }
        return switch self {
        case .nodeAttached(_, let table) where table.span == word.span: ("T", .hypertable)
        case .nodeExists, .nodeUp, .nodeAvailable, .nodeAttached: ("N", .node)
        case .roleExists: ("R", .role)
        case .hypertableExists, .hypertableReplicated: ("T", .hypertable)
        case .clusterHealthy, .inDoubtNone, .equal, .notEqual: nil
        }
    }
}
