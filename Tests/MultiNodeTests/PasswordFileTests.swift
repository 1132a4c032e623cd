import MultiNode
import Testing

/// What libpq takes from a file of passwords, and how such a file is changed.
@Suite struct PasswordFileTests {
    private let dn1 = DataNode(name: "dn1", host: "10.0.0.11", port: 5433, database: "metrics")
    private let dn2 = DataNode(name: "dn2", host: "10.0.0.12", database: "metrics")

    private func file(_ lines: String...) -> PasswordFile {
        PasswordFile(Array(lines.map { $0 + "\n" }.joined().utf8))
    }

    private func text(_ file: PasswordFile) -> [Substring] {
        String(decoding: file.content, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .dropLast()
    }

    @Test(arguments: [
        ("*:*:*:app:pw", true), ("10.0.0.11:5433:metrics:app:pw", true), ("10.0.0.11:*:metrics:*:pw", true),
        ("10.0.0.11:5432:metrics:app:pw", false), ("*:*:other:app:pw", false), ("*:*:*:apple:pw", false),
        ("*:*:*:app", false), ("# *:*:*:app:pw", false), ("#*:*:*:app:pw", false), ("", false),
        (#"*:*:*:\a\p\p:pw"#, true), (#"\*:*:*:app:pw"#, false),
    ])
    func aLineFitsAConnection(_ line: String, _ fits: Bool) {
        #expect(file(line).covers(dn1, login: "app") == fits)
    }

    @Test func eachOfSeveralHostsNeedsALine() {
        let node = DataNode(
            name: "dn1", host: "a,b", port: 5432, database: "d", serverOptions: ["port": "5432,6000"])
        #expect(!file("a:5432:*:app:pw").covers(node, login: "app"))
        #expect(file("a:5432:*:app:pw", "b:6000:*:app:pw").covers(node, login: "app"))
        let socket = DataNode(name: "dn1", host: "/var/run/postgresql", database: "d")
        #expect(file("localhost:*:*:app:pw").covers(socket, login: "app"))
    }

    @Test func theFirstLineThatFitsCounts() {
        let file = file("*:*:*:*:old", "*:*:*:app:new")
        #expect(file.has("old", for: "app", on: dn1) && !file.has("new", for: "app", on: dn1))
        #expect(self.file(#"*:*:*:app:a\:b\\c"#).has(#"a:b\c"#, for: "app", on: dn1))
        #expect(self.file("*:*:*:app:a:b").has("a:b", for: "app", on: dn1))
    }

    @Test func whatIsReadByTheServerHasNoPasswords() {
        let file = PasswordFile(rows: [["beginning": "*:*:*:app:"], ["beginning": ""]])
        #expect(file.covers(dn1, login: "app") && file.names("app", on: [dn1]))
        #expect(!PasswordFile.beginnings(of: "/f").text.contains("/f"))
    }

    @Test func theServerKeepsTheLinesThatDoNotChange() throws {
        let file = PasswordFile(rows: ["#", "", "*:*:*:app:", "*:*:*:*:", ""].map { ["beginning": $0] })
        let plan = file.setting("new", for: "app", on: [dn1]).setting("other", for: "x", on: [dn1])
            .writing(to: "/f", inPlaceOf: file)
        #expect(plan.beginsTransaction && plan.statements.count == 6)
        let rows = plan.statements[4]
        #expect(
            rows.values.dropFirst().prefix(2) == [#"{"","","*:*:*:app:new","*:*:*:x:other",""}"#, "{1,2,0,0,4}"],
            "\(rows.values)")
        #expect(!rows.shown.contains("new") && !rows.text.contains("new"))
    }

    @Test func aRolesLinesAreChangedWhereTheyStand() {
        let before = file("# ours", "10.0.0.11:5433:*:app:old", "other:*:*:app:theirs", "*:*:*:app:old", "*:*:*:*:all")
        let after = before.setting("new:1", for: "app", on: [dn1, dn2])
        #expect(
            text(after) == [
                "# ours", #"10.0.0.11:5433:*:app:new\:1"#, "other:*:*:app:theirs", #"*:*:*:app:new\:1"#, "*:*:*:*:all",
            ])
        #expect(after.setting("new:1", for: "app", on: [dn1, dn2]) == after)
    }

    @Test func aNewLineComesBeforeTheLineThatWouldCount() {
        let after = file("other:*:*:app:theirs", "*:*:*:*:all").setting("new", for: "app", on: [dn1, dn2])
        #expect(text(after) == ["other:*:*:app:theirs", "*:*:*:app:new", "*:*:*:*:all"])
        #expect(text(PasswordFile().setting("new", for: #"a:b\"#, on: [dn1])) == [#"*:*:*:a\:b\\:new"#])
        let crlf = PasswordFile(Array("*:*:*:x:y\r\nlast".utf8)).setting("new", for: "app", on: [dn1])
        #expect(crlf.content == Array("*:*:*:x:y\r\nlast\n*:*:*:app:new\n".utf8))
    }

    @Test func aLineIsShownWithoutThePassword() {
        #expect(PasswordFile.line(for: "app") == "*:*:*:app:PASSWORD")
        #expect(PasswordFile.refusal(of: "a\nb") != nil && PasswordFile.refusal(of: "a:b") == nil)
    }
}
