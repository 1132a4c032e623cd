import CommandLanguage
import Foundation
import LineEditing
import Shell
import Testing

/// What must hold for every command, whoever adds it.
@Suite struct CatalogueTests {
    private static let commands = Catalogue.table.commands
    private static let names = commands.map(\.name)
    private static let universal = Catalogue.table.universalOptions

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
        #expect(Catalogue.table.command(named: "sql") === Catalogue.table.bareSQL?.command)
        #expect(Catalogue.table.bareSQL?.command.text != nil)
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

    @Test func theREADMENamesEachCommandThatAsks() throws {
        let readme = try Self.readme()
        let start = try #require(readme.firstRange(of: "What destroys something"))
        let list = readme[start.upperBound...].prefix { $0 != ")" }
        let named = list.components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
        let asking = Self.commands.compactMap { command in
            switch command.asks {
            case .never: nil as String?
            case .always: command.name
            case .with(let flag): "\(command.name) \(flag.syntax.name)"
            }
        }
        #expect(named.sorted() == asking.sorted())
    }

    /// What the help says of `--dry-run` is what it shows: steps have columns of their own.
    @Test func theHelpTellsWhatADryRunShows() {
        for type in Catalogue.types {
            let showsSteps = if case .steps = type.syntax.preview { true } else { false }
            #expect(showsSteps == !type.previewColumns.isEmpty, "\(type.syntax.name)")
        }
    }

    /// cron mails whatever is said: its lines are silent when all is well, and nothing is thrown away.
    @Test func linesForCronAreQuiet() throws {
        let nightly = try String(
            contentsOf: Self.package.appendingPathComponent("scripts/examples/nightly.tscl"), encoding: .utf8)
        let text = try Self.readme() + nightly + ManualPage.text(Catalogue.table)
        let lines = text.split(separator: "\n").filter { $0.contains("* * * ") && $0.contains("tscl ") }
        #expect(lines.count == 4, "\(lines)")
        for line in lines {
            #expect(line.replacing("\\-", with: "-").contains("tscl --quiet -w ") && !line.contains("/dev/null"))
        }
    }

    /// The way out is listed in the order in which it is gone.
    @Test func theVerbsOfTheWayOutAreInTheirOrder() throws {
        let order = ["plan", "start", "copy", "status", "verify", "cutover", "undo", "finish", "ready"]
        #expect(Catalogue.table.words(after: "migrate") == order)
        let page = try #require(HelpPage("migrate", in: Catalogue.table)).text()
        let listed = page.split(separator: "\n").compactMap { line -> String? in
            line.hasPrefix("  migrate ") ? line.split(separator: " ")[1].description : nil
        }
        // The topic of that name stands before them.
        #expect(listed.suffix(order.count) == order[...])
        let completer = Completer(Catalogue.table, names: CompletionNames())
        for line in ["migrate ", "help migrate "] {
            let offered = completer.complete(line, cursor: line.utf8.count).candidates.map(\.label)
            #expect(offered == order, "\(line)")
        }
    }

    private static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private static func readme() throws -> String {
        try String(contentsOf: package.appendingPathComponent("README.md"), encoding: .utf8)
    }

    // MARK: Words of SQL

    @Test func noWordOfSQLBeginsACommand() {
        let first = Set(Self.commands.compactMap(\.words.first) + ControlSyntax.firstWords)
        #expect(SQLBeginnings.all.filter { first.contains($0.lowercased()) } == [])
    }
}
