import CommandLanguage
import LanguageProperties
import Testing

/// What is printed is read as the same statement again.
@Suite struct PrintingTests {
    @Test(arguments: [
        Case("node  add 'dn 1'  --host=db1 --yes", "node add 'dn 1' --host=db1 --yes"),
        Case("node add --host h -- --dn1", "node add --host=h -- --dn1"),
        Case("node attach --to a b -- c", "node attach c --to=a b"),
        Case("echo \"a\"'b'$$c\nd$$ \"x${y}z\" '' \"\\$\"", "echo 'a'\"b\"\"c\\nd\" 'x'${y}'z' '' '$'"),
        Case("echo a{1..3}{b,'c d'}${x:-y z}", "echo a{1..3}{b,'c d'}${x:-y z}"),
        Case("exec --on dn1 SELECT ';' # 1", "exec --on=dn1 SELECT ';' # 1"),
        Case("exec -- -- x", "exec -- -- x"), Case("SELECT 1 ;", "SELECT 1;"),
        Case("SELECT 1 -- x\n;", "SELECT 1 -- x\n;"), Case("echo a\\", "echo a\\ "),
        Case("exec $$ a $$ # b", "exec $$ a $$"),
        Case("if a==b == c { echo x\n}", "if a==b == c {\n    echo x\n}"),
        Case(
            "if not node a up { echo b; if c == d { } } else if cluster healthy { } else { sql SELECT 1 }",
            """
            if not node a up {
                echo b
                if c == d {
                }
            } else if cluster healthy {
            } else {
                sql SELECT 1
            }
            """),
        Case("foreach n in nodes { transaction { } }", "foreach n in nodes {\n    transaction {\n    }\n}"),
        Case("foreach n in 'nodes' {}", "foreach n in 'nodes' {\n}"),
        Case(
            "foreach a,b in rows 'SELECT ''x''' { echo }", "foreach a, b in rows $q0$SELECT 'x'$q0$ {\n    echo\n}"),
        Case(
            "try { } else { lock 'a b' { } } finally { sleep 2s }",
            "try {\n} else {\n    lock 'a b' {\n    }\n} finally {\n    sleep 2s\n}"),
        Case(
            "assert not rows $$ SELECT 1 $$ and 1 < 2 or a == b 'm'",
            "assert not rows $q0$ SELECT 1$q0$ and 1 < 2 or a == b 'm'"),
        Case("echo ${x:?a b}", "echo ${x:?a b}"), Case("echo ${script.dir}/a", "echo ${script.dir}/a"),
        Case("include 'a b' c ${d}", "include 'a b' c ${d}"),
        Case("wait until --every 2s node a attached to b", "wait until node a attached to b --every=2s"),
        Case("assert -- role --x exists everywhere --y", "assert -- role --x exists everywhere --y"),
        Case("assert in-doubt none ok", "assert in-doubt none ok"), Case("sleep 2s", "sleep 2s"),
    ])
    func printed(_ row: Case) {
        let (statements, _) = Parser.parse(SourceText(name: "t", row.text), table: table)
        #expect(statements.map(\.printed) == row.expected)
        #expect(reading(of: statements.printed) == statements.map(\.summary))
    }

    @Test func commandsGivenAsWords() throws {
        for words in [
            ["exec", "SELECT 1\n, 2"], ["exec", "$q0$ \n $q0$"], ["assert", "node", "a\nb", "up", "--", "--x"],
        ] {
            guard case .statement(let statement) = ArgumentWords(words).parse(table: table) else {
                Issue.record("\(words)")
                continue
            }
            #expect(statement.summary == reading(of: statement.printed).joined())
        }
    }

    @Test(arguments: 0..<8)
    func randomStatements(_ seed: UInt64) {
        var generator = StatementGenerator(numbers: SplitMix(state: seed))
        for _ in 0..<60 {
            let text = generator.statement(depth: 4)
            let (statements, diagnostics) = Parser.parse(SourceText(name: "t", text), table: table)
            #expect(diagnostics.map(\.summary) == [], "\(text)")
            #expect(reading(of: statements.printed) == statements.map(\.summary), "\(text)")
            #expect(
                statements.printed
                    == Parser.parse(SourceText(name: "t", statements.printed), table: table).statements.printed)
        }
    }
}

/// Makes statements by chance, each of them without an error.
private struct StatementGenerator {
    var numbers: SplitMix

    mutating func statement(depth: Int) -> String {
        guard depth > 0, number(2) == 0 else { return simple() }
        switch number(7) {
        case 5: return "lock \(pick(["a", "'b c'", "${x}"])) \(block(depth))"
        case 6:
            let ends = [" else \(block(depth))", " finally \(block(depth))"]
            return "try \(block(depth))" + pick([ends[0], ends[1], ends[0] + ends[1]])
        case 4:
            let query = pick(["$$ SELECT 1 $$", "'VALUES (1)'", "$x$\n(TABLE t) -- $$\n$x$", "\"SELECT :'x'\""])
            let names = pick(["a", "a, b", "a,b ,c"])
            return "foreach \(names) in \(pick(["rows", "query"])) \(query) \(block(depth))"
        case 0: return "transaction \(block(depth))"
        case 1:
            let source = pick([
                "nodes", "roles", "hypertables", "'nodes'", "a b", "dn{1..3} ${x}", word(), "nodes roles",
            ])
            return "foreach \(pick(["n", "in", "x1"])) in \(source) \(block(depth))"
        default:
            var text = "if \(condition()) \(block(depth))"
            for _ in 0..<number(3) { text += " else if \(condition()) \(block(depth))" }
            return text + (number(2) == 0 ? " else \(block(depth))" : "")
        }
    }

    private mutating func simple() -> String {
        switch number(9) {
        case 0: "echo \(word()) \(word()) \(word())"
        case 1: "node add \(name()) --host=\(word()) --port \(pick(["5432", "${p}", "'1'"]))"
        case 2: "exec --on \(name()) SELECT \(pick(["1", "';'", "$$ } $$", "'\n'", ":'x'", "1 -- c\n"]))"
        case 3: "node attach \(name()) --to \(name()) \(name()) --yes"
        case 4: "include \(pick(["a", "'b c'"])) \(word())"
        case 5: "assert \(condition()) \(word())"
        case 6: "wait until \(condition()) --timeout \(pick(["5s", "${t}", "'1m'"]))"
        case 7: "sleep \(pick(["2s", "${t}", "1s"]))"
        default:
            pick(["SELECT ", "insert into t ", "/* ; */BEGIN ", "--;\nLock Table "])
                + pick(["1", "'}'", "a\n, b", "1 -- c\n"]) + ";"
        }
    }

    private mutating func block(_ depth: Int) -> String {
        var text = "{"
        for _ in 0..<number(4) {
            text += pick([" ", "\n", "\n\n  "]) + statement(depth: depth - 1) + pick(["\n", "; ", "\n;"])
        }
        // A comment of SQL hides what is behind it.
        return text + "\n}"
    }

    private mutating func condition() -> String {
        var text = term()
        for _ in 0..<number(3) { text += pick([" and ", " or "]) + term() }
        return text
    }

    private mutating func term() -> String {
        let predicate = pick([
            "node \(name()) exists", "node \(name()) up", "node \(name()) available",
            "node \(name()) attached to \(name())", "role \(name()) exists", "role \(name()) exists everywhere",
            "hypertable \(name()) exists", "hypertable \(name()) replicated", "cluster healthy", "in-doubt none",
            "\(word()) == \(word())", "\(word()) != \(word())", "rows $$ SELECT ';' -- }\n $$", "rows 'TABLE t'",
            "\(size()) < \(size())", "\(size()) >= \(size())",
        ])
        return (number(2) == 0 ? "not " : "") + predicate
    }

    private mutating func size() -> String { pick(["1", "${x}", "10GB", "'2'", "-3.5", "\"${x}0\""]) }

    private mutating func name() -> String { pick(["dn1", "'a b'", "${x}", "\"d${x}\"", "é", "d'n'1", "$a"]) }

    private mutating func word() -> String {
        pick([
            "a", "'b c'", "\"d\\n\"", "${x}", "${y:-z w}", "{1..3}", "{a,b}c", "$$e\nf$$", "''", "'a'\"b\"", "\"'\"",
            "${y:?no y}",
            "${script.dir}", "a=b", "-", "node",
            "\"a${b}c\"", "{a", "a}b", "p#x", "\\a", "$",
        ])
    }

    private mutating func pick(_ choices: [String]) -> String { choices.randomElement(using: &numbers) ?? "" }

    private mutating func number(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &numbers) }
}
