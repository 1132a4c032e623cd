import CommandLanguage
import Shell
import Testing

/// Options behind SQL are a comment of it, and what they were to prevent would happen.
@Suite struct OptionsInCommentTests {
    private func faults(_ script: String) -> [String] {
        ScriptPreparation(Variables()).prepare(
            Parser.parse(SourceText(name: "t", script), table: Catalogue.table).statements
        ).faults.map { "\($0.position.line): \($0.source.text($0.span))" }
    }

    @Test(arguments: [
        ("DELETE FROM t --dry-run", "1: --dry-run"), ("DELETE FROM t --dry-run;", "1: --dry-run"),
        ("SELECT 1 --format json", "1: --format"), ("SELECT 1 --format=json --quiet;", "1: --format"),
        ("SELECT 1\n  FROM t --format csv\n;", "2: --format"), ("COPY t FROM STDIN --from rows.csv", "1: --from"),
        ("COPY t TO STDOUT --to rows.csv", "1: --to"), ("exec CREATE SCHEMA a --on dn1", "1: --on"),
        ("exec --no-transaction DROP SCHEMA a --on dn1;", "1: --on"), ("query SELECT 1 --parallel 4", "1: --parallel"),
        ("sql SELECT 1 --into a,b", "1: --into"), ("everywhere CREATE ROLE a --dry-run", "1: --dry-run"),
        ("transaction {\n  DELETE FROM t --dry-run\n}", "2: --dry-run"),
        ("SELECT 'a\n-- b' --timeout 5s", "2: --timeout"), ("echo a\nSELECT 1 --dry-run", "2: --dry-run"),
        ("DELETE FROM t --dry-run; node list", "1: --dry-run"), ("DELETE FROM t --dry-run;\nVACUUM;", "1: --dry-run"),
        ("DELETE FROM t --dry-run\n-- note\n;", "1: --dry-run"), ("DELETE FROM t --dry-run -- try", "1: --dry-run"),
        ("DELETE FROM t --dry-run # try", "1: --dry-run"), ("DELETE FROM t --help", "1: --help"),
        ("exec DROP SCHEMA a --help", "1: --help"), ("exec DROP SCHEMA a --on 'dn 1'", "1: --on"),
        ("exec DROP SCHEMA a --on dn1, dn2", "1: --on"), ("exec DROP SCHEMA a --on dn1 dn2 --quiet", "1: --on"),
    ])
    func anOptionThereIsAnError(_ script: String, _ fault: String) { #expect(faults(script) == [fault]) }

    @Test(arguments: [
        "SELECT 1 -- format json", "SELECT 1; --format json", "SELECT 1 --from the old system",
        "SELECT a --format json\nFROM t;", "SELECT 1 --dry-run=1", "SELECT 1 --on dn1", "SELECT '\n--dry-run';",
        "SELECT 1 --formats json", "sql --format json SELECT 1", "SELECT 1 /* --dry-run */", "SELECT 1--", "--dry-run",
        "SELECT $$ a --dry-run$$", "sql $$ SELECT 1 --dry-run $$", "SELECT 1 ---dry-run",
    ])
    func otherCommentsAreLeftAlone(_ script: String) { #expect(faults(script).isEmpty) }

    /// psql runs it.
    @Test(arguments: [
        ("t.sql", "DELETE FROM t --dry-run\n;"),
        ("<stdin>", "\\restrict a\nDELETE FROM t --dry-run\n;\n\\unrestrict a\n"),
    ])
    func whatIsWrittenForPsqlHasComments(_ name: String, _ text: String) {
        let source = SourceText(name: name, text)
        let statements = Parser.parse(source, table: Catalogue.table).statements
        #expect(ScriptPreparation(Variables()).prepare(statements).faults.isEmpty && statements.count == 1)
    }

    @Test func theHelpSaysWhereItGoes() {
        let prepared = ScriptPreparation(Variables()).prepare(
            Parser.parse(SourceText(name: "t", "exec DROP TABLE a --on dn1"), table: Catalogue.table).statements)
        #expect(prepared.faults.map(\.message) == ["--on is a comment of the SQL here"])
        #expect(
            prepared.faults.map(\.help) == [
                "options stand before SQL: exec --on …; a comment begins with '-- '"
            ])
    }
}
