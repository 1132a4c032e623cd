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

    private var scanner: Scanner
    private let table: CommandTable
    /// The next byte that can't be in a text of commands.
    private var fault: TextFault?
    /// Whether what is read is a command that can take a secret.
    private var takesSecret = false

    /// - Parameter isFinal: whether the text is all there is; otherwise a command that its end cuts off is `.incomplete`.
    package init(_ source: SourceText, table: CommandTable, isFinal: Bool = true) {
        scanner = Scanner(source, at: source.byteOrderMarkLength, isFinal: isFinal)
        self.table = table
        fault = TextFault(in: source, from: 0, isFinal: isFinal)
    }

    /// The offset up to which the text has been read.
    package var position: Int { scanner.position }

    package mutating func next() -> Step {
        var start = scanner.position
        takesSecret = false
        let step: Step
        do throws(ScanFailure) {
            try skipBetweenCommands()
            if let failure = refuseFault() { return failure }
            guard !scanner.isAtEnd else { return .end }
            start = scanner.position
            step = scanner.isAtBareSQL(table) ? try bareSQL() : try command()
        } catch {
            switch error {
            case .incomplete(let reason):
                // More text would not mend it.
                if fault != nil { scanner.position = scanner.end }
                if let failure = refuseFault() { return failure }
                scanner.position = start
                return .incomplete(reason)
            case .malformed(let diagnostics):
                recover(from: start)
                step = .failure(diagnostics)
            }
        }
        return refuseFault() ?? hidingSecrets(of: step, from: start)
    }

    private mutating func skipBetweenCommands() throws(ScanFailure) {
        while true {
            try scanner.skipBlanks()
            switch scanner.peek() {
            case UInt8(ascii: "\n"), UInt8(ascii: ";"): scanner.position += 1
            case UInt8(ascii: "#"): scanner.skipComment()
            default: return
            }
        }
    }

    /// After an error the rest of its line is no command.
    private mutating func recover(from start: Int) {
        if scanner.position == start { scanner.position += 1 }
        scanner.skipLine()
    }

    /// The failure for a byte that was read over and can't be there.
    private mutating func refuseFault() -> Step? {
        guard let fault, fault.offset < scanner.position else { return nil }
        self.fault = TextFault(in: scanner.source, from: scanner.position, isFinal: scanner.isFinal)
        return .failure([fault.diagnostic])
    }

    /// A command that can take a secret, and has an option (be it mistyped), is not shown in its errors.
    private func hidingSecrets(of step: Step, from start: Int) -> Step {
        guard takesSecret, case .failure(let diagnostics) = step else { return step }
        let written = scanner.bytes[start..<scanner.position]
        let dash = UInt8(ascii: "-")
        guard zip(written, written.dropFirst()).contains(where: { $0 == dash && $1 == dash }) else { return step }
        return .failure(diagnostics.map { $0.hidingLine() })
    }

    private mutating func bareSQL() throws(ScanFailure) -> Step {
        let start = scanner.position
        let text = try scanner.sql(overLines: true)
        guard let name = table.bareSQL?.command, let syntax = table.command(named: name) else { return .end }
        return .statement(
            .command(
                Invocation(
                    syntax: syntax, source: scanner.source, span: Span(start, text.span.end), operands: [],
                    options: [], text: text)))
    }

    private mutating func command() throws(ScanFailure) -> Step {
        var name = ""
        var nameSpan = Span(scanner.position, scanner.position)
        var firstOperand: Word?
        while !isAtCommandEnd {
            let word = try scanner.word()
            try scanner.skipBlanks()
            guard let text = word.bareText, table.words(after: name).contains(text) else {
                firstOperand = word
                break
            }
            name = name.isEmpty ? text : name + " " + text
            nameSpan.end = word.span.end
            // SQL begins where it stands: nothing in it is read as a word.
            if table.command(named: name)?.text != nil { break }
        }
        guard let syntax = table.command(named: name) else {
            let unknown = UnknownCommand(group: name, groupSpan: nameSpan, word: firstOperand, table: table)
            return try unknownCommand(unknown.diagnostic(in: scanner.source))
        }
        return try bind(syntax, nameSpan, firstOperand)
    }

    private mutating func bind(_ syntax: CommandSyntax, _ nameSpan: Span, _ first: Word?) throws(ScanFailure) -> Step {
        takesSecret = syntax.takesSecret
        var binder = Binder(syntax, nameSpan: nameSpan, source: scanner.source, table: table)
        do throws(ScanFailure) {
            let (end, text) = try readArguments(into: &binder, from: nameSpan.end, first)
            if let invocation = binder.finish(end: end, text: text) { return .statement(.command(invocation)) }
            return .failure(binder.diagnostics)
        } catch {
            guard case .malformed(let diagnostics) = error else { throw error }
            throw .malformed(binder.diagnostics + diagnostics)
        }
    }

    /// Reads what is behind a command's name: where it ends, and the SQL at its end.
    private mutating func readArguments(
        into binder: inout Binder, from start: Int, _ first: Word?
    ) throws(ScanFailure) -> (end: Int, text: SQLText?) {
        var end = start
        if let first {
            binder.accept(first)
            end = first.span.end
        }
        while !isAtCommandEnd {
            if binder.expectsText, binder.hasEndedOptions || !isAtOption {
                let text = try scanner.sql(overLines: false)
                return (text.span.end, text)
            }
            let word = try scanner.word()
            end = word.span.end
            binder.accept(word)
            try scanner.skipBlanks()
        }
        return (end, nil)
    }

    private var isAtOption: Bool { scanner.peek() == UInt8(ascii: "-") && scanner.peek(1) == UInt8(ascii: "-") }

    private var isAtCommandEnd: Bool { scanner.isAtCommandEnd || scanner.peek() == UInt8(ascii: "#") }

    /// Skips the words of a command that is none; what else is wrong in them says less.
    private mutating func unknownCommand(_ diagnostic: Diagnostic) throws(ScanFailure) -> Step {
        do throws(ScanFailure) {
            while !isAtCommandEnd {
                _ = try scanner.word()
                try scanner.skipBlanks()
            }
            return .failure([diagnostic])
        } catch {
            guard case .malformed = error else { throw error }
            throw .malformed([diagnostic])
        }
    }
}

extension Scanner {
    /// Whether a statement of SQL begins here, by its first word.
    func isAtBareSQL(_ table: CommandTable) -> Bool {
        var length = 0
        while length <= CommandTable.longestBareSQL, let byte = peek(length), isIdentifierByte(byte) { length += 1 }
        guard table.isBareSQL(source.text(Span(position, position + length))) else { return false }
        guard let next = peek(length) else { return true }
        return next != UInt8(ascii: "-") && next != UInt8(ascii: "=")
    }
}

extension Parser {
    /// All statements and all errors of a whole text.
    package static func parse(_ source: SourceText, table: CommandTable) -> (
        statements: [Statement], diagnostics: [Diagnostic]
    ) {
        var parser = Parser(source, table: table)
        var statements: [Statement] = []
        var diagnostics: [Diagnostic] = []
        while true {
            switch parser.next() {
            case .statement(let statement): statements.append(statement)
            case .failure(let failures): diagnostics += failures
            case .incomplete, .end: return (statements, diagnostics)
            }
        }
    }
}
