import CommandLanguage
import LanguageProperties
import Testing

@Suite struct ExpansionTests {
    private func nodes(_ words: String, _ variables: Variables = Variables()) throws -> [String] {
        try Arguments(try invocation("node add \(words) --host h"), variables: variables).operands("NAMES").map(\.text)
    }

    @Test(arguments: [
        ("dn{1..3}", ["dn1", "dn2", "dn3"]),
        ("dn{3..1}", ["dn3", "dn2", "dn1"]),
        ("dn{8..10}", ["dn8", "dn9", "dn10"]),
        ("dn{08..10}", ["dn08", "dn09", "dn10"]),
        ("dn{1..02}", ["dn01", "dn02"]),
        ("dn{7..7}", ["dn7"]),
        ("{a,b}{1..2}", ["a1", "a2", "b1", "b2"]),
        ("{1..2}{1..1}{3..4}x", ["113x", "114x", "213x", "214x"]),
        ("x{a,{b,c}d,'e,f'}y", ["xay", "xbdy", "xcdy", "xe,fy"]),
        ("'a{1..2}' b", ["a{1..2}", "b"]),
        ("{a,${v}}-${v}", ["a-{1..2}", "{1..2}-{1..2}"]),
        ("a{,b}", ["a", "ab"]),
    ])
    func braces(_ words: String, _ expected: [String]) throws {
        #expect(try nodes(words, variables(["v": "{1..2}"])) == expected)
    }

    @Test func bracesMeanNothingWhereOneWordStands() throws {
        #expect(try echoed("{a,b} x{1..3}y") == ["{a,b}", "x{1..3}y"])
    }

    @Test func anEmptyNameOutOfBracesIsRefused() {
        #expect(message { try nodes("{,b}") } == "NAMES: a name can't be empty")
    }

    @Test func pairedOptionsGoAlongside() throws {
        func hosts(_ options: String, count: Int = 4) throws -> [String?] {
            let arguments = try Arguments(try invocation("node add dn{1..\(count)} \(options)"), variables: Variables())
            return arguments.paired("--host", count: count).map { $0?.text }
        }
        #expect(try hosts("--host 10.0.0.{11..14}") == ["10.0.0.11", "10.0.0.12", "10.0.0.13", "10.0.0.14"])
        #expect(try hosts("--host h") == ["h", "h", "h", "h"])
        #expect(try hosts("--host {a,b}", count: 2) == ["a", "b"])
        #expect(message { try hosts("--host {a,b}") } == "--host stands for 2 values, and the names are 4")
        #expect(message { try hosts("--host {a,b}", count: 1) } == "--host stands for 2 values, and there is one name")
        let arguments = try Arguments(try invocation("node add a --host h"), variables: Variables())
        #expect(arguments.paired("--port", count: 2).map { $0?.text } == [nil, nil])
    }

    @Test func listsOfNodesAndVariadicOptionsExpand() throws {
        let exec = try Arguments(try invocation("exec --on dn{1..2},x SELECT 1"), variables: Variables())
        #expect(exec.values("--on").map(\.text) == ["dn1,x", "dn2,x"])
        let attach = try Arguments(try invocation("node attach a --to t{1..2} s.u"), variables: Variables())
        #expect(attach.values("--to").map(\.text) == ["t1", "t2", "s.u"])
    }

    @Test func limits() throws {
        #expect(try nodes("{1..100}{1..100}").count == Expansion.limit)
        #expect(message { try nodes("{1..101}{1..100}") } == "this stands for more than 10000 names")
        #expect(message { try nodes("{a{1..9999},b,c}") } == "this stands for more than 10000 names")
        let long = String(repeating: "x", count: 2000)
        #expect(message { try echoed("\(long)") } == "no error: [\"\(long)\"]")
        let hosts = "node add a --host {1..10000}\(long)"
        #expect(
            message { try Arguments(try invocation(hosts), variables: Variables()) }
                == "this stands for names of more than 16 MB together")
        #expect(
            message { try nodes("{" + String(repeating: ",a", count: 100_000) + "}") }
                == "this stands for more than 10000 names")
    }

    @Test func variablesAreOneWordAndNotReadAgain() throws {
        let values = variables(["x": "a b;'$", "empty": "", "1": "one"])
        #expect(try echoed("${x} \"<${x}>\" p${x}q", values) == ["a b;'$", "<a b;'$>", "pa b;'$q"])
        #expect(
            try echoed("${empty} ${empty:-d} ${none:-} ${none:-a b} ${1} ${env:HOME} ${env:NONE:-n}", values)
                == ["", "d", "", "a b", "one", "/home/me", "n"])
        #expect(try echoed("'${x}' $x $$${x}$$", values) == ["${x}", "$x", "${x}"])
    }

    @Test(arguments: [
        ("${hots}", "1:6-13: undefined variable hots (did you mean ${host}?)"),
        ("a${qqqqqq}", "1:7-16: undefined variable qqqqqq (set qqqqqq VALUE)"),
        ("\"é${2}\"", "1:8-12: the script was given no argument 2"),
        (
            "${env:NONE}",
            "1:6-17: the environment variable NONE is not set (${env:NONE:-default} gives a value for that case)"
        ),
    ])
    func undefinedVariables(_ word: String, _ expected: String) throws {
        do {
            _ = try echoed(word, variables(["host": "h"]))
            Issue.record("no error")
        } catch let error as Diagnostic {
            #expect(error.summary == expected)
        }
    }

    @Test func valuesOfVariablesAreChecked() {
        func run(_ text: String, _ variables: Variables) -> String {
            message { try Arguments(try invocation(text), variables: variables).invocation.span }
        }
        #expect(
            run("sleep ${x}", variables(["x": "soon"])) == "TIME: 'soon' is not a duration such as 500ms, 30s, 5m, 2h")
        #expect(run("node delete ${x}", variables(["x": ""])) == "NAME: a name can't be empty")
        #expect(run("echo ${x}", variables(["x": "a\0"])) == "a NUL byte can't be in a value")
    }

    @Test func patternsOfVariablesAreTheirText() throws {
        let arguments = try Arguments(
            try invocation("node attach 'd*'${x}{a,?} --to t"), variables: variables(["x": "*,\\"]))
        #expect(arguments.operands("NAMES").map(\.text) == ["d**,\\a", "d**,\\?"])
        #expect(arguments.operands("NAMES").map(\.pattern) == ["d*\\*\\,\\\\a", "d*\\*\\,\\\\?"])
    }
}
