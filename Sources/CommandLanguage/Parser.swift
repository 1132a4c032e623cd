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

    /// - Parameter isFinal: whether the text is all there is; otherwise a command that its end cuts off is `.incomplete`.
    package init(_ source: SourceText, table: CommandTable, isFinal: Bool = true) {
        scanner = Scanner(source, isFinal: isFinal)
        self.table = table
        if source.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { scanner.position = 3 }
    }

    /// The offset up to which the text has been read.
    package var position: Int { scanner.position }

    package mutating func next() -> Step {
        var start = scanner.position
        do throws(ScanFailure) {
            try skipBetweenCommands()
            guard !scanner.isAtEnd else { return .end }
            start = scanner.position
            if isAtBareSQL() { return try bareSQL() }
            return try command()
        } catch {
            switch error {
            case .incomplete(let reason):
                scanner.position = start
                return .incomplete(reason)
            case .malformed(let diagnostic):
                recover(from: start)
                return .failure([diagnostic])
            }
        }
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
        scanner.skipComment()
    }

    private func isAtBareSQL() -> Bool {
        var length = 0
        while let byte = scanner.peek(length), isIdentifierByte(byte), length <= 8 { length += 1 }
        let word = scanner.source.text(Span(scanner.position, scanner.position + length))
        guard table.isBareSQL(word) else { return false }
        guard let next = scanner.peek(length) else { return true }
        return next != UInt8(ascii: "-") && next != UInt8(ascii: "=")
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
            let diagnostic = unknownCommand(name, nameSpan, firstOperand)
            try skipToCommandEnd()
            return .failure([diagnostic])
        }
        return try bind(syntax, nameSpan, firstOperand)
    }

    private mutating func bind(_ syntax: CommandSyntax, _ nameSpan: Span, _ first: Word?) throws(ScanFailure) -> Step {
        var binder = Binder(syntax, nameSpan: nameSpan, source: scanner.source, table: table)
        var end = nameSpan.end
        var text: SQLText?
        if let first {
            binder.accept(first)
            end = first.span.end
        }
        while !isAtCommandEnd {
            if binder.expectsText, binder.hasEndedOptions || !isAtOption {
                let sql = try scanner.sql(overLines: false)
                end = sql.span.end
                text = sql
                break
            }
            let word = try scanner.word()
            end = word.span.end
            binder.accept(word)
            try scanner.skipBlanks()
        }
        if let invocation = binder.finish(end: end, text: text) { return .statement(.command(invocation)) }
        return .failure(binder.diagnostics)
    }

    private var isAtOption: Bool { scanner.peek() == UInt8(ascii: "-") && scanner.peek(1) == UInt8(ascii: "-") }

    private var isAtCommandEnd: Bool { scanner.isAtCommandEnd || scanner.peek() == UInt8(ascii: "#") }

    private mutating func skipToCommandEnd() throws(ScanFailure) {
        while !isAtCommandEnd {
            _ = try scanner.word()
            try scanner.skipBlanks()
        }
    }

    private func unknownCommand(_ name: String, _ nameSpan: Span, _ word: Word?) -> Diagnostic {
        let source = scanner.source
        let choices = table.words(after: name)
        guard let word else {
            return Diagnostic(
                "\(name) needs one of: \(choices.joined(separator: ", "))", at: nameSpan, in: source)
        }
        let written = source.text(word.span)
        let message = name.isEmpty ? "unknown command \(written)" : "unknown command \(name) \(written)"
        let help: String
        if let nearest = word.bareText.flatMap({ Suggestion.nearest(to: $0, among: choices) }) {
            help = "did you mean \(name.isEmpty ? nearest : name + " " + nearest)?"
        } else if name.isEmpty {
            help = "'help' lists the commands; SQL begins with 'sql'"
        } else {
            help = "\(name) knows: \(choices.joined(separator: ", "))"
        }
        return Diagnostic(message, at: word.span, in: source, help: help)
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
