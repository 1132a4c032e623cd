import CommandLanguage
import LanguageProperties
import Testing

@Suite struct IncompleteTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let text: String
        let reason: Incompleteness
        /// Where the command begins that is not whole.
        let position: Int

        init(_ text: String, _ reason: Incompleteness, at position: Int = 0) {
            self.text = text
            self.reason = reason
            self.position = position
        }

        var testDescription: String { text.debugDescription }
    }

    @Test(arguments: [
        Row("echo a \\\n", .continuedLine), Row("echo a \\\r\n", .continuedLine), Row("echo a\\", .continuedLine),
        Row("echo a \\\r", .continuedLine), Row("exec a \\\n", .continuedLine), Row("SELECT 1 \\\n", .continuedLine),
        Row("qqqqqq \\\n", .continuedLine), Row("\n # c\n  echo a \\\n", .continuedLine, at: 8),
        Row("echo $$a\n", .dollarQuote(Array("$$".utf8))),
        Row("echo b\necho $x$a", .dollarQuote(Array("$x$".utf8)), at: 7),
        Row("exec $$a\n", .dollarQuote(Array("$$".utf8))), Row("exec DO $x$ ;\n", .dollarQuote(Array("$x$".utf8))),
        Row("SELECT", .statement), Row("SELECT 1\n", .statement), Row("SELECT ${x}\n", .statement),
        Row("exec SELECT 'a\n", .sqlQuote), Row("exec 'SELECT\n", .sqlQuote), Row("exec \"a\n", .sqlQuote),
        Row("transaction {\nCOPY t FROM STDIN;\n}\n", .rows, at: 14),
        Row("SELECT /* ; \n", .sqlQuote), Row("SELECT ';\n", .sqlQuote),
    ])
    func reasons(_ row: Row) {
        var parser = Parser(SourceText(name: "t", row.text), table: table, isFinal: false)
        var step = parser.next()
        while case .statement = step { step = parser.next() }
        guard case .incomplete(let reason) = step else {
            Issue.record("not incomplete: \(step)")
            return
        }
        #expect(reason == row.reason)
        #expect(parser.position == row.position)
    }

    @Test(arguments: [
        "echo a\n", "echo a", "SELECT 1;", "exec $$a$$\n", "echo 'a\n", "", "# c \\", "echo {a\n", "exec SELECT 1\n",
    ])
    func whatIsWhole(_ text: String) {
        var parser = Parser(SourceText(name: "t", text), table: table, isFinal: false)
        if case .incomplete(let reason) = parser.next() { Issue.record("waits for \(reason)") }
    }

    @Test func moreTextDoesNotMendAByteThatIsNoText() {
        var parser = Parser(SourceText(name: "t", "SELECT \0\n"), table: table, isFinal: false)
        guard case .failure(let diagnostics) = parser.next(), case .end = parser.next() else {
            Issue.record("no failure, or no end")
            return
        }
        #expect(diagnostics.map(\.message) == ["a NUL byte can't be in a command"])
    }
}
