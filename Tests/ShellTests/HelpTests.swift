import CommandLanguage
@testable import Shell
import LanguageProperties
import Testing

@Suite struct HelpTests {
    private static let described = Catalogue.table.commands + ControlSyntax.all

    @Test func aPage() throws {
        #expect(
            try #require(HelpPage("node add", in: Catalogue.table)).text() == """
                Add data nodes to the cluster.

                  node add NAMES --host HOST [--port PORT] [--database NAME]
                      [--password-prompt] [--password-env VAR] [--password-file FILE]
                      [--password-stdin] [--map-password] [--no-bootstrap] [--if-not-exists]
                      [--force] [--progress TIME]

                  NAMES  new names; dn{1..4} stands for four

                  --host HOST           Where the node's server is
                  --port PORT           Its port (that of the access node)
                  --database NAME       Its database (named as this one)
                  --password-prompt     Ask for the password
                  --password-env VAR    Take the password from a variable of the environment
                  --password-file FILE  Take the password from the first line of a file
                  --password-stdin      Take the password from the first line of standard
                                        input
                  --map-password        Keep the password in a user mapping of the role that
                                        adds the node
                  --no-bootstrap        The database is there, with the extension in it
                  --if-not-exists       Leave a node that is there as it is
                  --force               Go on although the check of a server finds errors
                  --progress TIME       How often a line says how far it is, without a
                                        terminal (10s)

                  TIME  a time: 500ms, 30s, 5m, 2h, 1d

                Braces name several nodes, and in the options what goes with each: as many
                values as names, or one for all. Before anything is changed each server is
                looked at by a connection of tscl's own: when one can't become a data node,
                none is added, unless --force; what can't be looked at from here is said. Then
                the nodes are added side by side, each by itself, because TimescaleDB adds
                none inside a transaction; when one fails the others are added all the same,
                and the command that does the rest is shown. Each may take 5 minutes, where
                --timeout says nothing else. TimescaleDB uses the password for the adding and
                keeps it nowhere: what comes later needs a line of the access node's passfile
                ('role passfile'), or a user mapping, which --map-password makes for the role
                that adds ('role map' for others), with --if-not-exists also where the node is
                there and has no password in one. Right behind the adding with a password the
                access node is asked whether it gets in: where it does not, the node is added
                and the status is 4. A password is kept out of the log of the access node's
                server by a superuser alone; for others a warning names the settings that log
                it.

                With --dry-run it shows the exact SQL and where it would run, and does
                nothing.

                Examples:
                  node add dn1 --host 10.0.0.11
                  node add dn{1..4} --host 10.0.0.{11..14} --port 5432
                  node add dn1 --host 10.0.0.11 --password-env PW --map-password
                """)
    }

    @Test func theOverviewHasALineForEachCommandAndTopic() throws {
        let lines = try #require(HelpPage("", in: Catalogue.table)).text().split(separator: "\n")
        let named =
            Self.described.map { ($0.name, $0.summary) } + HelpTopic.all(Catalogue.table).map { ($0.name, $0.summary) }
        for (name, summary) in named {
            let count = lines.count { line in
                line.hasPrefix("  \(name) ")
                    && line.dropFirst(name.count + 2).drop { $0 == " " }.hasPrefix(summary.prefix(20))
            }
            #expect(count == 1, "\(name)")
        }
    }

    @Test func eachCommandIsInOneGroup() {
        let grouped = CommandList.all(Catalogue.table).flatMap(\.commands).map(\.name)
        #expect(grouped.sorted() == Self.described.map(\.name).sorted())
    }

    @Test(arguments: described.map(\.name) + HelpTopic.all(Catalogue.table).map(\.name) + ["", "node", "role", "heal"])
    func pagesFitATerminal(_ name: String) throws {
        let text = try #require(HelpPage(name, in: Catalogue.table)).text()
        for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        #expect(text.last == "." || text.last?.isWhitespace == false)
    }

    @Test func aNarrowTerminalHasNarrowLines() {
        let blocks: [HelpBlock] = [
            .paragraph("What follows goes to where it is told to go."),
            .definitions([
                HelpDefinition("--to VALUE", "Where all of the rows go to"), HelpDefinition("-x", "Short"),
            ]),
        ]
        #expect(
            TerminalText.text(blocks, columns: 30) == """
                What follows goes to where
                it is told to go.

                  --to VALUE
                            Where all of the
                            rows go to
                  -x        Short
                """)
    }

    @Test func theProgramsOwnHelpFitsATerminal() {
        for line in Usage.text(Catalogue.table).split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }

    @Test(arguments: described.map(\.name)) func whatIsNotPlainHasAnExample(_ name: String) throws {
        let command = try #require(Self.described.first { $0.name == name })
        let isPlain = command.operands.isEmpty && command.options.isEmpty && command.text == nil
        #expect(isPlain || !command.examples.isEmpty)
    }

    /// The words of commands that topics cite are commands.
    @Test func theScriptsOfTopicsParse() throws {
        for topic in HelpTopic.all(Catalogue.table) {
            for case .lines(let lines) in topic.blocks where !lines.contains(where: { $0.contains("tscl ") }) {
                let text = lines.joined(separator: "\n") + "\n"
                guard topic.name != "safety", lines != Predicate.usages else { continue }
                let (statements, diagnostics) = Parser.parse(
                    SourceText(name: topic.name, text), table: Catalogue.table)
                #expect(diagnostics.map(\.message) == [], "\(topic.name)")
                #expect(!statements.isEmpty)
            }
        }
    }

    /// What stands in quotes and begins as a command does is one.
    @Test func theCommandsThatTextsCiteExist() {
        let table = Catalogue.table
        let texts =
            Self.described.map(\.details) + HelpTopic.all(Catalogue.table).flatMap { $0.blocks.flatMap(\.texts) }
        var cited = 0
        for text in texts {
            for match in text.matches(of: /'([a-z-]+) ([a-z-]+)[^']*'/) {
                let (first, second) = (String(match.1), String(match.2))
                guard table.words(after: "").contains(first), table.command(named: first) == nil else { continue }
                cited += 1
                #expect(table.words(after: first).contains(second), "\(match.0)")
            }
        }
        #expect(cited > 10)
    }

    @Test func topicsAreNamedOnceAndAsNoCommand() {
        let names = HelpTopic.all(Catalogue.table).map(\.name)
        #expect(Set(names).count == names.count)
        #expect(names.filter { Catalogue.table.command(named: $0) != nil } == [])
    }

    @Test func aGroupListsItsCommandsBehindItsTopic() throws {
        let text = try #require(HelpPage("sandbox", in: Catalogue.table)).text()
        #expect(text.hasPrefix("A cluster of real PostgreSQL servers"))
        #expect(text.contains("\n  sandbox doubt "))
    }

    @Test func aMistypedNameIsAnsweredWithTheNearest() {
        #expect(HelpPage("nod", in: Catalogue.table) == nil)
        #expect(HelpPage.nearest(to: "nod", in: Catalogue.table) == "node")
        #expect(HelpPage.nearest(to: "node ad", in: Catalogue.table) == "node add")
        #expect(HelpPage.nearest(to: "script", in: Catalogue.table) == "scripts")
        #expect(HelpPage.nearest(to: "xyzzy", in: Catalogue.table) == nil)
        #expect(HelpPage.group(of: ["job", "nonesuch"], in: Catalogue.table).depth == 1)
        #expect(HelpPage.group(of: ["job", "nonesuch"], in: Catalogue.table).next.contains("list"))
        #expect(HelpPage.group(of: ["xyzzy", "list"], in: Catalogue.table).depth == 0)
    }

    @Test(arguments: [
        "node add --help", "node add dn1 --help --host x", "node add dn1 --port x --help", "exec --help",
        "sql --help SELECT 1",
    ])
    func helpBehindACommandIsItsPage(_ line: String) throws {
        let name = line.split(separator: " ").prefix { $0 != "dn1" && $0 != "--help" }.joined(separator: " ")
        #expect(try Self.helped(line) == name)
        guard
            case .statement(.command(let invocation)) = ArgumentWords(line.split(separator: " ").map(String.init))
                .parse(table: Catalogue.table)
        else { throw HelpTestFailure() }
        #expect(try Self.name(invocation) == name)
    }

    @Test func helpBehindTheWordsOfSeveralIsTheirList() throws {
        #expect(try Self.helped("node --help") == "node")
        #expect(try Self.helped("wait until --help") == "wait until")
        let words = ArgumentWords(["role", "--help"]).parse(table: Catalogue.table)
        guard case .statement(.command(let invocation)) = words else { throw HelpTestFailure() }
        #expect(try Self.name(invocation) == "role")
    }

    @Test func whatIsDataAsksForNoHelp() throws {
        #expect(Parser.parse(SourceText(name: "t", "echo -- --help"), table: Catalogue.table).statements.count == 1)
        guard case .command(let echo) = try Self.statement("echo -- --help") else { throw HelpTestFailure() }
        #expect(echo.syntax.name == "echo")
        guard case .command(let sql) = try Self.statement("sql SELECT 1 --help") else { throw HelpTestFailure() }
        #expect(sql.syntax.name == "sql")
    }

    private struct HelpTestFailure: Error {}

    private static func statement(_ line: String) throws -> Statement {
        let (statements, diagnostics) = Parser.parse(SourceText(name: "t", line), table: Catalogue.table)
        #expect(diagnostics.map(\.message) == [])
        return try #require(statements.first)
    }

    private static func helped(_ line: String) throws -> String {
        guard case .command(let invocation) = try statement(line) else { throw HelpTestFailure() }
        return try name(invocation)
    }

    private static func name(_ invocation: Invocation) throws -> String {
        #expect(invocation.syntax.name == "help")
        let arguments = try Arguments(invocation, variables: Variables(environment: { _ in nil }))
        return arguments.operands("COMMAND|TOPIC").map(\.text).joined(separator: " ")
    }
}
