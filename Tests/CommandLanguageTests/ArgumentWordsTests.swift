import CommandLanguage
import LanguageProperties
import Testing

@Suite struct ArgumentWordsTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let words: [String]
        let expected: [String]

        init(_ words: [String], _ expected: String...) {
            self.words = words
            self.expected = expected
        }

        var testDescription: String { words.description }
    }

    private func reading(of words: [String]) -> [String] {
        switch ArgumentWords(words).parse(table: table) {
        case .statement(let statement): [statement.summary]
        case .failure(let diagnostics): diagnostics.map(\.summary)
        case .incomplete(let reason): ["incomplete: \(reason)"]
        case .end: []
        }
    }

    @Test(arguments: [
        Row(["node", "list"], "node list"),
        Row(
            ["echo", "a b", "'x'", "${y}", "{1..2}", "#z", "a;b", "$$", ""],
            "echo ['a b'] [''x''] ['${y}'] ['{1..2}'] ['#z'] ['a;b'] ['$$'] ['']"),
        Row(["node", "add", "dn{1..2}", "--host=a b=c", "--yes"], "node add ['dn{1..2}'] --host=['a b=c'] --yes"),
        Row(["node", "add", "dn1", "--host", "${h}"], "node add ['dn1'] --host=['${h}']"),
        Row(["node", "add", "dn1", "--host=\u{301}x"], "node add ['dn1'] --host=['\u{301}x']"),
        Row(["node", "add", "dn1", "--host="], "node add ['dn1'] --host=['']"),
        Row(["echo", "--", "--yes"], "echo ['--yes']"),
        Row(["exec", "--on", "dn*", "DROP", "TABLE  x"], "exec --on=['dn*'] | DROP TABLE  x"),
        Row(
            ["sql", "SELECT 'a;\n${b'"],
            "2:1-4: a value can't become SQL by itself: ${b (write :'b' for a literal or :\"b\" for an identifier; $$…$$ inside is left as it is, and so are quotes in the statements of a .sql file)"
        ),
        Row(["sql", "SELECT 1\n, :'x' ; \n"], "sql | SELECT 1\n, <literal x>"),
        Row(["sql", "'SELECT 1'"], "sql | 'SELECT 1'"),
        Row(["SELECT", "1"], "sql | SELECT 1"),
        Row(["select(1)"], "sql | select(1)"),
        Row(["SELECT\n1;"], "sql | SELECT\n1"),
        Row(["show-sql", "on"], "show-sql ['on']"),
        Row([]),
    ])
    func words(_ row: Row) { #expect(reading(of: row.words) == row.expected) }

    @Test(arguments: [
        Row(["exec", "a; b"], "1:9-10: one statement at a time (use -c once for each)"),
        Row(["exec", "a;", "b"], "1:9-10: one statement at a time (use -c once for each)"),
        Row(["exec", ";"], "1:1-5: exec needs TEXT (usage: exec [--on NODES] [--no-transaction] TEXT)"),
        Row(["exec"], "1:1-5: exec needs TEXT (usage: exec [--on NODES] [--no-transaction] TEXT)"),
        Row(["exec", "SELECT '"], "1:13-14: unclosed ' (it is open to the end of the input)"),
        Row(
            ["exec", "--onn", "SELECT '"], "1:6-11: unknown option --onn (did you mean --on?)",
            "1:19-20: unclosed ' (it is open to the end of the input)"),
        Row(["node", "add", "a", "--hots", "b"], "1:12-18: unknown option --hots (did you mean --host?)"),
        Row(["node", "add", "a", "--hots=b c"], "1:12-18: unknown option --hots (did you mean --host?)"),
        Row(["node", "list", "--yes=x"], "1:11-16: --yes takes no value"),
        Row(["nod", "list"], "1:1-4: unknown command nod (did you mean node?)"),
        Row(["node"], "1:1-5: node needs one of: list, add, attach, delete"),
        Row(["node", "'lst"], "1:6-10: unknown command node 'lst (node knows: list, add, attach, delete)"),
        Row(["node list"], "1:1-10: unknown command 'node list' (each argument is one word; -c takes a whole command)"),
        Row([""], "1:1-1: unknown command '' ('help' lists the commands)"),
        Row(["", "node"], "1:1-1: unknown command '' ('help' lists the commands)"),
        Row(["echo", "a\0b"], "1:7-8: a NUL byte can't be in a command"),
    ])
    func errors(_ row: Row) { #expect(reading(of: row.words) == row.expected) }

    @Test func patternsForNodesStayPatterns() throws {
        guard
            case .statement(.command(let invocation)) = ArgumentWords(["node", "attach", "dn*", "--to", "t"]).parse(
                table: table)
        else {
            Issue.record("no command")
            return
        }
        let arguments = try Arguments(invocation, variables: Variables())
        #expect(arguments.operands("NAMES").map(\.pattern) == ["dn*"])
    }
}
