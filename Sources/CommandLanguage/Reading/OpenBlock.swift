/// A block whose end has not been read yet.
struct OpenBlock {
    /// What a block belongs to.
    indirect enum Head {
        case conditional(Span, Condition)
        case loop(Span, variables: [String], Loop.Elements)
        case transaction(Span)
        case attempt(Span)
        case lock(Span, Word)
        /// Something that could not be read; its block is read all the same, for its errors and its end.
        case broken
    }

    /// What comes behind the `}` of a conditional.
    indirect enum Branch {
        case conditional(Condition)
        case otherwise
        case finally
        case broken
    }

    /// Which of the blocks of a head is open.
    private enum Section { case body, otherwise, finally }

    /// Where the head stands.
    private let source: SourceText
    /// Where the `{` stands that is open, which may have come later than the head and so be in another source.
    private(set) var opening: (span: Span, source: SourceText)
    private let head: Head
    private var branches: [Conditional.Branch] = []
    /// What the open branch of a conditional is run for; nil behind `else`.
    private var condition: Condition?
    private var body: [Statement] = []
    private var section = Section.body
    /// The blocks of an attempt before the one that is open.
    private var tried: (body: [Statement]?, otherwise: [Statement]?)

    init(_ head: Head, opening: Span, in source: SourceText) {
        self.head = head
        self.opening = (opening, source)
        self.source = source
        if case .conditional(_, let condition) = head { self.condition = condition }
    }

    /// Whether the open block is that of an `else`.
    var isElse: Bool { section == .otherwise }

    /// Whether the open block is that of a `finally`.
    var isFinally: Bool { section == .finally }

    /// The words that may stand behind the block; behind one that could not be read, any.
    var continuations: [String] {
        switch (head, section) {
        case (.conditional, .otherwise), (.attempt, .finally), (.loop, _), (.transaction, _), (.lock, _): []
        case (.conditional, _): [ControlSyntax.otherwise]
        case (.attempt, .otherwise): [ControlSyntax.finally]
        case (.attempt, .body), (.broken, _): [ControlSyntax.otherwise, ControlSyntax.finally]
        }
    }

    /// What is wrong with the whole of it, where it ends with the block that is open.
    var fault: Diagnostic? {
        guard case .attempt(let span) = head, section == .body else { return nil }
        return Diagnostic(
            "try needs an else or a finally behind its block", at: span, in: source,
            help: "usage: try { … } else { … } finally { … }")
    }

    mutating func append(_ statement: Statement) { body.append(statement) }

    /// Ends the branch that is open and opens the next.
    mutating func open(_ branch: Branch, opening: Span, in source: SourceText) {
        if let condition { branches.append(Conditional.Branch(condition: condition, body: body)) }
        switch section {
        case .body: tried.body = body
        case .otherwise: tried.otherwise = body
        case .finally: break
        }
        body = []
        condition = if case .conditional(let condition) = branch { condition } else { nil }
        section =
            switch branch {
            case .otherwise: .otherwise
            case .finally: .finally
            case .conditional, .broken: .body
            }
        self.opening = (opening, source)
    }

    /// The whole statement; nil when its head could not be read.
    func statement() -> Statement? {
        switch head {
        case .conditional(let span, _):
            let last = condition.map { [Conditional.Branch(condition: $0, body: body)] } ?? []
            return .conditional(
                Conditional(source: source, span: span, branches: branches + last, otherwise: isElse ? body : nil))
        case .loop(let span, let variables, let elements):
            return .loop(Loop(source: source, span: span, variables: variables, elements: elements, body: body))
        case .transaction(let span):
            return .transaction(Transaction(source: source, span: span, body: body))
        case .attempt(let span):
            guard fault == nil else { return nil }
            return .attempt(
                Attempt(
                    source: source, span: span, body: tried.body ?? [],
                    otherwise: isElse ? body : tried.otherwise, finally: section == .finally ? body : nil))
        case .lock(let span, let name):
            return .lock(LockedBlock(source: source, span: span, name: name, body: body))
        case .broken:
            return nil
        }
    }
}
