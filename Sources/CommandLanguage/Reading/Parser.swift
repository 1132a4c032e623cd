/// Reads statements from a source text, one at a time, by the table of commands.
///
/// It goes on behind an error with the next command, so that all errors of a text can be shown at once.
package struct Parser {
    package enum Step: Sendable {
        case statement(Statement)
        case failure([Diagnostic])
        /// The text ends inside a command; only when more may follow.
        case incomplete(Incompleteness)
        case end
    }

    var scanner: Scanner
    let table: CommandTable
    var binder: Binder
    /// The next byte that can't be in a text of commands.
    private(set) var fault: TextFault?
    /// Whether what is read is a command that can take a secret.
    var takesSecret = false
    private(set) var blocks = BlockStack()
    /// What is being read.
    var phase = Phase.beginning
    /// The words of a head so far.
    var headWords: [Word] = []
    /// The `{` with which the line of the command ends that is being read.
    var openedAtEnd: Span?
    /// Whether the text has ended where rows are to arrive, of a COPY … FROM STDIN that was read last.
    package internal(set) var awaitsRows = false
    /// What only SQL is read under.
    package var restriction: Restriction?
    /// From where on no line ends rows, in a text that is whole.
    var unendedRows: Int?
    /// Where the reading has stopped at a cursor.
    private(set) var stop: CursorPlace?

    /// What a parser is reading: what may come next depends on it.
    enum Phase {
        /// What stands between statements.
        case beginning
        /// The name of a command, or of a statement that controls others.
        case name(CommandTree.Place)
        /// What the binder is given.
        case arguments
        case head(Head)
        case behindBlock
        /// Words of which nothing is known.
        case unknown
    }

    /// What stands before a block.
    enum Head { case conditional, loop, lock, otherwise, bare }

    /// - Parameter isFinal: whether the text is all there is; otherwise a command that its end cuts off is `.incomplete`.
    package init(_ source: SourceText, table: CommandTable, isFinal: Bool = true) {
        self.init(Scanner(source, at: source.byteOrderMarkLength, isFinal: isFinal), table, isFinal: isFinal)
    }

    /// A parser that stops at the end of the text, and says what may stand there.
    init(stoppingAtEndOf source: SourceText, table: CommandTable) {
        self.init(Scanner(source, at: source.byteOrderMarkLength, stopsAtEnd: true), table, isFinal: true)
    }

    private init(_ scanner: Scanner, _ table: CommandTable, isFinal: Bool) {
        let source = scanner.source
        self.scanner = scanner
        self.table = table
        binder = Binder(ControlSyntax.sleep, nameSpan: Span(0, 0), source: source, table: table)
        fault = TextFault(in: source, from: 0, isFinal: isFinal)
    }

    /// The offset up to which the text has been read.
    package var position: Int { scanner.position }

    /// The next statement that is whole, with all that is in its blocks, or all errors in it.
    ///
    /// `.incomplete` leaves the position where the part begins that is not whole; what was read of an open block before
    /// it is kept, for `resume`.
    package mutating func next() -> Step {
        while true {
            if let step = nextPart() { return step }
        }
    }

    /// The same with a stop at each part of a statement with blocks, for who must not be kept waiting.
    ///
    /// - Returns: nil when there is more to be read of the statement.
    package mutating func nextPart() -> Step? { take(part()) }

    /// Where the line begins in which `position` is: `resume` wants to see it, for the columns of errors.
    package var lineStart: Int {
        var start = scanner.position
        while start > 0, scanner.bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
        return start
    }

    /// Goes on where `.incomplete` has left off.
    ///
    /// - Parameter source: the text from `lineStart` on, with more behind it.
    package mutating func resume(with source: SourceText, isFinal: Bool) {
        let position = scanner.position - lineStart
        scanner = Scanner(source, at: position, isFinal: isFinal)
        scanner.isInBlock = !blocks.isEmpty
        binder = Binder(ControlSyntax.sleep, nameSpan: Span(0, 0), source: source, table: table)
        fault = TextFault(in: source, from: position, isFinal: isFinal)
    }

    /// Puts a part into the block that is open.
    ///
    /// - Returns: nil when more must be read.
    private mutating func take(_ part: consuming Part) -> Step? {
        var step: Step?
        switch part {
        case .step(let part) where blocks.isEmpty: return part
        case .step(.statement(let statement)): blocks.append(statement)
        case .step(.failure(let diagnostics)): blocks.report(diagnostics)
        case .step(.incomplete(let reason)): return .incomplete(reason)
        case .step(.end): step = scanner.isFinal ? blocks.closeAtEnd() : .incomplete(.block)
        case .opening(let head, let brace, let diagnostics):
            blocks.report(diagnostics)
            blocks.push(OpenBlock(head, opening: brace, in: scanner.source))
        case .branch(let branch, let brace, let diagnostics):
            blocks.report(diagnostics)
            if blocks.isEmpty {
                blocks.push(OpenBlock(.broken, opening: brace, in: scanner.source))
            } else {
                blocks.open(branch, opening: brace, in: scanner.source)
            }
        case .closing(let diagnostics):
            guard !blocks.isEmpty else { return .failure(diagnostics) }
            blocks.report(diagnostics)
            step = blocks.close(isWhole: diagnostics.isEmpty)
        }
        scanner.isInBlock = !blocks.isEmpty
        return step
    }

    private mutating func part() -> Part {
        var start = scanner.position
        var restrictionAtStart = restriction
        phase = .beginning
        takesSecret = false
        awaitsRows = false
        var part: Part
        do throws(ScanFailure) {
            try skipBetweenCommands()
            if let failure = refuseFault() { return .step(failure) }
            guard !scanner.isAtEnd else { return .step(.end) }
            start = scanner.position
            restrictionAtStart = restriction
            if restriction != nil, !scanner.isAtBareSQL(table) {
                throw Restriction.refusal(at: scanner.firstWord, in: scanner.source)
            }
            if scanner.peek() == UInt8(ascii: "}"), scanner.isInBlock || scanner.isAtLoneBrace {
                part = try closing()
            } else {
                part = scanner.isAtBareSQL(table) ? .step(try bareSQL()) : try command()
            }
            switch part {
            case .step(.statement(.command(let invocation))): part = .step(try takingRows(of: invocation))
            case .step(.failure): skipRows(behindFailedFrom: start)
            default: break
            }
        } catch {
            switch error {
            case .stopped(let place):
                stop = cursorPlace(at: place)
                return .step(.end)
            case .incomplete(.rows):
                // Any byte may be in rows. A fault before them is refused together with them.
                (scanner.position, restriction) = (start, restrictionAtStart)
                return .step(.incomplete(.rows))
            case .incomplete(let reason):
                // More text would not mend it.
                if fault != nil { scanner.position = scanner.end }
                if let failure = refuseFault() { return .step(failure) }
                (scanner.position, restriction) = (start, restrictionAtStart)
                return .step(.incomplete(reason))
            case .malformed(var diagnostics):
                // A byte that can't be there explains what is wrong behind it.
                if case .failure(let fault) = refuseFault() { diagnostics = fault }
                recover(from: start)
                skipRows(behindFailedFrom: start)
                if scanner.stopsAtEnd, scanner.isAtEnd {
                    // Nothing can be told of the rest of this line.
                    stop = CursorPlace(.nothing)
                    return .step(.end)
                }
                if case .failure(let fault) = refuseFault() { diagnostics += fault }
                return hidingSecrets(of: recovered(from: start, diagnostics), from: start)
            }
        }
        if fault == nil, case .step(.statement) = part { return part }
        let refused = refusingFault(in: part)
        return hidingSecrets(of: refused, from: start)
    }

    private mutating func skipBetweenCommands() throws(ScanFailure) {
        while true {
            try scanner.skipBlanks()
            switch scanner.peek() {
            case UInt8(ascii: "\n"), UInt8(ascii: ";"): scanner.position += 1
            case UInt8(ascii: "#"):
                scanner.skipComment()
                if scanner.isAtEnd, scanner.stopsAtEnd { throw .stopped(.nowhere) }
            case UInt8(ascii: "-"), UInt8(ascii: "/"):
                guard try scanner.skipSQLComment() else { return }
            case UInt8(ascii: "\\"):
                guard blocks.isEmpty, !scanner.stopsAtEnd,
                    let line = Restriction.Line(at: scanner.position, end: scanner.end, in: scanner.bytes)
                else { return }
                restriction = try .behind(line, restriction, in: scanner.source)
                scanner.position = line.key.end
            default: return
            }
        }
    }

    /// After an error the rest of its line is no command.
    private mutating func recover(from start: Int) {
        if scanner.position == start { scanner.position += 1 }
        scanner.skipLine()
    }

    /// What a line that could not be read does to the blocks around it, by its first word and its last byte.
    private func recovered(from start: Int, _ diagnostics: [Diagnostic]) -> Part {
        var last = scanner.position - 1
        while last > start, scanner.bytes[last] <= 0x20 { last -= 1 }
        let isAlone = last > start && isBlank(scanner.bytes[last - 1])
        let brace = Span(last, last + 1)
        var nameEnd = start
        while nameEnd < last, isIdentifierByte(scanner.bytes[nameEnd]) { nameEnd += 1 }
        let closes = scanner.isInBlock && scanner.bytes[start] == UInt8(ascii: "}")
        if isAlone, scanner.bytes[last] == UInt8(ascii: "{") {
            if closes { return .branch(.broken, brace, diagnostics) }
            if ControlSyntax.blockWords.contains(scanner.source.text(Span(start, nameEnd))) {
                return .opening(.broken, brace, diagnostics)
            }
        }
        if closes || isAlone && isOnLineOfBlock(start) && scanner.bytes[last] == UInt8(ascii: "}") {
            return .closing(diagnostics)
        }
        return .step(.failure(diagnostics))
    }

    /// Whether the innermost block was opened on the line of an offset.
    private func isOnLineOfBlock(_ offset: Int) -> Bool {
        guard let opening = blocks.innermostOpening(in: scanner.source) else { return false }
        var start = offset
        while start > opening.start, scanner.bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
        return start <= opening.start
    }

    /// A part in which a byte was read over that can't be there; what it does to the blocks around it stays.
    private mutating func refusingFault(in part: Part) -> Part {
        guard case .failure(let fault) = refuseFault() else { return part }
        switch part {
        case .step: return .step(.failure(fault))
        case .opening(_, let brace, _): return .opening(.broken, brace, fault)
        case .branch(_, let brace, _): return .branch(.broken, brace, fault)
        case .closing: return .closing(fault)
        }
    }

    /// Goes on behind rows, in which any byte may be; between the statement and them none may that is no text.
    mutating func passRows(from start: Int, upTo end: Int) {
        scanner.position = end
        guard let offset = fault?.offset, offset >= start else { return }
        fault = TextFault(in: scanner.source, from: end, isFinal: scanner.isFinal)
    }

    /// The failure for a byte that was read over and can't be there.
    private mutating func refuseFault() -> Step? {
        guard let fault, fault.offset < scanner.position else { return nil }
        self.fault = TextFault(in: scanner.source, from: scanner.position, isFinal: scanner.isFinal)
        return .failure([fault.diagnostic])
    }

    /// A command that can take a secret, and has an option (be it mistyped), is not shown in its errors.
    private func hidingSecrets(of part: Part, from start: Int) -> Part {
        guard takesSecret else { return part }
        let written = scanner.bytes[start..<scanner.position]
        let dash = UInt8(ascii: "-")
        guard zip(written, written.dropFirst()).contains(where: { $0 == dash && $1 == dash }) else { return part }
        switch part {
        case .step(.failure(let diagnostics)): return .step(.failure(diagnostics.map { $0.hidingLine() }))
        case .closing(let diagnostics): return .closing(diagnostics.map { $0.hidingLine() })
        case .opening(let head, let brace, let diagnostics):
            return .opening(head, brace, diagnostics.map { $0.hidingLine() })
        case .step, .branch: return part
        }
    }
}

extension Parser {
    /// All statements and all errors of a whole text.
    package static func parse(_ source: SourceText, table: CommandTable) -> (
        statements: [Statement], diagnostics: [Diagnostic]
    ) {
        var parser = Parser(source, table: table)
        return parser.all()
    }

    /// All statements and all errors of what has not been read.
    package mutating func all() -> (statements: [Statement], diagnostics: [Diagnostic]) {
        var statements: [Statement] = []
        var diagnostics: [Diagnostic] = []
        while true {
            switch next() {
            case .statement(let statement): statements.append(statement)
            case .failure(let failures): diagnostics += failures
            case .incomplete, .end: return (statements, diagnostics)
            }
        }
    }
}
