/// The blocks that are open, and what is wrong in them so far.
struct BlockStack {
    /// How deep blocks may be in one another: what walks over statements goes a call deeper with each.
    static let limit = 1000

    private var blocks: [OpenBlock] = []
    /// How many blocks are open beyond the limit; what is in them is read and not kept.
    private var beyondLimit = 0
    private(set) var diagnostics: [Diagnostic] = []

    var isEmpty: Bool { blocks.isEmpty }

    /// The words that may stand behind the innermost block.
    var continuations: [String] {
        guard beyondLimit == 0, let block = blocks.last else {
            return [ControlSyntax.otherwise, ControlSyntax.finally]
        }
        return block.continuations
    }

    /// Whether the innermost block is an `else`'s.
    var isElse: Bool { beyondLimit == 0 && blocks.last?.isElse ?? false }

    /// Whether the innermost block is a `finally`'s.
    var isFinally: Bool { beyondLimit == 0 && blocks.last?.isFinally ?? false }

    /// Where the `{` of the innermost block stands; nil where that is in another source.
    func innermostOpening(in source: SourceText) -> Span? {
        blocks.last.flatMap { $0.opening.source === source ? $0.opening.span : nil }
    }

    mutating func push(_ block: OpenBlock) {
        if blocks.count < Self.limit {
            blocks.append(block)
            return
        }
        if beyondLimit == 0 {
            report([
                Diagnostic(
                    "blocks are nested more than \(Self.limit) deep", at: block.opening.span, in: block.opening.source)
            ])
        }
        beyondLimit += 1
    }

    mutating func append(_ statement: Statement) {
        guard !blocks.isEmpty, beyondLimit == 0 else { return }
        blocks[blocks.count - 1].append(statement)
    }

    mutating func open(_ branch: OpenBlock.Branch, opening: Span, in source: SourceText) {
        guard !blocks.isEmpty, beyondLimit == 0 else { return }
        blocks[blocks.count - 1].open(branch, opening: opening, in: source)
    }

    mutating func report(_ diagnostics: [Diagnostic]) { self.diagnostics += diagnostics }

    /// Closes the innermost block.
    ///
    /// - Parameter isWhole: whether nothing that could not be read stands behind it.
    /// - Returns: the outermost statement, when it is whole, or all errors in it.
    mutating func close(isWhole: Bool = true) -> Parser.Step? {
        if beyondLimit > 0 {
            beyondLimit -= 1
            return nil
        }
        if isWhole, let fault = blocks.last?.fault { report([fault]) }
        guard let statement = blocks.popLast()?.statement() else { return blocks.isEmpty ? abandon() : nil }
        guard blocks.isEmpty else {
            append(statement)
            return nil
        }
        return diagnostics.isEmpty ? .statement(statement) : abandon()
    }

    /// Closes all blocks because the text has ended.
    mutating func closeAtEnd() -> Parser.Step {
        if let innermost = blocks.last {
            let around = blocks.count - 1 + beyondLimit
            let others =
                around == 0 ? "it is" : around == 1 ? "it and one around it are" : "it and \(around) around it are"
            report([
                Diagnostic(
                    "unclosed {", at: innermost.opening.span, in: innermost.opening.source,
                    help: "\(others) open to the end of the input")
            ])
        }
        blocks = []
        return abandon()
    }

    private mutating func abandon() -> Parser.Step {
        defer { diagnostics = [] }
        beyondLimit = 0
        return .failure(diagnostics)
    }
}
