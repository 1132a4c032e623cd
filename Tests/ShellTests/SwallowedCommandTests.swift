import CannedServers
import CommandLanguage
import Shell
import Testing

/// SQL that begins a line by itself runs to its `;`: what it takes along by mistake is said.
@Suite struct SwallowedCommandTests {
    private func warnings(_ script: String) -> [String] {
        ScriptPreparation(Variables()).prepare(
            Parser.parse(SourceText(name: "t", script), table: Catalogue.table).statements
        ).warnings.map { "\($0.position.line): \($0.source.text($0.span))" }
    }

    @Test(arguments: [
        ("SELECT 1\nnode list", "2: node list"), ("SELECT count(*) FROM t\n\n  heal all;", "3: heal"),
        ("TABLE t -- all of it\nstatus", "2: status"), ("SHOW work_mem\nrole create app\nSELECT 2;", "2: role create"),
        ("SELECT 'a'\necho done", "2: echo"), ("WITH x AS (SELECT 1) SELECT * FROM x\ncheck", "2: check"),
        ("SELECT *\nset x 1", "2: set"), ("SELECT a.\"b\" FROM a\nforeach n in nodes {\n}", "2: foreach"),
        ("select max(t) from c\nsql ANALYZE c;", "2: sql"), ("SELECT 1\nwait until node dn1 up", "2: wait until"),
        ("VALUES (1)\nstatus\nheal all", "2: status"), ("SELECT a FROM t WHERE b\nassert cluster healthy", "2: assert"),
        ("CREATE TABLE t (a int)\nnode list", "2: node list"), ("BEGIN\nrole create app", "2: role create"),
        ("transaction {\n  SELECT 1\n  role drop app --yes\n}", "3: role drop"),
    ])
    func aCommandInItIsNamed(_ script: String, _ warning: String) { #expect(warnings(script) == [warning]) }

    @Test(arguments: [
        "SELECT 1;\nnode list", "SELECT 1", "SELECT\n  role,\n  node\nFROM t;", "SELECT a,\n  status\nFROM t;",
        "SELECT a\n  status\nFROM t;", "SELECT x FROM t\nnode\nWHERE a;", "SELECT count(*) FROM a,\n  node list;",
        "EXPLAIN UPDATE t\nset a = 1;", "WITH d AS (DELETE FROM t) UPDATE t\nset (a, b) = (1, 2);",
        "SELECT f(\n  check,\n  heal all\n) FROM t;", "SELECT 'a\nnode list\n';", "SELECT $$a\nnode list\n$$;",
        "SELECT 1 -- x\n/* \nnode list */;", "SELECT a AS\n  version;", "SELECT a \\\nstatus",
        "SELECT t.\nstatus FROM t;",
        "SELECT a FROM t\nheal JOIN b USING (c);", "SELECT 2 *\n  check;", "SELECT a FROM t ORDER BY\n  format;",
        "SELECT a FROM t\ncheck (x);", "sql SELECT 1\nnode list", "SELECT a FROM t UNION ALL\nTABLE b;",
        "ALTER ROLE app\nset search_path to x;", "ALTER TABLE t\nset schema x;", "DROP INDEX\nif exists i;",
        "INSERT INTO t\nSELECT 1;", "CREATE INDEX i ON t (a)\ninclude (b);", "UPDATE t\nset a = 1;",
        "SELECT a FROM t\nprompt, history;", "SELECT a\nFROM t\nWHERE b\nAND c;",
    ])
    func whatMayBeSQLIsLeftAlone(_ script: String) { #expect(warnings(script).isEmpty) }

    @Test func itIsAWarningAndTheSQLIsSent() async throws {
        let canned = CannedCluster()
        canned["an1"].otherwise = .refused("syntax error at or near \"list\"", sqlstate: "42601")
        let warning = """
            t:3:1: warning: this line is a part of the SQL that begins in line 2, which runs to its ;
                3 | node list
                  | ^~~~~~~~~
               help: if node list is a command, end the SQL before it with ;

            """
        let answer = try await canned.run("echo a\nSELECT 1\nnode list")
        #expect(answer.messages.hasPrefix(warning + "t:"), "\(answer)")
        #expect(answer.status == .failed && canned.toAccessNode.last == "SELECT 1\nnode list")
        let streamed = try await ShellTrial(canned).run(input: "echo a\nSELECT 1\nnode list\n")
        #expect(streamed.messages.hasPrefix(warning.replacing("t:3", with: "<stdin>:3")), "\(streamed)")
    }

    // MARK: A loop over a query

    @Test(arguments: [
        "foreach x in sql SELECT a FROM t { echo ${x} }", "foreach x in query SELECT 1 { echo ${x} }",
        "foreach x in SELECT name FROM t {\n}", "foreach x in sql $$ SELECT a FROM t $$ { echo ${x} }",
        "foreach x in sql with a as (select 1) table a {\n}",
    ])
    func aLoopGoesOverNoQuery(_ script: String) throws {
        let faults = Parser.parse(SourceText(name: "t", script), table: Catalogue.table).diagnostics
        #expect(
            faults.map(\.message) == [
                "a query stands behind rows or query, in quotes"
            ])
        #expect(faults.first?.position.column == 14 && faults.first?.help?.contains("in rows $$ SELECT") == true)
    }

    @Test(arguments: [
        "foreach x in sql exec query {\n}", "foreach x in select insert {\n}", "foreach x in rows {\n}",
        "foreach x in 'sql' SELECT {\n}", "foreach x in nodes {\n}", "foreach x in table show FROM2 {\n}",
    ])
    func wordsAreWords(_ script: String) {
        #expect(Parser.parse(SourceText(name: "t", script), table: Catalogue.table).diagnostics.isEmpty)
    }
}
