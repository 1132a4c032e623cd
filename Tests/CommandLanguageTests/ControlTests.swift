import CommandLanguage
import LanguageProperties
import Testing

@Suite struct ControlTests {
    @Test(arguments: [
        Case("if cluster healthy {\necho a\n}", "if cluster healthy { echo [a] }"),
        Case("if cluster healthy { echo a }", "if cluster healthy { echo [a] }"),
        Case("if cluster healthy {}\necho b", "if cluster healthy {}", "echo [b]"),
        Case("if not node dn1 up { echo a; echo b };echo c", "if not node [dn1] up { echo [a]; echo [b] }", "echo [c]"),
        Case(
            "if node a up {\n echo 1\n} else if node b up { # c\n echo 2\n} else {\n echo 3\n} # d\n",
            "if node [a] up { echo [1] } else if node [b] up { echo [2] } else { echo [3] }"),
        Case("if ${x} == '' { echo a } else { }", "if [${x}] == [''] { echo [a] } else {}"),
        Case(
            "foreach n in nodes { transaction { sql SELECT 1 } }",
            "foreach n in the nodes { transaction { sql | SELECT 1 } }"),
        Case("foreach n in roles {}", "foreach n in the roles {}"),
        Case("foreach n in hypertables {}", "foreach n in the hypertables {}"),
        Case("foreach n in 'nodes' {}", "foreach n in ['nodes'] {}"),
        Case("foreach n in nodes roles {}", "foreach n in [nodes] [roles] {}"),
        Case("foreach n in dn{1..3} ${x} {\n}", "foreach n in [dn+{1...3 width 0}] [${x}] {}"),
        Case("foreach n in {a,b} {\n}", "foreach n in [{a|b}] {}"),
        Case("foreach in in in {\n}", "foreach in in [in] {}"),
        Case("if \\\n cluster \\\n healthy \\\n {\n}", "if cluster healthy {}"),
        Case("transaction {\r\necho a\r\n}\r\n", "transaction { echo [a] }"),
        Case("transaction { echo '}' \"}\" $$}$$ }", "transaction { echo ['}'] ['}'] ['}'] }"),
        Case("transaction { echo }", "transaction { echo }"),
        Case("transaction { echo a}\n}", "transaction { echo [a}] }"),
        Case("echo } {", "echo [}] [{]"),
        Case("transaction { transaction { echo a }}", "transaction { transaction { echo [a] } }"),
        Case("transaction { exec SELECT '}' -- }\n}", "transaction { exec | SELECT '}' -- } }"),
        Case("transaction { SELECT 1\n,2; }", "transaction { sql | SELECT 1\n,2 }"),
        Case("transaction { exec $$a } b$$ }", "transaction { exec | a } b }"),
        Case("transaction { exec 'a' }", "transaction { exec | a }"),
        Case("exec SELECT 1 }", "exec | SELECT 1 }"),
        Case("foreach a, b in rows $$ SELECT 1, 2 $$ {}", "foreach a,b in the rows |  SELECT 1, 2 {}"),
        Case("foreach a,b ,c in rows 'SELECT :''x''' {}", "foreach a,b,c in the rows | SELECT <literal x> {}"),
        Case("foreach a in query $q$\n(table t)$q$ { echo }", "foreach a in the query | \n(table t) { echo }"),
        Case("foreach a in rows tables {}", "foreach a in [rows] [tables] {}"),
        Case("foreach a in rows {}", "foreach a in [rows] {}"),
        Case("try { echo a } else { echo b }", "try { echo [a] } else { echo [b] }"),
        Case("try {\necho a\n} finally {\necho b\n}\necho c", "try { echo [a] } finally { echo [b] }", "echo [c]"),
        Case(
            "try { try {} else {} } else { lock a {} } finally { echo }",
            "try { try {} else {} } else { lock [a] {} } finally { echo }"),
        Case("lock 'a b' { echo }", "lock ['a b'] { echo }"), Case("lock ${n}-x {}", "lock [${n}+-x] {}"),
        Case("lock 'table' {}", "lock ['table'] {}"),
        Case("include a.tscl", "include [a.tscl] of a.tscl"),
        Case("include 'a b' x ${y}", "include ['a b'] [x] [${y}] of a b"),
        Case("wait until node dn1 up", "wait until node [dn1] up"),
        Case("wait until not in-doubt none --every 1s", "wait until not in-doubt none --every=1s"),
        Case(
            "wait until node dn1 up --timeout=${t} --every 500ms",
            "wait until node [dn1] up --timeout=${t} --every=500ms"),
        Case("assert cluster healthy", "assert cluster healthy"),
        Case("assert cluster healthy 'it must be'", "assert cluster healthy else ['it must be']"),
        Case("assert role r exists everywhere", "assert role [r] exists everywhere"),
        Case("assert role r exists 'everywhere'", "assert role [r] exists else ['everywhere']"),
        Case("sleep 2s", "sleep [2s]"),
        Case("sleep ${t}", "sleep [${t}]"),
    ])
    func statements(_ row: Case) { #expect(reading(of: row.text) == row.expected) }

    @Test(arguments: [
        Case("node dn1 exists", "node [dn1] exists"), Case("node dn1 up", "node [dn1] up"),
        Case("node 'a b' available", "node ['a b'] available"),
        Case("node ${n} attached to s.t", "node [${n}] attached to [s.t]"),
        Case("role r exists", "role [r] exists"), Case("role r exists everywhere", "role [r] exists everywhere"),
        Case("hypertable t exists", "hypertable [t] exists"),
        Case("hypertable t replicated", "hypertable [t] replicated"),
        Case("cluster healthy", "cluster healthy"), Case("in-doubt none", "in-doubt none"),
        Case("a == b", "[a] == [b]"), Case("'' != ${x}", "[''] != [${x}]"), Case("not == not", "[not] == [not]"),
        Case("node == node", "[node] == [node]"),
        Case("node not up", "node [not] up"),
        Case("rows $$ SELECT 1 $$", "rows |  SELECT 1"), Case("rows == b", "[rows] == [b]"),
        Case("1 < 2", "[1] < [2]"), Case("${x} >= 10GB", "[${x}] >= [10GB]"), Case("5m <= '1h'", "[5m] <= ['1h']"),
        Case("-1.5 > 0", "[-1.5] > [0]"), Case("0 < 5m", "[0] < [5m]"), Case("1e3 < 1kB", "[1e3] < [1kB]"),
        Case("and == or", "[and] == [or]"),
    ])
    func predicates(_ row: Case) {
        #expect(reading(of: "assert \(row.text)") == row.expected.map { "assert \($0)" })
        #expect(reading(of: "assert not \(row.text)") == row.expected.map { "assert not \($0)" })
        #expect(reading(of: "if \(row.text) {}") == row.expected.map { "if \($0) {}" })
        #expect(reading(of: "wait until \(row.text)") == row.expected.map { "wait until \($0)" })
    }

    @Test(arguments: [
        Case(
            "a == b and not c == d or node n up and x != y",
            "[a] == [b] and not [c] == [d] or node [n] up and [x] != [y]"),
        Case("and == or or or != and", "[and] == [or] or [or] != [and]"),
    ])
    func severalPredicates(_ row: Case) {
        #expect(reading(of: "assert \(row.text) 'm'") == row.expected.map { "assert \($0) else ['m']" })
        #expect(reading(of: "if \(row.text) {}") == row.expected.map { "if \($0) {}" })
    }
}
