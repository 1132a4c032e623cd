import CommandLanguage
import Foundation
import LanguageProperties
import Shell
import Testing

/// What must hold for every command, whoever adds it.
@Suite struct CatalogueTests {
    private static let commands = Catalogue.table.commands
    private static let names = commands.map(\.name)
    private static let universal = Catalogue.table.universalOptions

    /// One statement of SQL is read without the other commands, and as it is with them.
    @Test(arguments: [
        ("SELECT 1", true), ("select 1;", true), ("sql SELECT 1", true),
        ("sql --into x SELECT 1", true),
        ("sql --inot x SELECT 1", true), ("sql --help", true), ("sql ", true),
        ("WITH x AS (SELECT 1) TABLE x", true),
        ("INSERT INTO t VALUES ('a b')", true), ("SELECT 'a", true), ("SQL SELECT 1", false),
        ("SELECT 1; node list", false),
        ("SELECT 1\nnode list", false), ("show-sql on", false), ("node list", false),
        ("nod list", false),
    ])
    func sqlNeedsNoOtherCommand(_ text: String, isAlone: Bool) {
        let source = SourceText(name: "<command 1>", text)
        let table = Catalogue.table(for: source)
        #expect((table.commands.count < Self.commands.count) == isAlone)
        let (few, all) = (
            Parser.parse(source, table: table), Parser.parse(source, table: Catalogue.table)
        )
        #expect(few.statements.map(\.summary) == all.statements.map(\.summary))
        #expect(few.diagnostics.map { "\($0)" } == all.diagnostics.map { "\($0)" })
        #expect(Catalogue.table(for: SourceText(name: "file.tscl", text)) === Catalogue.table)
    }

    @Test func namesAreUnique() {
        #expect(Set(Self.names).count == Self.names.count)
    }

    @Test(arguments: names) func summariesAreLinesOfAList(_ name: String) throws {
        let command = try #require(Catalogue.table.command(named: name))
        #expect(command.summary.first?.isUppercase == true)
        #expect(command.summary.last != ".")
        #expect(!command.summary.contains("\n"))
        #expect(command.summary.count <= 90)
    }

    @Test(arguments: names) func examplesAreRightAndShowTheCommand(_ name: String) throws {
        let command = try #require(Catalogue.table.command(named: name))
        let written = try command.examples.flatMap { try invocations($0) }
        #expect(written.isEmpty || written.contains { $0.syntax.name == name })
        var variables = Variables(environment: { _ in "x" })
        for variable in ["sandbox", "host", "count"] { variables[variable] = Variables.Value("x") }
        for invocation in written { _ = try Catalogue.command(Arguments(invocation, variables: variables)) }
    }

    @Test(arguments: names) func optionsAreExplainedAndNoneIsDeclaredTwice(_ name: String) throws {
        let command = try #require(Catalogue.table.command(named: name))
        let options = (Self.universal + command.options).map(\.name)
        #expect(Set(options).count == options.count)
        for option in command.options {
            #expect(option.name.hasPrefix("--"))
            #expect(option.summary.first?.isUppercase == true, "\(option.name)")
            #expect(option.summary.last != ".", "\(option.name)")
        }
    }

    /// The words of an operand end where the next begins only when one alone may be several.
    @Test(arguments: names) func onlyTheLastOperandMayBeSeveral(_ name: String) throws {
        let command = try #require(Catalogue.table.command(named: name))
        #expect(command.operands.dropLast().filter(\.expands).map(\.name) == [])
    }

    @Test func whatMakesAPlanIsDeclaredToChangeSomething() {
        for type in Catalogue.types where type is any ChangingCommand.Type {
            #expect(type.syntax.changes, "\(type.syntax.name)")
        }
    }

    @Test func whatChangesSomethingTakesADryRun() {
        for command in Self.commands where command.changes {
            #expect(Catalogue.table.option(named: "--dry-run", of: command) != nil, "\(command.name)")
        }
    }

    /// Each of these is tried from outside, with and without a person to ask; a node is abandoned only where it is gone.
    @Test func theseAskAndNoOthers() {
        let asking = Self.commands.filter { if case .never = $0.asks { false } else { true } }.map(\.name)
        #expect(
            asking.sorted() == [
                "chunk drop-copy", "job delete", "migrate cutover", "migrate finish", "migrate undo", "node abandon",
                "node delete", "node detach", "role drop",
                "sandbox down",
            ])
    }

    @Test func askingDependsOnAnOptionThatExists() {
        for command in Self.commands {
            guard case .with(let flag) = command.asks else { continue }
            #expect(command.options.contains { $0 === flag.syntax }, "\(command.name)")
        }
    }

    @Test func whatRunsBareSQLExists() {
        #expect(Catalogue.table.bareSQL.map { Catalogue.table.command(named: $0.command)?.text } != nil)
    }

    // MARK: The README

    @Test func theTableOfTheREADMENamesEachCommandAndNoOther() throws {
        let rows = try Self.readme().components(separatedBy: "\n").filter { row in
            [
                "session", "SQL", "nodes", "roles", "hypertables", "chunks", "healing", "jobs", "way out", "recovery",
                "sandbox",
            ]
            .contains { row.hasPrefix("| \($0) | `") }
        }
        #expect(rows.count == 11)
        var named: Set<String> = []
        for row in rows {
            var group = ""
            for text in row.components(separatedBy: "`").enumerated().filter({ $0.offset % 2 == 1 }).map(\.element) {
                let words = text.split(separator: " ").map(String.init)
                if words.count > 1 { group = words[0] }
                let whole = words.count > 1 || group.isEmpty ? text : "\(group) \(text)"
                // `heal all` and `heal NAMES` are one command, and its words end where its operands begin.
                let name = Catalogue.table.command(named: whole)?.name ?? words[0]
                #expect(Catalogue.table.command(named: name) != nil, "the README names \(whole)")
                named.insert(name)
            }
        }
        #expect(named == Set(Self.names))
    }

    private static func readme() throws -> String {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: package.appendingPathComponent("README.md"), encoding: .utf8)
    }

    // MARK: Words of SQL

    @Test func noWordOfSQLBeginsACommand() {
        let first = Set(Self.commands.compactMap(\.words.first) + ControlSyntax.firstWords)
        #expect(SQLBeginnings.all.filter { first.contains($0.lowercased()) } == [])
    }
}
