internal import CommandLanguage

/// What holds of every text, whoever wrote it: reading it ends, what is said of it lies inside it, what is printed is
/// read as the same again, and it does not matter in what pieces it arrives.
package struct ReadingProperties {
    private let source: SourceText
    /// What does not hold, in words.
    private var violations: [String] = []

    /// - Returns: what does not hold of a text; nothing, unless there is a fault in how texts are read.
    package static func violations(of bytes: [UInt8]) -> [String] {
        var properties = ReadingProperties(source: SourceText(name: "t", bytes: bytes))
        let whole = properties.read(isFinal: true)
        _ = properties.read(isFinal: false)
        // Behind an error less text can be looked over for where commands begin again.
        if let streamed = StreamedText(bytes).reading() {
            properties.compare(streamed.upToFirstError, with: whole.upToFirstError, "read line by line")
        }
        properties.checkScript()
        properties.checkWords()
        properties.checkCursor()
        // The same in a file of SQL, where psql's \connect and what is in quotes mean something else.
        var ofSQL = ReadingProperties(source: SourceText(name: "t.sql", bytes: bytes))
        _ = ofSQL.read(isFinal: true)
        return properties.violations + ofSQL.violations
    }

    private init(source: SourceText) { self.source = source }

    private mutating func expect(_ holds: Bool, _ violation: @autoclosure () -> String) {
        if !holds { violations.append(violation()) }
    }

    private mutating func compare(_ actual: [String], with expected: [String], _ how: String) {
        expect(actual == expected, "\(how):\n  \(actual)\ninstead of\n  \(expected)")
    }

    // MARK: A whole text

    private mutating func read(isFinal: Bool) -> Reading {
        var parser = Parser(source, table: table, isFinal: isFinal)
        var reading = Reading()
        var end = 0
        while true {
            let before = parser.position
            let step = parser.next()
            expect(parser.position <= source.bytes.count, "read on behind the end")
            switch step {
            case .statement(let statement):
                reading.append(statement)
                if case .command(let invocation) = statement {
                    expect(invocation.span.start >= end, "\(statement.summary) begins in the command before it")
                    end = invocation.span.end
                    check(invocation)
                }
                checkPrinting(statement)
            case .failure(let diagnostics):
                reading.append(diagnostics)
                expect(!diagnostics.isEmpty, "a failure without an error")
                check(diagnostics)
            case .incomplete:
                expect(!isFinal, "incomplete at the end of all")
                return reading
            case .end:
                return reading
            }
            guard parser.position > before else {
                // What is left open is told at the end, where nothing more is read.
                expect(parser.position == source.bytes.count, "no progress at \(before)")
                if parser.position < source.bytes.count { return reading }
                continue
            }
        }
    }

    private mutating func check(_ invocation: Invocation) {
        let bounds = invocation.span
        let spans =
            (invocation.operands + invocation.options.flatMap(\.values)).map(\.span)
            + invocation.options.map(\.span) + (invocation.text.map { [$0.span] } ?? [])
        for span in spans {
            expect(
                bounds.start <= span.start && span.start <= span.end && span.end <= bounds.end,
                "\(span) is not in \(bounds)")
        }
        expect(bounds.start <= bounds.end && bounds.end <= source.bytes.count, "\(bounds) is not in the text")
        var variables = Variables()
        variables["x"] = Variables.Value("v")
        do {
            let arguments = try Arguments(invocation, variables: variables)
            let length = try arguments.sql(literal: { $0 }, identifier: { $0 })?.text.unicodeScalars.count ?? 0
            for character in [1, length / 2, length, length + 1] {
                let span = arguments.span(ofCharacter: character, literal: { $0 }, identifier: { $0 })
                expect(
                    span.map { bounds.start <= $0.start && $0.end <= bounds.end } ?? true,
                    "the place of character \(character) is not in the command")
            }
        } catch {
            check([error])
        }
    }

    private mutating func check(_ diagnostics: [Diagnostic]) {
        for diagnostic in diagnostics {
            let span = diagnostic.span
            expect(
                0 <= span.start && span.start <= span.end && span.end <= diagnostic.source.bytes.count,
                "\(diagnostic.message): \(span) is not in the text")
            expect(!diagnostic.message.isEmpty && diagnostic.text().hasSuffix("\n"), "an error without a message")
        }
    }

    /// What was written for psql has in its quotes what no other text can.
    private mutating func checkPrinting(_ statement: Statement) {
        var name = "t"
        if case .command(let invocation) = statement, invocation.isPsqls { name = "t.sql" }
        let printed = statement.printed
        compare(
            reading(of: printed + "\necho end", name: name), with: [statement.summary, "echo [end]"],
            "read \(printed.debugDescription)"
        )
        let again = Parser.parse(SourceText(name: name, printed), table: table).statements.map(\.printed)
        compare(again, with: [printed], "printed again")
    }

    // MARK: What is made of statements

    private mutating func checkScript() {
        let (statements, diagnostics) = Parser.parse(source, table: table)
        check(diagnostics)
        var variables = Variables()
        variables["x"] = Variables.Value("")
        var script = ScriptCheck(variables: variables, refusalInTransaction: { syntax, _ in syntax.name })
        check(script.diagnostics(of: statements))
    }

    /// The text as it is being typed: what is written at its end lies inside it.
    private mutating func checkCursor() {
        let text = String(decoding: source.bytes, as: UTF8.self)
        let cursor = text.utf8.count
        switch CursorPlace(in: text, cursor: cursor, table: table).subject {
        case .word(let word): expect(0...cursor ~= word.start, "the word begins at \(word.start)")
        case .variable(let name, let start), .sql(let name, let start):
            expect(start + name.utf8.count == cursor, "\(name) at \(start) is not the end")
        case .nothing: break
        }
        _ = ArgumentWords(arguments).cursorPlace(table: table)
    }

    /// The text as the arguments of a command line, split at its blanks.
    private var arguments: [String] {
        source.bytes.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
    }

    private mutating func checkWords() {
        let words = arguments
        switch ArgumentWords(words).parse(table: table) {
        case .failure(let diagnostics): check(diagnostics)
        case .statement(let statement): checkPrinting(statement)
        case .incomplete: violations.append("arguments that wait for more")
        case .end: break
        }
    }
}
