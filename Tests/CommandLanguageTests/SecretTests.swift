import CommandLanguage
import LanguageProperties
import Testing

/// What must be shown nowhere is shown in no error.
@Suite struct SecretTests {
    private let secret = "hunter2"

    @Test func whatHoldsASecret() throws {
        #expect(try invocation("set --secret x hunter2").holdsSecret)
        #expect(try invocation("set x hunter2 --secret").holdsSecret)
        #expect(try !invocation("set x hunter2").holdsSecret)
        #expect(try !invocation("set x -- --secret").holdsSecret)
    }

    @Test(arguments: [
        "set --secret x hunter2 more", "set --secret x hunter2 hunter2", "set --secrt x hunter2",
        "set --secret x --hunter2", "set --secret x 'hunter2", "set --secret x \"hunter2\\q\"",
        "set \\\n --secret x \\\n hunter2 hunter2", "set x --secret $$a\nhunter2$$ hunter2",
        "sett --secret x hunter2", "nod; set --secret x hunter2", "echo 'x\0 ; set --secret x hunter2",
        "set --secret x hunter2 --yes=hunter2", "set --secret x hunter2 --format hunter",
        "set x hunter2 --secret --secret", "set --secret x${ hunter2",
        // These would be SQL's SET without the option.
        "set x = hunter2 --secret", "set x to hunter2 --secret;", "set x='hunter2' --secrt",
        "set x = hunter2 --secret=1",
        "set --secret x = hunter2", "set local x hunter2 --secret", "set x = 'a\nhunter2' --secret",
        "set x = hunter2 \\\r\n --secret", "set x = it's hunter2 --secret", "set x = \"\\\" hunter2\" --secret",
    ])
    func parsing(_ text: String) {
        let (_, diagnostics) = Parser.parse(SourceText(name: "t", text), table: table)
        #expect(!diagnostics.isEmpty)
        for diagnostic in diagnostics {
            let shown = diagnostic.text()
            #expect(!shown.contains(secret), "\(shown)")
        }
    }

    @Test(arguments: [
        "set x = 1 -- secret", "set x = 1 --search", "set x = 1; echo --secret", "set x = 1\n--secret",
        "SET x = 1 --secret",
    ])
    func commentsOfSQLAreNoOption(_ text: String) throws {
        #expect(try invocation(text).syntax.name == "sql")
    }

    @Test(arguments: ["set --secret x \\\nhunter2${none}", "set --secret x $$a\nhunter2$$${none}"])
    func expanding(_ text: String) throws {
        let invocation = try invocation(text)
        do {
            _ = try Arguments(invocation, variables: Variables())
            Issue.record("no error")
        } catch {
            #expect(error.message == "undefined variable none")
            #expect(error.hidesLine)
            #expect(!error.text().contains(secret))
        }
    }

    @Test func problemsOfASecretCommandHideItsLine() throws {
        let arguments = try Arguments(try invocation("set --secret \\\n x hunter2"), variables: Variables())
        #expect(!arguments.problem("no", at: arguments.operand("VALUE")).text().contains(secret))
        #expect(arguments.operand("VALUE")?.text == secret)
    }

    @Test(arguments: ["sleep ${s}", "timing ${s}", "node add a --host h --port ${s}"])
    func valuesThatDoNotFit(_ text: String) throws {
        let invocation = try invocation(text)
        for value in [secret, "99999999"] {
            do {
                _ = try Arguments(invocation, variables: variables([:], secrets: ["s": value]))
                if text != "sleep ${s}" { Issue.record("no error") }
            } catch {
                #expect(!error.text().contains(value))
            }
        }
    }

    @Test func wordsRememberThatTheyAreSecret() throws {
        let values = variables(["a": "1"], secrets: ["s": secret])
        let words = try Arguments(try invocation("echo ${s} x${a} \"<${s}>\""), variables: values).operands("WORD")
        #expect(words.map(\.isSecret) == [true, false, true])
        let names = try Arguments(try invocation("node add {a,${s}}x --host h"), variables: values).operands("NAMES")
        #expect(names.map(\.isSecret) == [false, true])
    }

    @Test func anOrdinarySetIsShown() {
        let (_, diagnostics) = Parser.parse(SourceText(name: "t", "set x a b"), table: table)
        #expect(
            diagnostics.map { $0.text() } == [
                """
                t:1:9: error: unexpected b
                    1 | set x a b
                      |         ^
                   help: usage: set NAME [VALUE] [--secret]

                """
            ])
    }
}
