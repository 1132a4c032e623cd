@testable import CommandLanguage
@testable import Shell
import Testing

/// Who comes from psql or another client is told what does the same here.
@Suite struct OtherClientsTests {
    private static let commands = OtherClients.commands

    @Test(arguments: [
        #"\d"#, #"\d NAME"#, #"\dt"#, #"\dn"#, #"\du"#, #"\dx"#, #"\df"#, #"\l"#, #"\q"#, #"\x"#, #"\c"#, #"\e"#,
        #"\i"#,
        #"\o"#, #"\copy"#, #"\conninfo"#, #"\timing"#, #"\set"#, #"\echo"#, #"\pset"#, #"\watch"#, #"\gx"#, #"\!"#,
        #"\?"#, #"\h"#, "clear", "use NAME", "show tables",
    ])
    func theUsualCommandsAreKnown(_ form: String) {
        #expect(Self.commands.all.contains { $0.form == form })
    }

    /// What stands in single quotes; two of them are an empty value.
    private static let remedies = commands.all.flatMap { command in
        (commands.answer(to: command.form, behind: "SELECT 1") ?? "").matches(of: /(?:^|[\s(])'([^']+)'/)
            .map { String($0.1) }.filter { $0 != "clear" }
    }

    @Test(arguments: Set(remedies).sorted()) func whatIsAdvisedIsACommand(_ text: String) throws {
        let parsed = Parser.parse(SourceText(name: "remedy", text), table: Catalogue.table)
        #expect(parsed.diagnostics.isEmpty, "\(parsed.diagnostics.map(\.message))")
        #expect(parsed.statements.count == 1)
    }

    @Test(arguments: [
        (#"\d conditions"#, "'hypertable show conditions' "), (#"\d+ conditions"#, "'hypertable show conditions' "),
        (#"\dtS"#, "'hypertable list' "), (#"\d"#, "'hypertable list' "), ("USE metrics;", "'connect metrics' "),
        (#"\du app"#, "'role show app' "), (#"\timing off"#, "'timing off' "), (#"\pset null -"#, "'null TEXT' "),
        (#"\set n 3"#, "'set n 3' "), (#"\crosstabview"#, #"what begins with \ is psql's"#), (#"\q"#, "'quit' "),
        (#"\i setup.sql"#, "'include setup.sql' "), (#"\c"#, "'reconnect' "), (#"\c dist"#, "'connect dist' "),
        (#"\c dist app"#, "'connect --reuse-previous dbname=dist user=app' "),
        (#"\connect - app"#, "'connect --reuse-previous user=app' "),
        (#"\c - - an1"#, "'connect --reuse-previous host=an1' "),
        (#"\c dist app an1 5433"#, "'connect --reuse-previous dbname=dist user=app host=an1 port=5433' "),
        (#"\c "a b""#, "'connect NAME' "), (#"\c - "a b""#, "'connect --reuse-previous user=ROLE' "),
        (#"\c "a b" app"#, "'connect --reuse-previous dbname=NAME user=app' "), (#"\i 'a b.sql'"#, "'include FILE' "),
        ("use", "'connect NAME' "), ("use;", "'connect NAME' "), ("DESC", "'hypertable list' "),
    ])
    func theAnswerHoldsTheUsersWords(_ line: String, _ beginning: String) {
        #expect(Self.commands.answer(to: line)?.hasPrefix(beginning) == true, "\(Self.commands.answer(to: line) ?? "")")
    }

    /// What may be a password or is no plain name is not repeated.
    @Test(arguments: [#"\c postgresql://app:S3cret@h/db"#, #"\d 'S3cret; x'"#, #"\set pw S3cret$"#])
    func onlyPlainNamesAreRepeated(_ line: String) {
        #expect(Self.commands.answer(to: line)?.contains("S3cret") == false)
    }

    @Test(arguments: ["exit", "use a b", "show timezone", "node list", ""])
    func otherWordsAreNobodysCommands(_ line: String) {
        #expect(Self.commands.answer(to: line) == nil)
    }

    @Test(arguments: [
        (#"\d conditions"#, #"unknown command \d"#), ("EXIT", "unknown command EXIT"),
        (#"SELECT 1 \gx"#, #"\gx is no SQL"#), ("SELECT 1\n\\g\n", #"\g is no SQL"#),
        ("SHOW TABLES;", "this is no SQL of PostgreSQL's"), (#"sql SELECT 1 \x"#, #"\x is no SQL"#),
    ])
    func aFileIsToldBeforeAnythingRuns(_ text: String, _ message: String) throws {
        let (statements, diagnostics) = Parser.parse(SourceText(name: "f", text), table: Catalogue.table)
        let faults = diagnostics + ScriptPreparation(Variables()).prepare(statements).faults
        #expect(faults.map(\.message) == [message])
        #expect(faults.first?.help?.contains("'") == true)
    }

    @Test func theStatementIsRepeatedInTheAnswer() throws {
        let invocation = try #require(invocations(#"SELECT count(*) FROM t \gx"#).first)
        #expect(
            invocation.foreignCommand?.help?.hasPrefix("'sql --format expanded SELECT count(*) FROM t' shows") == true)
    }

    /// What is quoted is data.
    @Test(arguments: [
        #"SELECT '\gx'"#, "SELECT 1,\\\n  2", #"SELECT E'\\x'"#, #"SELECT $$ \gx $$"#, #"SELECT "\gx" FROM t"#,
        #"SELECT 1 -- \gx"#,
        "SHOW search_path", "exec CREATE ROLE x",
    ])
    func sqlIsLeftAlone(_ text: String) throws {
        #expect(try #require(invocations(text).first).foreignCommand == nil)
    }

    @Test(arguments: [("clear", true), (" clear ;", true), ("clear x", false), ("quit", false)])
    func theScreenIsClearedAtThePrompt(_ line: String, _ clears: Bool) {
        #expect(InteractiveShell.isClear(line) == clears)
    }

    @Test(arguments: ["exit", #"\q"#, ":q", "exit 3", "\\q; # end"])
    func theWordsOfOthersEnd(_ text: String) throws {
        let names = try invocations(text).map(\.syntax.name)
        #expect(names == ["quit"])
    }

    @Test(arguments: [
        ("set role app;", true), ("set schema x ;", true), ("set role app", false), ("set host x;", false),
    ])
    func theSetOfSQLIsTakenForAVariableWithAWarning(_ text: String, _ isWarned: Bool) {
        let statements = Parser.parse(SourceText(name: "f", text), table: Catalogue.table).statements
        let warnings = ScriptPreparation(Variables()).prepare(statements).warnings
        #expect(warnings.map(\.message) == (isWarned ? ["this sets a variable of tscl's"] : []))
    }
}
