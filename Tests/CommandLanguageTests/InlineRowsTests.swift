import CommandLanguage
import LanguageProperties
import Testing

/// Rows behind a COPY … FROM STDIN, in a text that is whole and in one that arrives line by line.
@Suite struct InlineRowsTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let text: String
        let rows: [String?]
        let rest: [String]

        init(_ text: String, _ rows: String?..., rest: String...) {
            self.text = text
            self.rows = rows
            self.rest = rest
        }

        var testDescription: String { text.debugDescription }
    }

    /// The rows of each COPY, and the words that are echoed.
    private func parts(_ text: String) -> (rows: [String?], rest: [String]) {
        let (statements, diagnostics) = Parser.parse(SourceText(name: "t", text), table: table)
        var parts: (rows: [String?], rest: [String]) = ([], diagnostics.map(\.summary))
        func add(_ statements: [Statement]) {
            for statement in statements {
                guard case .command(let invocation) = statement else {
                    statement.bodies.forEach(add)
                    continue
                }
                guard invocation.text != nil else {
                    parts.rest.append(invocation.summary)
                    continue
                }
                let rows = invocation.rows
                parts.rows.append(
                    rows.flatMap { rows in rows.end.map { invocation.source.text(Span(rows.start, $0)) } })
            }
        }
        add(statements)
        return parts
    }

    @Test(arguments: [
        Row("COPY t FROM STDIN;\nquit\n\\.\necho a", "quit\n", rest: "echo [a]"),
        Row("copy public.t (a, b) from stdin with (format csv); -- c\r\n'\r\n\\.\r\necho a", "'\r\n", rest: "echo [a]"),
        Row("sql COPY t FROM STDIN\n\\N\n\\.\n", "\\N\n"),
        Row("COPY t FROM STDIN;\n\\.", ""), Row("COPY t FROM STDIN;\n a\\.\n\\.b\n \\.\n\\.", " a\\.\n\\.b\n \\.\n"),
        Row("COPY t FROM STDIN;\n1\n\\.\nCOPY u FROM STDIN;\n2\n\\.\necho a", "1\n", "2\n", rest: "echo [a]"),
        Row("transaction {\nCOPY t FROM STDIN;\n}\n\\.\necho a\n}\necho b", "}\n", rest: "echo [a]", "echo [b]"),
        // It is one in quotes too, and where the command is going to refuse it.
        Row("sql 'COPY t FROM STDIN'\necho a\n\\.\necho b", "echo a\n", rest: "echo [b]"),
        Row("sql $$ COPY t FROM STDIN $$\necho a\n\\.\necho b", "echo a\n", rest: "echo [b]"),
        Row("sql \"copy \\\"t\\\" from stdin\"\necho a\n\\.\necho b", "echo a\n", rest: "echo [b]"),
        Row("COPY :\"x\" FROM STDIN;\necho a\n\\.\necho b", "echo a\n", rest: "echo [b]"),
        Row("exec --on dn1 COPY t FROM STDIN\necho a\n\\.\necho b", "echo a\n", rest: "echo [b]"),
        // Any byte may be in rows.
        Row("COPY t FROM STDIN;\n\0\n\\.\necho a", "\0\n", rest: "echo [a]"),
        // Without that line they come from elsewhere.
        Row("COPY t FROM STDIN;\necho a", nil, rest: "echo [a]"), Row("COPY t FROM STDIN", nil),
        Row("COPY t FROM STDIN; echo a\necho b", nil, rest: "echo [a]", "echo [b]"),
        Row("transaction { COPY t FROM STDIN }\necho a", nil, rest: "echo [a]"),
        Row("COPY t TO STDOUT;\necho a", nil, rest: "echo [a]"),
        Row("COPY (SELECT 1 FROM stdin) TO STDOUT;\necho a", nil, rest: "echo [a]"),
        Row("COPY t FROM 'f';\necho a", nil, rest: "echo [a]"),
    ])
    func rowsAreData(_ row: Row) {
        let parts = parts(row.text)
        #expect(parts.rows == row.rows)
        #expect(parts.rest == row.rest)
    }

    /// What can't be read has rows behind it all the same, which are no commands.
    @Test(arguments: [
        "COPY t FROM STDIN ${x};\necho a\n\\.\necho b", "COPY t\n FROM STDIN ${x}; -- c\necho a\n\\.\necho b",
        "sql --no COPY t FROM STDIN\necho a\n\\.\necho b", "sql --no 'COPY t FROM STDIN'\necho a\n\\.\necho b",
        "sql --no $$ COPY t FROM STDIN$$;\necho a\n\\.\necho b", "exec --no COPY t FROM STDIN\necho a\n\\.\necho b",
        "exce COPY t FROM STDIN\necho a\n\\.\necho b", "\\copy t from stdin\necho a\n\\.\necho b",
        "COPY t FROM STDIN; echo c\necho a\n\\.\necho b",
    ])
    func rowsOfWhatIsWrongAreNoCommands(_ text: String) {
        let (statements, diagnostics) = Parser.parse(SourceText(name: "t", text), table: table)
        #expect(statements.map(\.summary) == ["echo [b]"])
        #expect(diagnostics.count == 1)
    }

    @Test(arguments: [
        "COPY t FROM STDIN;\necho a\n\\.\necho b\n", "COPY t FROM STDIN ${x};\necho a\n\\.\necho b\n",
        "transaction {\nCOPY t FROM STDIN;\n}\n\\.\n}\necho b\n", "COPY t FROM STDIN;\necho a\n",
        "sql COPY t FROM STDIN\n}\n\\.\n", "exec 'COPY t FROM STDIN'\necho a\n\\.\necho b\n",
        "COPY t FROM STDIN; echo c\necho a\n\\.\necho b\n",
    ])
    func piecesMakeNoDifference(_ text: String) {
        #expect(ReadingProperties.violations(of: Array(text.utf8)).isEmpty)
    }

    /// `\u{FF}` stands for a byte that is in no UTF-8.
    @Test(arguments: [
        ("transaction {\nCOPY t FROM STDIN;\n\u{FF}\n\\.\n}\necho b\n", []),
        // Between the statement and them no byte is that is no text, nor is any but a blank one.
        ("transaction {\nCOPY t FROM STDIN; -- \u{FF}\n\u{FF}\n\\.\n}\necho b\n", ["2: the byte 0xFF is not UTF-8"]),
        ("COPY t FROM STDIN;\0\0\nSTDIN;", ["1: a NUL byte can't be in a command", "2: unknown command STDIN"]),
        ("COPY t FROM STDIN;\0\n\u{FF}\n\\.\necho b\n", ["1: a NUL byte can't be in a command"]),
        ("COPY t FROM STDIN; -- \0\necho b\n", ["1: a NUL byte can't be in a command"]),
        (
            "COPY t FROM STDIN;\u{1}\n1\n\\.\necho b\n",
            ["1: the rows of the COPY begin on the next line, and this stands before them"]
        ),
        ("COPY t FROM STDIN;\u{B}\u{C}\t \r\n\u{FF}\n\\.\necho b\n", []),
        ("transaction {\nCOPY \u{FF} FROM STDIN;\n}\n\\.\n}\necho b\n", ["2: the byte 0xFF is not UTF-8"]),
    ])
    func piecesOfAnyBytesMakeNoDifference(_ text: String, _ errors: [String]) {
        let bytes = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        #expect(ReadingProperties.violations(of: bytes).isEmpty)
        let (_, diagnostics) = Parser.parse(SourceText(name: "t", bytes: bytes), table: table)
        #expect(diagnostics.map { "\($0.position.line): \($0.message)" } == errors)
    }

    @Test(arguments: [
        ("COPY t FROM STDIN;\necho a", "2: echo a"),
        ("echo b\nsql 'COPY t FROM STDIN' # c\n\n# d\r\n  echo a\r", "5: echo a"),
        ("COPY t FROM STDIN;\necho a\n\\.", nil), ("COPY t FROM STDIN;\n# c\n-- d\n", nil), ("COPY t FROM STDIN", nil),
        ("sql --into x COPY t TO STDOUT\necho a", nil), ("COPY t FROM STDIN; echo a\necho b", nil),
        ("COPY t FROM STDIN;\n} else {", nil),
    ])
    func commandsInThePlaceOfRowsAreNamed(_ text: String, _ warning: String?) {
        let invocations = Parser.parse(SourceText(name: "t", text), table: table).statements.compactMap {
            if case .command(let invocation) = $0 { invocation } else { nil }
        }
        let warnings = invocations.compactMap(\.warning)
        #expect(warnings.map { "\($0.position.line): \($0.source.text($0.span))" } == (warning.map { [$0] } ?? []))
    }

    @Test func whoTypesIsNotAskedForRowsYet() {
        var parser = Parser(SourceText(name: "t", "COPY t FROM STDIN;\n"), table: table, isFinal: false)
        guard case .statement(.command(let invocation)) = parser.next() else {
            Issue.record("no statement")
            return
        }
        #expect(parser.awaitsRows)
        #expect(invocation.rows.map { ($0.start, $0.end ?? -1) } ?? (0, 0) == (19, -1))
    }
}
