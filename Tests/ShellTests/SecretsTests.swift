import Shell
import Testing

/// What gets neither into the history nor anywhere else.
@Suite struct SecretsTests {
    @Test(
        arguments: [
            "host=h password=x", "PASSWORD=x", "password = x", "postgres://u:p@h/d", "postgresql://:p@h",
            "postgres://u:p%40@h1,h2/d?sslmode=require", "postgres://h/d?password=x", "password  =  x", "password\t=x",
        ])
    func aPasswordInAConninfo(_ text: String) {
        #expect(Secrets.areIn(conninfo: text))
    }

    @Test(
        arguments: [
            "", "host=h user=u", "postgres://u@h:5432/d", "postgres://h:5432/d", "postgres://h/d?user=a:b@c", "u:p@h",
        ])
    func noPassword(_ text: String) {
        #expect(!Secrets.areIn(conninfo: text))
    }

    @Test func linesOfCommands() {
        #expect(Secrets.areIn(line: "set --secret x hunter2"))
        #expect(Secrets.areIn(line: "set x hunter2 --secret"))
        #expect(Secrets.areIn(line: "connect postgres://u:p@h/d"))
        #expect(Secrets.areIn(line: "echo http://x connect postgres://u:p@h/d"))
        #expect(Secrets.areIn(line: "sql ALTER ROLE app PASSWORD 'hunter2'"))
        #expect(Secrets.areIn(line: "sql ALTER ROLE app PASSWORD\n  E'hunter2'"))
        #expect(Secrets.areIn(line: "sql ALTER ROLE app PASSWORD $$hunter2$$"))
        #expect(Secrets.areIn(line: "sql ALTER ROLE app PASSWORD $p$hunter2$p$"))
        #expect(Secrets.areIn(line: "sql CREATE USER MAPPING FOR u SERVER s OPTIONS (\"password\" 'hunter2')"))
        #expect(Secrets.areIn(line: "sql ALTER ROLE app PASSWORD '\u{301}hunter2'"))
        #expect(Secrets.areIn(line: "connect 'password=\u{301}hunter2'"))
        #expect(!Secrets.areIn(line: "sql ALTER ROLE app PASSWORD NULL"))
        #expect(!Secrets.areIn(line: "sql ALTER ROLE app PASSWORD :'secret'"))
        #expect(!Secrets.areIn(line: "echo http://x:1 a@b"))
        #expect(!Secrets.areIn(line: "node add dn1 --host h --password-env APP_PASSWORD"))
        #expect(!Secrets.areIn(line: "role create app --password-prompt"))
    }

    /// A combining mark makes one character with what it stands behind, be it a secret or a quote.
    @Test func secretsWithMarks() {
        let output = Output()
        output.hide(["hunter2"])
        #expect(output.hiding("is hunter2\u{301}!") == "is ********\u{301}!")
        output.hide(["\u{301}it's"])
        #expect(!output.hiding("SET x TO '\u{301}it''s'").contains("it"))
        #expect(output.hiding("SET x TO '\u{301}it''s'").utf8.elementsEqual("SET x TO '********'".utf8))
    }
}
