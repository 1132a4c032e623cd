import CommandLanguage
import Shell
import LanguageProperties
import Testing

/// Lines of `--format script`: whatever is in them, they are read back as what was meant.
@Suite struct ScriptLineTests {
    private static let names = [
        "a b", "it's", "--force", "$x", "${x}", "{1..3}", "a,b", "#", ";", "\\", "\"", "é", "*", "[a]", "two\nlines",
        "\"\\$\n", "\t", "public",
    ]

    @Test(arguments: names) func wordsAreReadBack(_ name: String) throws {
        let line = ScriptLine.command(
            "role create", [name],
            [.init("--everywhere"), .init("--in-role", [name, "r"]), .init("--valid-until", name)])
        let read = try arguments(line)
        #expect(read.operands("NAMES").map(\.text) == [name])
        #expect(read.values("--in-role").map(\.text) == [name, "r"])
        #expect(read.value("--valid-until")?.text == name)
        #expect(read.has("--everywhere"))
        #expect(!line.contains("\n"))
    }

    @Test(arguments: names) func namesOfNodesAreNoPatterns(_ name: String) throws {
        let line = ScriptLine.command("role grant", ["r"], [.init("--nodes", ScriptLine.nodes([name, "dn1"]))])
        let pattern = try #require(try arguments(line).value("--nodes")?.pattern)
        #expect(GlobPattern.list(pattern).map { GlobPattern.plainText($0) } == [name, "dn1"])
    }

    @Test(arguments: [
        "CREATE TABLE t (a int)", "SELECT 'a;b'", "SELECT 'two\nlines'", "SELECT\n1", "SELECT $$ ${x} $$",
        "CREATE FUNCTION f() AS $f$ '${x}'; $f$", "DO $q$ $q$", "DO $$a$$", "SELECT 1 -- #", "SELECT ';'; SELECT $1",
        "$$x$$", "'x'", "SELECT $a$\n$$ $q$ ${x}$a$", "SELECT \\", "SELECT 1 # 2",
    ])
    func sqlIsReadBack(_ sql: String) throws {
        for line in [ScriptLine.sql(sql), ScriptLine.exec(sql), ScriptLine.exec(sql, on: ["a,b", "c*"])] {
            let read = try invocations(line)
            #expect(read.count == 1)
            #expect(read.first?.text?.pieces == [.sql(sql)], "\(line)")
        }
        let on = try arguments(ScriptLine.exec(sql, on: ["a,b", "c*"])).value("--on")
        #expect(on.map { GlobPattern.list($0.pattern).map { GlobPattern.plainText($0) } } == ["a,b", "c*"])
    }

    /// No command holds them: a value would be asked for.
    @Test(arguments: ["SELECT '${x}'", "SELECT a[1:'x']"]) func whatCannotBeWrittenIsAComment(_ sql: String) throws {
        #expect(ScriptLine.sql(sql) == "# this can't be written as a command: \(sql)")
        #expect(try invocations(ScriptLine.sql(sql)).isEmpty)
    }

    @Test func aCommentIsOneLine() throws {
        #expect(ScriptLine.comment("a\n  b\r\nsql DROP TABLE c") == "# a b sql DROP TABLE c")
        #expect(try invocations(ScriptLine.comment("\nsql x\rsql y")).isEmpty)
    }
}
