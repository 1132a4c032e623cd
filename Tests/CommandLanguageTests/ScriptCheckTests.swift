import CommandLanguage
import LanguageProperties
import Testing

@Suite struct ScriptCheckTests {
    /// What is said of a text that has no error of syntax; `given` and `1` have values, `node` commands are refused in transactions.
    private func errors(
        of text: String, included: @escaping (Inclusion) -> IncludedFile? = { _ in nil }
    ) throws -> [String] {
        var check = ScriptCheck(
            variables: CommandLanguageTests.variables(["given": "", "1": ""]),
            refusalInTransaction: { syntax, _ in
                syntax.name.hasPrefix("node ") ? "\(syntax.name) can't run in a transaction" : nil
            }, included: included)
        return check.diagnostics(of: try statements(text)).map(\.summary)
    }

    private func statements(_ text: String) throws -> [Statement] {
        let (statements, diagnostics) = Parser.parse(SourceText(name: "t", text), table: table)
        try #require(diagnostics.isEmpty, "\(diagnostics.map(\.summary))")
        return statements
    }

    @Test(arguments: [
        Case("echo ${given} ${1} ${env:X} ${x:-d} \"${given}\""),
        Case("echo ${x}", "1:6-10: undefined variable x (set x VALUE)"),
        Case("echo ${gven}", "1:6-13: undefined variable gven (did you mean ${given}?)"),
        Case("echo ${2}", "1:6-10: the script was given no argument 2"),
        Case(
            "echo \"a ${x}\"{a,${y}}", "1:9-13: undefined variable x (set x VALUE)",
            "1:17-21: undefined variable y (set y VALUE)"),
        Case("node add a --host ${x}", "1:19-23: undefined variable x (set x VALUE)"),
        Case(
            "sql SELECT :'x', :\"y\", :'given'", "1:12-16: undefined variable x (set x VALUE)",
            "1:18-22: undefined variable y (set y VALUE)"),
        Case("set x 1\necho ${x}"),
        Case("set x ${x}", "1:7-11: undefined variable x (set x VALUE)"),
        Case("sql --into x SELECT 1\necho ${x}"),
        Case("set ${given} 1\necho ${x}"),
        Case("set --secret x ${y}", "1:16-20: undefined variable y (set y VALUE)"),
        Case("foreach n in ${n} { echo ${n} }", "1:14-18: undefined variable n (set n VALUE)"),
        Case("foreach n in a b { echo ${n} }\necho ${n}"),
        Case("if ${x} == a {}", "1:4-8: undefined variable x (set x VALUE)"),
        Case(
            "assert ${x} != a ${y}", "1:8-12: undefined variable x (set x VALUE)",
            "1:18-22: undefined variable y (set y VALUE)"),
        Case(
            "wait until node ${x} up --every ${y}", "1:17-21: undefined variable x (set x VALUE)",
            "1:33-37: undefined variable y (set y VALUE)"),
        Case("sleep ${x}", "1:7-11: undefined variable x (set x VALUE)"),
        Case("echo ${2:?usage: x.tscl NODE PORT}", "1:6-35: usage: x.tscl NODE PORT"),
        // What is known to be empty fails as what is not there.
        Case("echo ${1:?no node} ${given:?x} ${script.dir}", "1:6-19: no node", "1:20-31: x"),
        Case("echo ${given:?}", "1:6-16: given has an empty value"),
        Case("echo ${env:X:?no X} ${env:X}", "1:6-20: no X"),
        Case("if a == b { set given 1 }\necho ${given:?x}"), Case("foreach given in 1 2 { echo ${given:?x} }"),
        Case("echo ${2:?}", "1:6-12: the script was given no argument 2"),
        Case("foreach a, b in rows $$ SELECT 1 $$ { echo ${a} ${b} }\necho ${b}"),
        Case("foreach a in rows $$ SELECT :'x' $$ { }", "1:29-33: undefined variable x (set x VALUE)"),
        Case(
            "if rows $$ SELECT :'x' $$ and ${y} == a { }", "1:31-35: undefined variable y (set y VALUE)",
            "1:19-23: undefined variable x (set x VALUE)"),
        Case("assert rows $$ SELECT :'x' $$", "1:23-27: undefined variable x (set x VALUE)"),
        Case("lock ${x} { set y 1 }\necho ${y}", "1:6-10: undefined variable x (set x VALUE)"),
        Case("try { set x 1 } else { echo ${x} ${error} ${sqlstate} ${node} } finally { echo ${x} }\necho ${x}"),
        Case("try { } else { } finally { echo ${error} }", "1:33-41: undefined variable error (set error VALUE)"),
        Case("transaction { try { } else { } }", "1:15-18: try can't be inside a transaction (\(tryHelp))"),
        Case(
            "transaction { if a == b { lock x { } } }", "1:27-33: a lock can't be inside a transaction (\(lockHelp))"),
        Case("lock x { if a == b { lock x { } } }", "1:27-28: the lock x is held by a block around this one"),
        Case("lock x { }\nlock x { lock y { } }"), Case("set n x\nlock ${n} { lock ${n} { } }"),
        Case("lock x { transaction { } }"), Case("try { transaction { } } else { }"),
        Case("try { node list } else { transaction { node list } }", "1:40-49: node list can't run in a transaction"),
        // Set on some path is enough; set on another is not.
        Case("if a == b { set x 1 }\necho ${x}"),
        Case("if a == b { } else { set x 1 }\necho ${x}"),
        Case("if a == b { set x 1 } else { echo ${x} }", "1:35-39: undefined variable x (set x VALUE)"),
        Case("if a == b { set x 1 } else if ${x} == a { }", "1:31-35: undefined variable x (set x VALUE)"),
        Case("foreach n in 1 2 { if ${n} == 2 { echo ${x} }; set x 1 }"),
        Case(
            "foreach n in 1 2 { foreach m in 1 { echo ${x} ${y} }; set x 1 }",
            "1:47-51: undefined variable y (did you mean ${m}?)"),
        Case("foreach n in 1 2 { echo ${x} }\nset x 1", "1:25-29: undefined variable x (did you mean ${n}?)"),
        Case("transaction { set x 1 }\necho ${x}"),
        Case("include a.tscl ${x}\necho ${y}", "1:16-20: undefined variable x (set x VALUE)"),
    ])
    func variables(_ row: Case) throws { #expect(try errors(of: row.text) == row.expected) }

    @Test(arguments: [
        Case("transaction { echo a; sql SELECT 1 }"),
        Case("node list\ntransaction {\n node list\n}\nnode list", "3:2-11: node list can't run in a transaction"),
        Case(
            "transaction { if a == b { foreach n in a { node list } } }",
            "1:44-53: node list can't run in a transaction"),
        Case(
            "transaction { if a == b { transaction { node list } } }",
            "1:27-38: a transaction can't be inside a transaction", "1:41-50: node list can't run in a transaction"),
    ])
    func transactions(_ row: Case) throws { #expect(try errors(of: row.text) == row.expected) }

    @Test func includedFiles() throws {
        let inner = try statements("echo ${1} ${2} ${given}\nnode list\nset y 1")
        func errors(_ text: String) throws -> [String] {
            try self.errors(of: text) { IncludedFile(path: $0.file, statements: inner) }
        }
        #expect(try errors("include a.tscl x y\necho ${y} ${1}") == [])
        #expect(
            try errors("transaction { include a.tscl x }\necho ${z}") == [
                "1:11-15: the script was given no argument 2", "2:1-10: node list can't run in a transaction",
                "2:6-10: undefined variable z (did you mean ${y}?)",
            ])
    }

    @Test func anIncludedFileMayBeGivenAnEmptyArgument() throws {
        let inner = try statements("echo ${1:?no node}")
        for (text, expected) in [
            ("include a.tscl ''", ["1:6-19: no node"]), ("include a.tscl x\ninclude a.tscl ${given}", []),
        ] {
            #expect(try errors(of: text) { IncludedFile(path: $0.file, statements: inner) } == expected)
        }
    }

    /// It would be checked as often as it is run.
    @Test func aFileIsCheckedOnceForEachMeaning() throws {
        let files = Dictionary(
            uniqueKeysWithValues: try (0..<40).map { level in
                let next = level == 39 ? "echo ${x}" : "include \(level + 1)\ninclude \(level + 1)"
                return (String(level), try statements("set v\(level) 1\n\(next)\nset w\(level) 1"))
            })
        func included(_ inclusion: Inclusion) -> IncludedFile? {
            files[inclusion.file].map { IncludedFile(path: inclusion.file, statements: $0) }
        }
        let found = try errors(of: "include 0\ninclude 0\necho ${v39} ${w0}\nset x 1\ninclude 0", included: included)
        #expect(found == ["2:6-10: undefined variable x (set x VALUE)"])
        // What it means elsewhere is told besides.
        let other = try statements("echo ${1}\nnode list")
        let meanings = try errors(
            of: "include a x\ninclude a x\ninclude a\ntransaction { include a x }\ntransaction { include a x }"
        ) { IncludedFile(path: $0.file, statements: other) }
        #expect(
            meanings == [
                "1:6-10: the script was given no argument 1", "2:1-10: node list can't run in a transaction",
            ])
    }

    @Test func unsetTakesAway() throws {
        let table = CommandTable([
            CommandSyntax("unset", group: .settings, "Forget", operands: [OperandSyntax("NAME", .variable)]),
            CommandSyntax(
                "echo", group: .settings, "Print words", operands: [OperandSyntax("WORD", .text, .zeroOrMore)]),
        ])
        func errors(_ text: String) -> [String] {
            let (statements, _) = Parser.parse(SourceText(name: "t", text), table: table)
            var check = ScriptCheck(
                variables: CommandLanguageTests.variables(["x": ""]), refusalInTransaction: { _, _ in nil })
            return check.diagnostics(of: statements).map(\.summary)
        }
        #expect(errors("echo ${x}\nunset x\necho ${x}") == ["3:6-10: undefined variable x (set x VALUE)"])
        #expect(errors("if a == b { unset x }\necho ${x}") == [])
        #expect(errors("if a == b { unset x; echo ${x} }") == ["1:27-31: undefined variable x (set x VALUE)"])
    }
}

private let tryHelp = "what fails in a transaction undoes all of it; put it into the try"
private let lockHelp = "it would end before the transaction does; put that into the lock"
