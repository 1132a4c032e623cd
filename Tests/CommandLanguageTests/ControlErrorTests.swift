import CommandLanguage
import LanguageProperties
import Testing

@Suite struct ControlErrorTests {
    private static let noParentheses =
        "conditions have no parentheses "
        + "(and binds closer than or; a text that begins with ( stands in quotes)"
    private static let all =
        "predicates: node N exists|up|available|attached to T; role R exists [everywhere]; "
        + "hypertable T exists|replicated; cluster healthy; in-doubt none; rows $$SQL$$; A == B; A != B; A < B; A <= B; A > B; A >= B"

    @Test(arguments: [
        Case("", "1:1-7: assert needs PREDICATE [MESSAGE] (usage: assert PREDICATE [MESSAGE])"),
        Case("nod dn1 up", "1:8-11: unknown predicate nod (did you mean node?)"),
        Case("'node' dn1 up", "1:8-14: unknown predicate 'node' (did you mean node?)"),
        Case("zzzzzz", "1:8-14: unknown predicate zzzzzz (\(all))"),
        Case("not", "1:8-11: 'not' needs a predicate behind it"),
        Case("not zzzzzz", "1:12-18: unknown predicate zzzzzz (\(all))"),
        Case("node", "1:8-12: node needs N (node N exists|up|available|attached to T)"),
        Case(
            "node dn1",
            "1:8-16: node dn1 needs one of: exists, up, available, attached "
                + "(node N exists|up|available|attached to T)"),
        Case("node dn1 upp", "1:17-20: unknown predicate node dn1 upp (did you mean up?)"),
        Case(
            "node dn1 zzzzzz",
            "1:17-23: unknown predicate node dn1 zzzzzz (node N exists|up|available|attached to T)"),
        Case("node dn{1..2} up", "1:13-21: N is one name here (quote braces that are part of the name)"),
        Case("node '' up", "1:13-15: N: a name can't be empty"),
        Case(
            "node dn1 attached",
            "1:8-25: node dn1 attached needs to (node N exists|up|available|attached to T)"),
        Case(
            "node dn1 attached t",
            "1:26-27: unknown predicate node dn1 attached t (did you mean to?)"),
        Case("node dn1 attached to", "1:8-28: node dn1 attached to needs T (node N exists|up|available|attached to T)"),
        Case("role r", "1:8-14: role r needs exists (role R exists [everywhere])"),
        Case("hypertable t replicatd", "1:21-30: unknown predicate hypertable t replicatd (did you mean replicated?)"),
        Case("cluster", "1:8-15: cluster needs healthy (cluster healthy)"),
        Case("in-doubt nothing", "1:17-24: unknown predicate in-doubt nothing (in-doubt none)"),
        Case("a ==", "1:10-12: == needs a word behind it"),
        Case("${x} = y", "1:13-14: unknown comparison = (comparisons are ==, !=, <, <=, > and >=)"),
        Case("a <> y", "1:10-12: unknown comparison <> (comparisons are ==, !=, <, <=, > and >=)"),
        Case("(1 == 1)", "1:8-10: \(noParentheses)"), Case("not ( 1 == 2 )", "1:12-13: \(noParentheses)"),
        Case("cluster healthy and (${x} == 1 or a == b)", "1:28-33: \(noParentheses)"),
        Case("cluster healthy a b", "1:26-27: unexpected b (a message of several words is quoted)"),
        Case("cluster healthy --yess", "1:24-30: unknown option --yess (did you mean --yes?)"),
    ])
    func predicates(_ row: Case) { #expect(reading(of: "assert \(row.text)".trimmed) == row.expected) }

    @Test(arguments: [
        Case("if {}", "1:1-3: if needs a predicate (\(all))"),
        Case("if a == b c {}", "1:11-12: unexpected c (usage: if PREDICATE { … })"),
        Case("if a == b", "1:1-10: if needs a { at the end of its line (usage: if PREDICATE { … })"),
        Case("if cluster healthy{\n}", "1:19-20: a blank must stand before {"),
        Case("foreach n in nodes{\n}\necho a", "1:19-20: a blank must stand before {", "echo [a]"),
        Case("transaction{\n}", "1:1-13: unknown command transaction{ (did you mean transaction?)"),
        Case("foreach", "1:1-8: foreach needs NAME (usage: foreach NAME in WORD… { … })"),
        Case("foreach n {}", "1:1-10: foreach needs 'in' and words behind NAME (usage: foreach NAME in WORD… { … })"),
        Case("foreach n of a {}", "1:11-13: unexpected of (usage: foreach NAME in WORD… { … })"),
        Case("foreach n in {}", "1:11-13: 'in' needs a word behind it (usage: foreach NAME in WORD… { … })"),
        Case(
            "foreach 1 in a {}",
            "1:9-10: 1 can't be a variable's name (letters, digits and _, not beginning with a digit)"),
        Case(
            "foreach ${n} in a {}",
            "1:9-13: ${n} can't be a variable's name (letters, digits and _, not beginning with a digit)"),
        Case(
            "foreach a b in nodes {}", "1:11-12: unexpected b (usage: foreach NAME in WORD… { … })"),
        Case(
            "foreach a, b in nodes {}",
            "1:9-13: several names take the columns of rows, and these are words (foreach a, b in rows $$ SELECT … $$ { … })"
        ),
        Case("foreach a,a in x {}", "1:9-12: a is named twice"),
        Case("foreach a, {}", "1:9-11: foreach needs NAME (usage: foreach NAME in WORD… { … })"),
        Case(
            "foreach ,a in x {}",
            "1:9-11: ,a can't be a variable's name (letters, digits and _, not beginning with a digit)"),
        Case("foreach a in rows $$ DROP TABLE t $$ {}", "1:19-37: \(noQuery)"),
        Case("foreach a in query '' {}", "1:20-22: \(noQuery)"),
        Case("foreach a in rows $$ SELECT 'x $$ {}", "1:29-30: unclosed ' (it is open to the end of the input)"),
        Case("if rows SELECT {}", "1:9-15: \(noQuery)"), Case("if rows $$ $$ {}", "1:9-14: \(noQuery)"),
        Case("if a < 5 {}", "1:4-5: A: 'a' is neither a number nor bytes such as 10GB nor a time such as 5m"),
        Case("if 5m >= 10GB {}", "1:4-14: these can't be compared: 5m is a time and 10GB bytes"),
        Case("if 5 < 5m {}", "1:4-10: these can't be compared: 5 is a number and 5m a time"),
        Case("if a == b and {}", "1:11-14: 'and' needs a predicate behind it"),
        Case("if a == b or not {}", "1:14-17: 'not' needs a predicate behind it"),
        Case("if a == b and c {}", "1:15-16: unknown predicate c (\(knownPredicates))"),
        Case("try {}", "1:1-4: try needs an else or a finally behind its block (\(tryUsage))"),
        Case("try a {} else {}", "1:5-6: unexpected a (usage: try { … })"),
        Case("try {\n} else {\n} else {\n}", "3:3-7: unexpected else (an else comes last)"),
        Case("try {} finally {} else {}", "1:19-23: unexpected else (else comes before finally)"),
        Case("try {} finally {} finally {}", "1:19-26: unexpected finally (a finally comes last)"),
        Case("try {} finally a {}", "1:16-17: unexpected a behind finally (finally { … })"),
        Case("try {} finally", "1:8-15: finally needs a { at the end of its line"),
        Case("if a == b {} finally {}", "1:14-21: unexpected finally (only try has a finally)"),
        Case("finally {\n}", "1:1-8: unexpected finally (finally stands on the line of the } before it)"),
        Case("lock {\n}", "1:1-5: lock needs NAME (usage: lock NAME { … })"),
        Case("lock a b {\n}", "1:8-9: unexpected b (usage: lock NAME { … })"),
        Case("transaction a {}", "1:13-14: unexpected a (usage: transaction { … })"),
        Case("}", "1:1-2: unexpected } (no block is open here)"),
        Case(
            "} else {\necho a\n}\necho b", "1:1-2: unexpected } (no block is open here)",
            "echo [b]"),
        Case("else {\n}", "1:1-5: unexpected else (else stands on the line of the } before it)"),
        Case(
            "if a == b {\n}\nelse {\n}", "if [a] == [b] {}",
            "3:1-5: unexpected else (else stands on the line of the } before it)"),
        Case("if a == b {} else {} else {}", "1:22-26: unexpected else (an else comes last)"),
        Case("foreach n in a {} else {}", "1:19-23: unexpected else (only if and try have an else)"),
        Case(
            "if a == b {} else iff a == b {}\necho a",
            "1:19-22: unexpected iff behind else (else { … } or else if PREDICATE { … })", "echo [a]"),
        Case("if a == b {} else", "1:14-18: else needs a { at the end of its line"),
        Case(
            "if a == b {} echo c",
            "1:14-18: unexpected echo behind } (a command begins on a line of its own or behind a ;)"),
        Case(
            "{\necho a\n}",
            "1:1-2: unexpected { (a block begins on the line of its if, foreach, try, transaction, lock, else or finally)"
        ),
        // A misspelt word behind a block, and a command that takes none: nothing of what stands in braces runs.
        Case(
            "if a == b {\n} elseif c == d {\necho x\n}\necho y",
            "2:3-9: unexpected elseif behind } (a command begins on a line of its own or behind a ;)", "echo [y]"),
        Case(
            "if a == b {\n} else{\necho x\n}\necho y",
            "2:3-8: unexpected else{ behind } (a blank must stand before {)", "echo [y]"),
        Case("node list x {\necho x\n}\necho y", "1:11-12: unexpected x (usage: node list)", "echo [y]"),
        Case("iff a == b {\necho c\n}\necho d", "1:1-4: unknown command iff (did you mean if?)", "echo [d]"),
        Case("wait", "1:1-5: wait needs until (usage: wait until PREDICATE [--timeout TIME] [--every TIME])"),
        Case(
            "wait for x",
            "1:6-9: unknown command wait for (usage: wait until PREDICATE [--timeout TIME] [--every TIME])"),
        Case("wait until node a up --every 5", "1:30-31: --every: '5' has no unit: 5s, 5m or 5h"),
        Case("sleep 5", "1:7-8: TIME: '5' has no unit: 5s, 5m or 5h"),
        Case("wait until node a up --every x", "1:30-31: --every: 'x' is not a duration such as 500ms, 30s, 5m, 2h"),
        Case(
            "wait until node a up b",
            "1:22-23: unexpected b (usage: wait until PREDICATE [--timeout TIME] [--every TIME])"),
        Case("include", "1:1-8: include needs FILE (usage: include FILE [ARG])"),
        Case(
            "include ${f}",
            "1:9-13: the file of an include can't be a variable's value (it is read before anything runs)"
        ),
        Case("sleep", "1:1-6: sleep needs TIME (usage: sleep TIME)"),
        Case("sleep 5x", "1:7-9: TIME: '5x' is not a duration such as 500ms, 30s, 5m, 2h"),
        Case("foreeach n in a {}", "1:1-9: unknown command foreeach (did you mean foreach?)"),
    ])
    func statements(_ row: Case) { #expect(reading(of: row.text) == row.expected) }

    @Test(arguments: [
        Case("transaction {", "1:13-14: unclosed { (it is open to the end of the input)"),
        Case("if a == b {\n} else {\n", "2:8-9: unclosed { (it is open to the end of the input)"),
        Case(
            "if a == b {\ntransaction {\n}\n", "1:11-12: unclosed { (it is open to the end of the input)"),
        Case(
            "if a == b {\ntransaction {", "2:13-14: unclosed { (it and one around it are open to the end of the input)"),
    ])
    func unclosed(_ row: Case) { #expect(reading(of: row.text) == row.expected) }

    /// Every error of a block is told, in its order, and what follows is read.
    @Test func allErrorsOfABlock() {
        let text = """
            if nod dn1 up {
                nod list
                echo 'a }
                transaction {
                    node lst
                    foreach n in 'x {
                        echo 'b
                    }
                }
            } else if x {
                echo c
            } else 'y {
                echo \u{0} d
            }
            echo e
            """
        #expect(
            reading(of: text).map { String($0.prefix { $0 != "(" }) } == [
                "1:4-7: unknown predicate nod ", "2:5-8: unknown command nod ", "3:10-11: unclosed ' ",
                "5:14-17: unknown command node lst ", "6:22-23: unclosed ' ", "7:18-19: unclosed ' ",
                "10:11-12: unknown predicate x ", "12:8-9: unclosed ' ",
                "13:10-11: a NUL byte can't be in a command", "echo [e]",
            ])
    }

    @Test func theLineOfASecretIsHiddenInABlockToo() {
        for text in ["transaction { set x --secrt 'abc }", "transaction {\nset x --secrt 'abc\n}"] {
            let (_, diagnostics) = Parser.parse(SourceText(name: "t", text), table: table)
            #expect(!diagnostics.isEmpty && diagnostics.allSatisfy { !$0.text().contains("abc") })
        }
    }

    @Test func nulInAHead() {
        #expect(
            reading(of: "if a == \0 {\necho a\n}\necho b") == ["1:9-10: a NUL byte can't be in a command", "echo [b]"])
    }

    @Test func givenAsWords() {
        func reading(_ words: String...) -> [String] {
            switch ArgumentWords(words).parse(table: table) {
            case .statement(let statement): [statement.summary]
            case .failure(let diagnostics): diagnostics.map(\.summary)
            case .incomplete, .end: []
            }
        }
        #expect(reading("assert", "cluster", "healthy") == ["assert cluster healthy"])
        #expect(reading("assert", "node", "a b", "up", "no a b") == ["assert node ['a b'] up else ['no a b']"])
        #expect(
            reading("wait", "until", "not", "node", "${x}", "up", "--every", "2s") == [
                "wait until not node ['${x}'] up --every='2s'"
            ])
        #expect(reading("sleep", "2s") == ["sleep ['2s']"])
        #expect(reading("include", "a") == ["include ['a'] of a"])
        #expect(reading("assert", "nod", "a", "up") == ["1:8-11: unknown predicate nod (did you mean node?)"])
        let whole = "each argument is one word; -c takes a whole command"
        #expect(reading("if", "cluster", "healthy", "{", "}") == ["1:1-3: unknown command 'if' (\(whole))"])
        #expect(reading("assert cluster healthy") == ["1:1-23: unknown command 'assert cluster healthy' (\(whole))"])
    }
}

extension String {
    fileprivate var trimmed: String { hasSuffix(" ") ? String(dropLast()) : self }
}

private let noQuery = "a query stands here in quotes ($$ SELECT … $$, also WITH, TABLE, VALUES, SHOW)"
private let tryUsage = "usage: try { … } else { … } finally { … }"
private let knownPredicates = "predicates: \(Predicate.usages.joined(separator: "; "))"
