/// What a source text is made of.
///
/// What is in blocks may come from other source texts than their heads, when it is read from a stream: every part knows
/// its own.
package enum Statement: Sendable {
    case command(Invocation)
    // Boxes keep small what nearly all statements are.
    indirect case conditional(Conditional)
    indirect case loop(Loop)
    indirect case transaction(Transaction)
    indirect case attempt(Attempt)
    indirect case lock(LockedBlock)
    indirect case include(Inclusion)
    indirect case wait(Wait)
    indirect case assertion(Assertion)
    indirect case sleep(Pause)

    /// Where it was written; of a statement with a block, where its head was.
    package var span: Span { place.span }

    package var source: SourceText { place.source }

    /// What stands in its blocks, in their order.
    package var bodies: [[Statement]] {
        switch self {
        case .command, .include, .wait, .assertion, .sleep: []
        case .conditional(let conditional):
            conditional.branches.map(\.body) + (conditional.otherwise.map { [$0] } ?? [])
        case .loop(let loop): [loop.body]
        case .transaction(let transaction): [transaction.body]
        case .attempt(let attempt):
            [[attempt.body], attempt.otherwise.map { [$0] } ?? [], attempt.finally.map { [$0] } ?? []].flatMap(\.self)
        case .lock(let lock): [lock.body]
        }
    }

    private var place: (source: SourceText, span: Span) {
        switch self {
        case .command(let invocation): (invocation.source, invocation.span)
        case .conditional(let conditional): (conditional.source, conditional.span)
        case .loop(let loop): (loop.source, loop.span)
        case .transaction(let transaction): (transaction.source, transaction.span)
        case .attempt(let attempt): (attempt.source, attempt.span)
        case .lock(let lock): (lock.source, lock.span)
        case .include(let inclusion): (inclusion.invocation.source, inclusion.invocation.span)
        case .wait(let wait): (wait.invocation.source, wait.invocation.span)
        case .assertion(let assertion): (assertion.invocation.source, assertion.invocation.span)
        case .sleep(let pause): (pause.invocation.source, pause.invocation.span)
        }
    }
}

/// `if PREDICATE { … } else if PREDICATE { … } else { … }`
package struct Conditional: Sendable {
    package struct Branch: Sendable {
        package let condition: Condition
        package let body: [Statement]
    }

    package let source: SourceText
    /// The head, from `if` to its predicate's end.
    package let span: Span
    /// Tried in their order; the first whose condition holds is run, and no other.
    package let branches: [Branch]
    /// Run when no condition holds.
    package let otherwise: [Statement]?
}

/// `foreach NAME, NAME… in WORD… { … }`
package struct Loop: Sendable {
    package enum Elements: Sendable {
        /// What there is when the loop begins: `nodes`, `roles`, `hypertables`.
        case nodes
        case roles
        case hypertables
        /// Words whose variables and braces are replaced when the loop begins.
        case words([Word])
        /// The rows of a query.
        case rows(SQLText, RowSource)

        init(_ listing: LoopListing) {
            self =
                switch listing {
                case .nodes: .nodes
                case .roles: .roles
                case .hypertables: .hypertables
                }
        }
    }

    package let source: SourceText
    /// The head, from `foreach` to its last word.
    package let span: Span
    /// One, or for the rows of a query one for each column.
    package let variables: [String]
    package let elements: Elements
    package let body: [Statement]

    /// What the words of the loop stand for; nil where the elements are asked of the cluster.
    package func arguments(_ variables: Variables) throws(Diagnostic) -> [Argument]? {
        guard case .words(let words) = elements else { return nil }
        let expansion = Expansion(variables: variables, source: source)
        var arguments: [Argument] = []
        for word in words { arguments += try expansion.several(word) }
        return arguments
    }
}

/// `transaction { … }`
package struct Transaction: Sendable {
    package let source: SourceText
    package let span: Span
    package let body: [Statement]
}

/// `try { … } else { … } finally { … }`
package struct Attempt: Sendable {
    package let source: SourceText
    package let span: Span
    package let body: [Statement]
    /// Run when the body has failed.
    package let otherwise: [Statement]?
    /// Run in any case, as the last.
    package let finally: [Statement]?
}

/// `lock NAME { … }`
package struct LockedBlock: Sendable {
    package let source: SourceText
    /// The head, from `lock` to the name.
    package let span: Span
    package let name: Word
    package let body: [Statement]
}

/// `include FILE [ARG…]`
package struct Inclusion: Sendable {
    /// The words behind the file are the operands `ARG`.
    package let invocation: Invocation
    /// The file as it was written: it is read before anything runs, and so holds no variables.
    package let file: String
}

/// `wait until PREDICATE [--timeout T] [--every T]`
package struct Wait: Sendable {
    /// Has the options `--timeout` and `--every`.
    package let invocation: Invocation
    package let condition: Condition
}

/// `assert PREDICATE [MESSAGE]`
package struct Assertion: Sendable {
    package let invocation: Invocation
    package let condition: Condition
    /// What is said when the condition does not hold.
    package let message: Word?
}

/// `sleep TIME`
package struct Pause: Sendable {
    /// Has the operand `TIME`, a duration.
    package let invocation: Invocation
}
