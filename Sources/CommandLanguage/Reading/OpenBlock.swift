/// A block whose end has not been read yet.
struct OpenBlock {
    /// What a block belongs to.
    indirect enum Head {
        case conditional(Span, Condition)
        case loop(Span, variable: String, Loop.Elements)
        case transaction(Span)
        /// Something that could not be read; its block is read all the same, for its errors and its end.
        case broken
    }

    /// What comes behind the `}` of a conditional.
    indirect enum Branch {
        case conditional(Condition)
        case otherwise
        case broken
    }

    /// Where the head stands.
    private let source: SourceText
    /// Where the `{` stands that is open, which may have come later than the head and so be in another source.
    private(set) var opening: (span: Span, source: SourceText)
    private let head: Head
    private var branches: [Conditional.Branch] = []
    /// What the open branch of a conditional is run for; nil behind `else`.
    private var condition: Condition?
    private var body: [Statement] = []
    /// The body of the conditional's `else`, which is its last.
    private(set) var isElse = false

    init(_ head: Head, opening: Span, in source: SourceText) {
        self.head = head
        self.opening = (opening, source)
        self.source = source
        if case .conditional(_, let condition) = head { self.condition = condition }
    }

    /// Whether `else` may stand behind the block; behind one that could not be read, anything may.
    var takesElse: Bool {
        switch head {
        case .conditional: !isElse
        case .broken: true
        case .loop, .transaction: false
        }
    }

    mutating func append(_ statement: Statement) { body.append(statement) }

    /// Ends the branch that is open and opens the next.
    mutating func open(_ branch: Branch, opening: Span, in source: SourceText) {
        if let condition { branches.append(Conditional.Branch(condition: condition, body: body)) }
        body = []
        condition = if case .conditional(let condition) = branch { condition } else { nil }
        isElse = if case .otherwise = branch { true } else { false }
        self.opening = (opening, source)
    }

    /// The whole statement; nil when its head could not be read.
    func statement() -> Statement? {
        switch head {
        case .conditional(let span, _):
            let last = condition.map { [Conditional.Branch(condition: $0, body: body)] } ?? []
            return .conditional(
                Conditional(source: source, span: span, branches: branches + last, otherwise: isElse ? body : nil))
        case .loop(let span, let variable, let elements):
            return .loop(Loop(source: source, span: span, variable: variable, elements: elements, body: body))
        case .transaction(let span):
            return .transaction(Transaction(source: source, span: span, body: body))
        case .broken:
            return nil
        }
    }
}
