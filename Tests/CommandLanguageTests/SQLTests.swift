import CommandLanguage
import LanguageProperties
import Testing

@Suite struct SQLTests {
    @Test(arguments: [
        Case("exec CREATE ROLE x; echo a", "exec | CREATE ROLE x", "echo [a]"),
        Case("exec CREATE ROLE x  \necho a", "exec | CREATE ROLE x", "echo [a]"),
        Case("exec SELECT ';\n' || \";\n\"; echo a", "exec | SELECT ';\n' || \";\n\"", "echo [a]"),
        Case(#"exec SELECT E'\';\\', e'\'', 'a\'; echo b"#, #"exec | SELECT E'\';\\', e'\'', 'a\'"#, "echo [b]"),
        Case(#"exec SELECT the'\'; echo b"#, #"exec | SELECT the'\'"#, "echo [b]"),
        Case("exec SELECT 'it''s;', \"a\"\";\"; echo b", "exec | SELECT 'it''s;', \"a\"\";\"", "echo [b]"),
        Case("exec DO $x$ ;\n $$;$$ ${y} $x$; echo b", "exec | DO $x$ ;\n $$;$$ ${y} $x$", "echo [b]"),
        Case("exec SELECT a$$b; echo c", "exec | SELECT a$$b", "echo [c]"),
        Case("exec SELECT 1 /* ; /* \n ' */ ; */ + 1; echo b", "exec | SELECT 1 /* ; /* \n ' */ ; */ + 1", "echo [b]"),
        Case("exec SELECT 1 -- ; ' ${x} $$\necho b", "exec | SELECT 1 -- ; ' ${x} $$", "echo [b]"),
        Case("exec SELECT 1 # 2 #c", "exec | SELECT 1 # 2 #c"),
        Case("exec SELECT 1 \\\n + 1\\\r\n + 2\r\necho b", "exec | SELECT 1 \n + 1\n + 2", "echo [b]"),
        Case(
            "exec SELECT a::text, :'x', :\"y\", :'x y', : 'z'",
            "exec | SELECT a::text, <literal x>, <identifier y>, :'x y', : 'z'"),
        Case("exec SELECT a::'x', :x, :''", "exec | SELECT a::'x', :x, :''"),
        Case("exec SELECT {1..3} {a", "exec | SELECT {1..3} {a"),
        Case("sql --into v SELECT 1 --into w", "sql --into=[v] | SELECT 1 --into w"),
        // One quoted string is what is in it.
        Case("sql 'SELECT ''a;b'', :''x'''", "sql | SELECT 'a;b', <literal x>"),
        Case(#"sql "SELECT \"a\", :'x'""#, #"sql | SELECT "a", <literal x>"#),
        Case("sql $$ SELECT 'a'; $$ # c", "sql |  SELECT 'a';"),
        Case("exec $x$\nSELECT $$a$$\n$x$ ; echo b", "exec | \nSELECT $$a$$", "echo [b]"),
        Case("sql 'SELECT\n1'\necho b", "sql | SELECT\n1", "echo [b]"),
        Case("sql 'a' 'b'", "sql | 'a' 'b'"),
        Case("sql 'a'#'b'", "sql | 'a'#'b'"),
        Case("sql $$a$$ || 'b'", "sql | $$a$$ || 'b'"),
        Case(#"sql "a\b" x"#, #"sql | "a\b" x"#),
        Case("sql '' || 'a'", "sql | '' || 'a'"),
    ])
    func text(_ row: Case) { #expect(reading(of: row.text) == row.expected) }

    /// The first statement of SQL is read before anything is known of the other commands.
    @Test func sqlIsReadWithoutTheNamesOfCommands() throws {
        let sql = CommandSyntax("sql", group: .sql, "Run", text: "TEXT")
        let table = CommandTable(
            names: {
                Issue.record("the names of commands are asked for")
                return CommandNames([sql])
            }, bareSQL: (SQLBeginnings.all, sql))
        let parsed = Parser.parse(
            SourceText(name: "script", "SELECT 1;\nINSERT INTO t\nVALUES (2) -- 3\n;"), table: table)
        #expect(parsed.statements.count == 2 && parsed.diagnostics.isEmpty)
        guard case .statement(.command(let words)) = ArgumentWords(["SELECT", "1"]).parse(table: table) else {
            Issue.record("no statement")
            return
        }
        #expect(words.syntax === sql)
    }

    @Test(arguments: [
        Case("SELECT 1", "sql | SELECT 1"),
        Case("select\n 1,\n 2\n;echo a", "sql | select\n 1,\n 2", "echo [a]"),
        Case("SELECT(1);", "sql | SELECT(1)"),
        Case("Values(1)\n;\necho a", "sql | Values(1)", "echo [a]"),
        Case("with x as (SELECT 1) TABLE x", "sql | with x as (SELECT 1) TABLE x"),
        Case("show-sql on", "show-sql [on]"),
        Case("show all; explain SELECT 1", "sql | show all", "sql | explain SELECT 1"),
        Case("SELECT ';' -- ;\n, 1; echo a", "sql | SELECT ';' -- ;\n, 1", "echo [a]"),
        Case("SELECT 'a' # 'b'\n;", "sql | SELECT 'a' # 'b'"),
        Case("  # c\n SELECT :'x' ;", "sql | SELECT <literal x>"),
        Case("selects 1", "1:1-8: unknown command selects (did you mean SELECT?)"),
        Case("select=1", "1:1-9: unknown command select=1 (did you mean SELECT?)"),
    ])
    func bareSQL(_ row: Case) { #expect(reading(of: row.text) == row.expected) }

    @Test(arguments: SQLBeginnings.all.sorted())
    func everyStatementIsSQL(_ beginning: String) {
        for word in [beginning, beginning.lowercased(), beginning.replacing(" ", with: "\t ")] {
            #expect(reading(of: "\(word)\n x;\necho a") == ["sql | \(word)\n x", "echo [a]"])
            #expect(reading(of: "transaction { \(word) x }") == ["transaction { sql | \(word) x }"])
            #expect(reading(of: "\(word)y x").first?.contains("sql |") == false)
        }
    }

    @Test(arguments: [
        Case("set x 1", "set [x] [1]"),
        Case("sql SET x = 1", "sql | SET x = 1"),
        Case("set role x", "set [role] [x]"), Case("set x =", "set [x] [=]"), Case("set x to", "set [x] [to]"),
        Case("set local x", "set [local] [x]"), Case("set time 10:30", "set [time] [10:30]"),
        Case("set session 'a b'", "set [session] ['a b']"), Case("set x == # y", "set [x] [==]"),
        Case("settle x = 1", "1:1-7: unknown command settle ('help' lists the commands)"),
        Case("lock t", "1:1-7: lock needs a { at the end of its line (usage: lock NAME { … })"),
    ])
    func wordsOfTsclAreNone(_ row: Case) { #expect(reading(of: row.text).first == row.expected.first) }

    @Test(arguments: [
        "SET x 1", "Set role app", "set x = 1", "set x=1", "set a.b ='x'", "set x to 1", "set x TO\tDEFAULT",
        "set role to x",
        "set local role x", "set session x=1", "set session authorization app", "set time zone 'UTC'",
        "set transaction isolation level serializable", "set constraints all deferred",
    ])
    func theFormsOfSQLsSetAreSQL(_ text: String) {
        #expect(reading(of: text + "\n;echo a") == ["sql | \(text)", "echo [a]"])
        #expect(reading(of: "transaction { \(text) }") == ["transaction { sql | \(text) }"])
    }

    @Test(arguments: [
        Case("(SELECT 1)\nUNION (SELECT 2); echo a", "sql | (SELECT 1)\nUNION (SELECT 2)", "echo [a]"),
        Case("( -- c;\n TABLE t)", "sql | ( -- c;\n TABLE t)"),
    ])
    func parenthesesBeginSQL(_ row: Case) { #expect(reading(of: row.text) == row.expected) }

    @Test(arguments: [
        Case("-- a; ' { \nSELECT 1; -- b\n  --c\necho d", "sql | SELECT 1", "echo [d]"),
        Case("/* a\n/* ; */ */ SELECT 1;/**/echo b /* c", "sql | SELECT 1", "echo [b] [/*] [c]"),
        Case("transaction { -- }\n/* } */ echo a\n-- }\n}", "transaction { echo [a] }"),
        Case("--\r\necho -- a", "echo [a]"), Case("--"),
        Case("-a", "1:1-3: unknown command -a ('help' lists the commands)"),
        Case("/a", "1:1-3: unknown command /a ('help' lists the commands)"),
        Case("echo a\n/* b", "echo [a]", "2:1-3: unclosed /* (it is open to the end of the input)"),
    ])
    func comments(_ row: Case) { #expect(reading(of: row.text) == row.expected) }

    @Test(arguments: [
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN a THEN 2 END; END",
        "create or replace procedure p() begin atomic insert into t values (1); end",
        "CREATE /* ; */ RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b)",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$",
    ])
    func aBodyHoldsSemicolons(_ statement: String) {
        #expect(reading(of: "\(statement); echo a").last == "echo [a]")
        #expect(reading(of: "\(statement); echo a").count == 2)
        #expect(reading(of: "transaction { \(statement) }").count == 1)
    }

    @Test(arguments: [
        Case("CREATE TABLE begin (a int); echo a", "sql | CREATE TABLE begin (a int)", "echo [a]"),
        Case("BEGIN; SELECT (1; END;", "sql | BEGIN", "sql | SELECT (1", "sql | END"),
        Case(
            "CREATE FUNCTION f(begin int, c int) AS 'x'; echo a", "sql | CREATE FUNCTION f(begin int, c int) AS 'x'",
            "echo [a]"),
        Case(
            "CREATE FUNCTION f() begin atomic SELECT 1;\n}",
            "1:21-26: unclosed begin (it is open to the end of the input)"),
        Case("CREATE RULE r DO (a; b", "1:18-19: unclosed ( (it is open to the end of the input)"),
        Case("DROP FUNCTION begin; echo a", "sql | DROP FUNCTION begin", "echo [a]"),
    ])
    func otherStatementsEndAtTheFirstSemicolon(_ row: Case) { #expect(reading(of: row.text) == row.expected) }

    @Test(arguments: [
        Case("exec SELECT ${x}; echo a", "1:13-17: \(refused("x"))"),
        Case(
            "exec SELECT '${x}', \"${env:y}\"\necho a", "1:14-18: \(refused("x"))", "1:22-30: \(refused("env:y"))",
            "echo [a]"),
        Case("exec SELECT 'é', ${x", "1:18-21: a value can't become SQL by itself: ${x (\(help("x")))"),
        // The rest of the statement is no command.
        Case("SELECT ${x}\nFROM t\n;echo a\necho b", "1:8-12: \(refused("x"))", "echo [b]"),
        Case("exec $$\nSELECT\n  ${x} $$\necho a", "3:3-7: \(refused("x"))", "echo [a]"),
        Case("exec 'SELECT ${x}'", "1:14-18: \(refused("x"))"),
        Case("exec 'SELECT '''' ${x}'", "1:6-24: \(refused("x"))"),
        Case(
            #"sql "SELECT \q""#, #"1:13-15: unknown escape \q (known are \" \\ \n \t \$; in '…' a backslash is itself)"#
        ),
        Case("exec SELECT 'a\necho b", "1:13-14: unclosed ' (it is open to the end of the input)"),
        Case("exec SELECT \"a", "1:13-14: unclosed \" (it is open to the end of the input)"),
        Case(#"exec "a\" b"#, "1:6-7: unclosed \" (it is open to the end of the input)"),
        Case(
            "exec 'a\nb' c\necho d",
            "2:4-5: something follows the quoted statement (a statement in quotes is one string and nothing else)",
            "echo [d]"),
        Case("exec SELECT /* /* */", "1:13-15: unclosed /* (it is open to the end of the input)"),
        Case("exec SELECT $x$ $$", "1:13-16: unclosed $x$ (it is open to the end of the input)"),
        Case("exec SELECT E'\\'", "1:14-15: unclosed ' (it is open to the end of the input)"),
        Case("exec $$ SELECT 'a $$", "1:16-17: unclosed ' (it is open to the end of the input)"),
    ])
    func errors(_ row: Case) { #expect(reading(of: row.text) == row.expected) }

    /// A dump has no variables of tscl's, and what looks like one is data.
    @Test(arguments: [
        Case(
            "INSERT INTO t VALUES ('${x}', E'\\'${1}', \"${y}\");",
            "sql | INSERT INTO t VALUES ('${x}', E'\\'${1}', \"${y}\")"),
        Case("SELECT :'x', '${x}';", "sql | SELECT <literal x>, '${x}'"),
        Case("SELECT ${x};", "1:8-12: \(refused("x", inFileOfSQL: true))"),
        Case("exec SELECT '${x}'", "1:14-18: \(refused("x", inFileOfSQL: true))"),
        Case("\\connect app\nSELECT 1;", "connect [app]", "sql | SELECT 1"),
        Case("\\c \"my db\";\necho a", "connect ['my db']", "echo [a]"),
        Case("\\connect \"a\"\"b\\$\"", #"connect ['a"b\$']"#),
        Case(
            "\\connect -reuse-previous=on \"dbname='it\\\\\\'s \"\"x\"\"'\"\necho a",
            #"connect ['dbname='it\\\'s "x"''] --reuse-previous"#, "echo [a]"),
        Case(
            "\\encoding SQL_ASCII\r\n\\connect -reuse-previous=on \"dbname='a b'\"\r\necho a",
            "connect ['dbname='a b''] --reuse-previous", "echo [a]"),
        Case("\\encoding UTF8", "1:1-10: unknown command \\encoding ('help' lists the commands)"),
        Case(
            "\\encoding SQL_ASCII\nnode list", "1:1-10: unknown command \\encoding ('help' lists the commands)",
            "node list"),
        Case("\\encoding SQL_ASCII", "1:1-10: unknown command \\encoding ('help' lists the commands)"),
        Case("\\connect -reuse-previous=off \"dbname=a\"", "1:1-9: unknown command \\connect (did you mean connect?)"),
        Case("\\connect -reuse-previous=on", "1:1-9: unknown command \\connect (did you mean connect?)"),
        Case("\\connect \"a", "1:1-9: unknown command \\connect (did you mean connect?)"),
        Case("\\connect \"a\" b", "1:1-9: unknown command \\connect (did you mean connect?)"),
        Case("\\connect app bob", "1:1-9: unknown command \\connect (did you mean connect?)"),
        Case("\\connect app SELECT 1;", "1:1-9: unknown command \\connect (did you mean connect?)"),
        Case("\\connect app${x}", "1:1-9: unknown command \\connect (did you mean connect?)"),
        Case("\\connect", "1:1-9: unknown command \\connect (did you mean connect?)"),
        Case("\\connect - bob", "1:1-9: unknown command \\connect (did you mean connect?)"),
        Case("transaction {\n\\connect app\n}", "2:1-9: unknown command \\connect (did you mean connect?)"),
    ])
    func aFileOfSQL(_ row: Case) { #expect(reading(of: row.text, name: "a/t.sql") == row.expected) }

    @Test func psqlsConnectIsForFilesOfSQLAlone() {
        let answer = ["1:1-9: unknown command \\connect (did you mean connect?)"]
        for name in ["t.tscl", "<stdin>", "<a.sql"] { #expect(reading(of: "\\connect app", name: name) == answer) }
    }

    @Test func variablesAreReplacedAndSecretsHidden() throws {
        let invocation = try invocation(#"sql SELECT :'a', :"b", :'s' "#)
        let arguments = try Arguments(
            invocation, variables: variables(["a": "1", "b": "2"], secrets: ["s": "hunter2"]))
        let sql = try arguments.sql(literal: { "L(\($0))" }, identifier: { "I(\($0))" })
        #expect(sql?.text == "SELECT L(1), I(2), L(hunter2)")
        #expect(sql?.shown == "SELECT L(1), I(2), '********'")
    }

    @Test func anUndefinedVariableIsShownAtItsPlace() throws {
        let invocation = try invocation("sql $$\nSELECT :'hots' $$")
        let arguments = try Arguments(invocation, variables: variables(["host": "h"]))
        do {
            _ = try arguments.sql(literal: { $0 }, identifier: { $0 })
            Issue.record("no error")
        } catch {
            #expect(error.summary == "2:8-15: undefined variable hots (did you mean ${host}?)")
        }
    }
}

private func help(_ name: String, inFileOfSQL: Bool = false) -> String {
    "write :'\(name)' for a literal or :\"\(name)\" for an identifier; $$…$$ inside is left as it is"
        + (inFileOfSQL ? "" : ", and so are quotes in the statements of a .sql file")
}

private func refused(_ name: String, inFileOfSQL: Bool = false) -> String {
    "a value can't become SQL by itself: ${\(name)} (\(help(name, inFileOfSQL: inFileOfSQL)))"
}
