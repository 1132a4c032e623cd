import CommandLanguage
import LanguageProperties
import Testing

@Suite struct ValueTests {
    @Test(
        arguments: [
            ("500ms", .milliseconds(500)), ("30s", .seconds(30)), ("30", nil), ("5m", .seconds(300)),
            ("2h", .seconds(7200)), ("1d", .seconds(86400)), ("1.5s", .milliseconds(1500)), (".5s", .milliseconds(500)),
            ("0", .zero), ("0s", .zero), ("1000000000s", .seconds(1_000_000_000)), ("", nil), ("s", nil), (".", nil),
            ("-1s", nil),
            ("1..2s", nil), ("1e3", nil), ("5 s", nil), ("5S", nil), ("5w", nil), ("1000000001s", nil), ("٣s", nil),
            ("99999999999999999999d", nil), (String(repeating: "9", count: 400), nil), ("inf", nil), ("nan", nil),
        ] as [(String, Duration?)])
    func durations(_ text: String, _ expected: Duration?) { #expect(Duration(written: text) == expected) }

    @Test(arguments: [
        ("--hots", "--host"), ("--hsot", "--host"), ("--ho", "--host"), ("--port", "--port"), ("--prt", "--port"),
        ("HOST", nil), ("--zzzzzz", nil), ("", nil), ("--", nil), ("-", nil), ("--HOST", "--host"),
        (String(repeating: "x", count: 64), nil),
    ])
    func suggestions(_ word: String, _ expected: String?) {
        #expect(Suggestion.nearest(to: word, among: ["--host", "--port"]) == expected)
    }

    @Test func theNearestIsSuggestedAndTheFirstOfEquals() {
        #expect(Suggestion.nearest(to: "node", among: ["mode", "node", "note"]) == "node")
        #expect(Suggestion.nearest(to: "nope", among: ["mode", "note", "rope"]) == "note")
        #expect(Suggestion.nearest(to: "a", among: ["b", "ccc"]) == "b")
        #expect(Suggestion.nearest(to: "a", among: []) == nil)
        #expect(Suggestion.nearest(to: "größe", among: ["grösse", "größ"]) == "größ")
    }

    @Test func variables() {
        var variables = Variables(environment: { $0 == "A" ? "1" : nil })
        variables["x"] = Variables.Value("v")
        variables["s"] = Variables.Value("hidden", isSecret: true)
        #expect(variables["x"]?.text == "v")
        #expect(variables["env:A"]?.text == "1")
        #expect(variables["env:B"] == nil)
        #expect(variables.names == ["s", "x"])
        #expect(variables.secrets == ["hidden"])
        variables["s"] = nil
        #expect(variables.secrets.isEmpty)
    }

    @Test(arguments: [
        ("x", true), ("_a1", true), ("é", true), ("1", false), ("", false), ("a b", false), ("a-b", false),
        ("env:A", false),
    ])
    func variableNames(_ name: String, _ expected: Bool) { #expect(Variables.isName(name) == expected) }

    @Test(
        arguments: [
            ("1", nil), ("1,2", nil), (",2", nil), ("1,,2", nil), ("", "'' is not a whole number"),
            ("1,x", "'x' is not a whole number"), ("0", "0 is not between 1 and 9"),
            ("1,10", "10 is not between 1 and 9"), ("1, 2", "' 2' is not a whole number"),
        ] as [(String, String?)])
    func numbersWithCommas(_ text: String, _ problem: String?) {
        #expect(ValueKind.integers(1...9).problem(with: text) == problem)
    }

    @Test func usage() {
        #expect(table.command(named: "node attach")?.usage == "node attach NAMES --to TABLE…")
        #expect(table.command(named: "exec")?.usage == "exec [--on NODES] [--no-transaction] TEXT")
        #expect(table.words(after: "node") == ["list", "add", "attach", "delete"])
        #expect(table.isGroup("node") && !table.isGroup("node list"))
    }
}
