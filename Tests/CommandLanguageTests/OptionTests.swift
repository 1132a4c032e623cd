import CommandLanguage
import LanguageProperties
import Testing

@Suite struct OptionTests {
    @Test(arguments: [
        Case("node add dn1 --host db1", "node add [dn1] --host=[db1]"),
        Case("node add --host=db1 dn1", "node add [dn1] --host=[db1]"),
        Case("node add dn1 --host='db 1'", "node add [dn1] --host=['db 1']"),
        Case("node add dn1 --host=a'b'=c", "node add [dn1] --host=[a+'b'+=c]"),
        Case("node add dn1 --host= --yes", "node add [dn1] --host=[''] --yes"),
        Case("node add dn1 --host=$$a b$$", "node add [dn1] --host=['a b']"),
        // A combining mark behind a sign does not hide the sign.
        Case("node add dn1 --host=\u{301}x", "node add [dn1] --host=[\u{301}x]"),
        Case("node add dn1 --host ${h}", "node add [dn1] --host=[${h}]"),
        Case("node add --host h -- dn1 --port", "node add [dn1] [--port] --host=[h]"),
        Case("echo '--yes' \"--no\" ''--x -y -", "echo ['--yes'] ['--no'] [''+--x] [-y] [-]"),
        Case("node attach dn1 dn2 --to a b --yes", "node attach [dn1] [dn2] --to=[a]=[b] --yes"),
        Case("node attach --to=a b -- dn1", "node attach [dn1] --to=[a]=[b]"),
        Case("node add dn{1..2} --host={a,b}", "node add [dn+{1...2 width 0}] --host=[{a|b}]"),
        Case("exec --on dn{1..3} --yes SELECT 1", "exec --on=[dn+{1...3 width 0}] --yes | SELECT 1"),
        Case("exec --on 'dn*' -- -- a comment", "exec --on=['dn*'] | -- a comment"),
        Case("node attach dn1 --to {a,b}c", "node attach [dn1] --to=[{a|b}+c]"),
        Case("node add dn1 --host={1..2}", "node add [dn1] --host=[{1...2 width 0}]"),
    ])
    func options(_ row: Case) { #expect(reading(of: row.text) == row.expected) }

    @Test(arguments: [
        Case("node add dn3 --hots db3", "1:14-20: unknown option --hots (did you mean --host?)"),
        Case("node list --zzzzzz", "1:11-19: unknown option --zzzzzz (usage: node list)"),
        Case("node list --ye", "1:11-15: unknown option --ye (did you mean --yes?)"),
        Case("node list --=x", "1:11-13: unknown option -- (usage: node list)"),
        Case("node add a --host x --host y", "1:21-27: --host is given twice"),
        Case("node add a --host x --yes --yes", "1:27-32: --yes is given twice"),
        Case("node list --yes=1", "1:11-16: --yes takes no value"),
        Case("node add a --host", "1:12-18: --host needs a value (--host H)"),
        Case("node add a --host --yes", "1:12-18: --host needs a value (--host H)"),
        Case("node attach a --to", "1:15-19: --to needs a value (--to TABLE…)"),
        Case(
            "node add a", "1:1-9: node add needs --host H (usage: node add NAMES --host H [--port P] [--if-not-exists])"
        ),
        Case(
            "node add --host h",
            "1:1-9: node add needs NAMES (usage: node add NAMES --host H [--port P] [--if-not-exists])"),
        Case("node list x 'y z'", "1:11-12: unexpected x (usage: node list)"),
        Case("node list ''", "1:11-13: unexpected '' (usage: node list)"),
        Case("node add a --host'x'", "1:12-21: an option's value is written --host=VALUE or --host VALUE"),
        Case("node add a --host h --port 70000", "1:28-33: --port: 70000 is not between 1 and 65535"),
        Case("node add a --host h --port=x", "1:28-29: --port: 'x' is not a whole number"),
        Case("node list --format jsom", "1:20-24: --format: 'jsom' is none of table, json; did you mean json?"),
        Case("timing yes", "1:8-11: WHEN: 'yes' is none of on, off"),
        Case("sleep 5x", "1:7-9: TIME: '5x' is not a duration such as 500ms, 30s, 5m, 2h"),
        Case("node delete ''", "1:13-15: NAME: a name can't be empty"),
        Case("node delete {a,b}", "1:13-18: NAME is one name here (quote braces that are part of the name)"),
        Case("node delete a{", "1:13-15: unclosed or empty braces (quote a { that is part of the name)"),
        Case("node add dn{1 --host h", "1:10-14: unclosed or empty braces (quote a { that is part of the name)"),
        Case("exec --on '' x", "1:11-13: --on: the list is empty"),
        Case("exec", "1:1-5: exec needs TEXT (usage: exec [--on NODES] [--no-transaction] TEXT)"),
        Case("exec --on dn1 # x", "1:1-5: exec needs TEXT (usage: exec [--on NODES] [--no-transaction] TEXT)"),
        Case("sql ' '", "1:1-4: sql needs TEXT (usage: sql [--into VAR] TEXT)"),
        // Several at once, and what the scanner finds comes behind them.
        Case(
            "node add a --hots b --port x 'c", "1:12-18: unknown option --hots (did you mean --host?)",
            "1:28-29: --port: 'x' is not a whole number",
            "1:30-31: unclosed ' (quotes end on the line they begin on; $$…$$ may span lines)"),
    ])
    func errors(_ row: Case) { #expect(reading(of: row.text) == row.expected) }

    @Test func namesHaveAtMost63Bytes() {
        let longest = String(repeating: "é", count: 31) + "x"
        #expect(reading(of: "node delete \(longest)") == ["node delete [\(longest)]"])
        #expect(reading(of: "node delete \(longest)x") == ["1:13-46: NAME: a name has at most 63 bytes; this has 64"])
    }

    @Test(arguments: [
        Case("nod list", "1:1-4: unknown command nod (did you mean node?)"),
        Case("NODE list", "1:1-5: unknown command NODE (did you mean node list?)"),
        Case("comment x", "1:1-8: unknown command comment (did you mean COMMENT ON?)"),
        // In another order, in the plural, or without the group.
        Case("nodes", "1:1-6: unknown command nodes (did you mean node list?)"),
        Case("nodes add a", "1:1-6: unknown command nodes (did you mean node add?)"),
        Case("add node a", "1:1-4: unknown command add (did you mean node add?)"),
        Case("Attach a", "1:1-7: unknown command Attach (did you mean node attach?)"),
        Case("selct 1", "1:1-6: unknown command selct (did you mean SELECT?)"),
        Case("node lst", "1:6-9: unknown command node lst (did you mean node list?)"),
        Case("node qqqqqq", "1:6-12: unknown command node qqqqqq (node knows: list, add, attach, delete)"),
        Case("node", "1:1-5: node needs one of: list, add, attach, delete"),
        Case("node;node list", "1:1-5: node needs one of: list, add, attach, delete", "node list"),
        Case("qqqqqq 'x' y", "1:1-7: unknown command qqqqqq ('help' lists the commands)"),
        Case("'node' list", "1:1-7: unknown command 'node' (did you mean node list?)"),
        Case("''node list", "1:1-7: unknown command ''node (did you mean node list?)"),
        Case("${x} y", "1:1-5: unknown command ${x} ('help' lists the commands)"),
        // What else is wrong in an unknown command says less.
        Case(
            "qqqqqq don't\nnode list",
            "1:1-7: unknown command qqqqqq ('help' lists the commands)", "node list"),
        Case("$$a\nb$$", "1:1-2:4: unknown command $$a\nb$$ ('help' lists the commands)"),
    ])
    func unknownCommands(_ row: Case) { #expect(reading(of: row.text) == row.expected) }

    /// A line may be as long as its file; what is kept of it must not be many times as long.
    @Test func aCommandOfTooManyWordsIsRefusedOnce() {
        let words = String(repeating: "x ", count: 100_001)
        let messages = Parser.parse(SourceText(name: "t", "node add " + words), table: table).diagnostics
        #expect(messages.map(\.message) == ["a command of more than 100000 words"])
        let loop = Parser.parse(SourceText(name: "t", "foreach n in \(words){\n}"), table: table)
        #expect(loop.diagnostics.map(\.message) == ["a foreach of more than 100000 words"])
    }

    @Test func allErrorsOfATextAreReported() {
        let (statements, diagnostics) = Parser.parse(
            SourceText(
                name: "t",
                "nod list\necho 'a\nnode add a \\\n --host 'x\\\n y\nnode list; node lst; echo b\necho \"\\q\" \\\n x"),
            table: table)
        #expect(statements.count == 2)
        #expect(
            diagnostics.map { "\($0.position.line):\($0.position.column) \($0.message)" } == [
                "1:1 unknown command nod", "2:6 unclosed '", "4:9 unclosed '", "6:17 unknown command node lst",
                #"7:7 unknown escape \q"#,
            ])
    }
}
