import CommandLanguage
import Testing

/// What may stand at a cursor in a text of commands.
@Suite struct CursorPlaceTests {
    private func place(_ text: String) -> CursorPlace {
        CursorPlace(in: text, cursor: text.utf8.count, table: helpfulTable)
    }

    private static let beginnings = [
        "heal", "node", "help", "exec", "if", "foreach", "try", "transaction", "lock", "include", "wait", "assert",
        "sleep", "SQL",
    ]

    @Test(arguments: ["", "no", "heal; ", "heal list\n", "if a == b {\n", "if a == b { heal }\n x", "# c\n", "SELECT"])
    func beginnings(_ text: String) { #expect(place(text).summary == Self.beginnings) }

    @Test(arguments: [
        Case("node ", "attach", "show"), Case("node at", "attach", "show"),
        // A command that is the beginning of others.
        Case("heal ", "list", "status", "<all|NAMES>"), Case("heal l", "list", "status", "<all|NAMES>"),
        Case("heal dn1 ", "<all|NAMES>"),
        Case("heal -", "--parallel", "--timeout", "--format", "--help"),
        Case("heal --parallel 2 --", "--timeout", "--format", "--help"),
        Case("heal --parallel=2 --", "--timeout", "--format", "--help"),
        Case("heal '--", "list", "status", "<all|NAMES>"),
        Case("heal --parallel ", "--parallel N"), Case("heal --parallel -", "--timeout", "--format", "--help"),
        Case("heal --parallel=", "--parallel N"), Case("heal --paralel="), Case("node --", "--help"), Case("--"),
        Case("node --a="),
        Case("heal --parallel 2 ", "<all|NAMES>"), Case("heal -- --", "<all|NAMES>"),
        Case("node show dn1 "), Case("node show --timeout 5s ", "<NAME>"),
        Case("node show dn1 --format ", "--format FORMAT"),
        Case("node attach dn1 --to ", "--to TABLE…"), Case("node attach dn1 --to a ", "--to TABLE…"),
        // One of the command's own options hides another of its name.
        Case("node attach dn1 --to a -", "--timeout", "--format", "--help"),
        Case("node attach dn1 --to a --format json ", "<NAMES>"),
        Case("exec ", "SQL"), Case("exec -", "--on", "--timeout", "--format", "--help"),
        Case("exec --on ", "--on NODES"), Case("exec --on dn1 ", "SQL"),
        Case("help node ", "<COMMAND|TOPIC>"),
        Case("nod "), Case("nod at"), Case("node lst "), Case("node show dn1 x "),
    ])
    func commands(_ row: Case) { #expect(place(row.text).summary == row.expected) }

    @Test(arguments: [
        Case("if ", "node", "role", "hypertable", "cluster", "in-doubt", "rows", "<A>", "<A>", "not"),
        Case("if not ", "node", "role", "hypertable", "cluster", "in-doubt", "rows", "<A>", "<A>"),
        Case("if node ", "<N>"), Case("if node d", "<N>"),
        Case("if node dn1 ", "exists", "up", "available", "attached"), Case("if node dn1 attached ", "to"),
        Case("if node dn1 attached to ", "<T>"), Case("if node ${x} ", "exists", "up", "available", "attached"),
        Case("if node dn1 up ", "and", "or", "{"), Case("if role r exists ", "everywhere", "and", "or", "{"),
        Case("if role r exists everywhere ", "and", "or", "{"), Case("if a ", "==", "!=", "<", "<=", ">", ">="),
        Case("if a == ", "<B>"), Case("if rows ", "<$$SQL$$>"), Case("if a < b and node ", "<N>"),
        Case("if a == b or not cluster ", "healthy"), Case("if a == b and in-doubt none ", "and", "or", "{"),
        Case("if a == b ", "and", "or", "{"), Case("if a == b c "), Case("if nod a "),
        Case("if a == b {\n} ", "else"), Case("if a == b {\n}", "else"), Case("if a == b {\n} el", "else"),
        Case("foreach n in nodes {\n} "), Case("if a == b {\n} else {\n} "),
        Case("if a == b {\n} else ", "if", "{"), Case("if a == b {\n} else if cluster ", "healthy"),
        Case("if a == b {\n} else if cluster healthy ", "and", "or", "{"), Case("else ", "if", "{"),
        Case("foreach "), Case("foreach n ", "in"),
        Case("foreach n in ", "nodes", "roles", "hypertables", "rows", "query"),
        Case("foreach n in ro", "nodes", "roles", "hypertables", "rows", "query"), Case("foreach n in a ", "{"),
        Case("foreach a, "), Case("foreach a, b ", "in"), Case("foreach a in rows "),
        Case("foreach a in rows $$ SELECT 1 $$ ", "{"), Case("foreach a in query b ", "{"),
        Case("try ", "{"), Case("try {\n} ", "else", "finally"), Case("try {\n} else {\n} ", "finally"),
        Case("try {\n} finally ", "{"), Case("try {\n} finally {\n} "), Case("lock "), Case("lock a ", "{"),
        Case("transaction ", "{"), Case("include ", "<FILE>"), Case("include a ", "<ARG>"),
        Case("sleep ", "<TIME>"), Case("wait ", "until"),
        Case("wait until node ", "<N>"), Case("wait until in-doubt ", "none"),
        Case("wait until in-doubt none ", "and", "or", "--timeout", "--every"),
        Case("wait until in-doubt none --every 2s ", "and", "or", "--timeout"),
        Case("wait until --every 2s node ", "<N>"), Case("wait until --every ", "--every TIME"),
        Case("wait until in-doubt none --", "--timeout", "--every", "--format", "--help"),
        Case("assert role app exists ", "everywhere", "and", "or"), Case("assert cluster healthy ", "and", "or"),
    ])
    func statements(_ row: Case) { #expect(place(row.text).summary == row.expected) }

    @Test(arguments: [
        ("heal dn1 'dn 2", "'dn 2", 9), ("heal \"d", "\"d", 5), ("heal --parallel=3", "--parallel=3", 16),
        ("heal a${x}${na", "${na", 12), ("exec SELECT 1, 'a", "[SELECT 1, 'a", 5), ("exec $$ SEL", "[$$ SEL", 5),
        ("exec 'SELECT 1' ", "['SELECT 1' ", 5), ("exec --on dn1,d", "dn1,d", 10),
        ("SELECT 1;\nSELECT\n 2", "[SELECT\n 2", 10), ("exec SELECT ${x}\nheal a", "a", 22), ("heal \\\n l", "l", 8),
        ("select", "select", 0), ("if a == b { exec x }", "", 20),
    ])
    func whatIsWritten(_ text: String, _ expected: String, _ start: Int) {
        let place = place(text)
        #expect(place.written == expected)
        switch place.subject {
        case .word(let word): #expect(word.start == start)
        case .variable(_, let offset), .sql(_, let offset): #expect(offset == start)
        case .nothing: Issue.record("nothing")
        }
    }

    @Test(arguments: ["heal # a", "# a", "heal a${x}b", "echo \"a\\q", "heal $$a", "if a == b {", "heal \"\\q\" x"])
    func nothingIsWritten(_ text: String) {
        let place = place(text)
        #expect(place.written == nil && place.summary.isEmpty)
    }

    @Test func whatIsGivenAlready() {
        #expect(place("heal dn1 'dn 2' --parallel 3 ${x} d").given == ["dn1", "dn 2", "3"])
        #expect(place("node attach dn1 --to a b ").given == ["dn1", "a", "b"])
        #expect(place("help node ").given == ["node"])
        #expect(place("heal dn1; heal ").given == [])
    }

    @Test func wordsHaveTheSummariesOfWhatTheyName() {
        let words = (place("").expected + place("heal ").expected).compactMap {
            if case .word(let word, let summary) = $0 { "\(word): \(summary)" } else { nil }
        }
        #expect(words.contains("node: attach, show"))
        #expect(words.contains("heal: Heal nodes"))
        #expect(words.contains("list: List transactions"))
        #expect(words.contains("wait: Wait until a predicate holds"))
    }

    @Test func theCursorEndsWhatIsLookedAt() {
        let place = CursorPlace(in: "node a dn1", cursor: 6, table: helpfulTable)
        #expect(place.written == "a" && place.summary == ["attach", "show"])
    }

    /// Wherever a text is cut off, there is a place at its end.
    @Test func everyPlaceOfAText() {
        let text =
            "if not node dn1 up {\n  exec $$a$$ # c\n} else if ${x} == \"a\\n\" { SELECT 'x'; }\nheal --parallel=1 -- a"
        for cursor in 0...text.utf8.count {
            _ = CursorPlace(in: text, cursor: cursor, table: helpfulTable).summary
        }
    }
}
