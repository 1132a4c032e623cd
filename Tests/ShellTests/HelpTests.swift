import CommandLanguage
import Shell
import Testing

@Suite struct HelpTests {
    @Test func aPage() throws {
        let command = try #require(Catalogue.table.command(named: "node add"))
        #expect(
            Help.page(command) == """
                Add data nodes to the cluster.

                  node add NAMES --host HOST [--port PORT] [--database NAME] [--password-prompt]
                      [--password-env VAR] [--password-file FILE] [--password-stdin]
                      [--no-bootstrap] [--if-not-exists] [--force]

                  --host HOST           Where the node's server is
                  --port PORT           Its port (that of the access node)
                  --database NAME       Its database (named as this one)
                  --password-prompt     Ask for the password
                  --password-env VAR    Take the password from a variable of the environment
                  --password-file FILE  Take the password from the first line of a file
                  --password-stdin      Take the password from the first line of standard input
                  --no-bootstrap        The database is there, with the extension in it
                  --if-not-exists       Leave a node that is there as it is
                  --force               Go on although the check of a server finds errors

                With --dry-run it shows the exact SQL and where it would run, and does nothing.

                Braces name several nodes, and in the options what goes with each: as many
                values as names, or one for all. Before anything is changed each server is
                looked at by a connection of tscl's own: when one can't become a data node,
                none is added, unless --force; what can't be looked at from here is said. Then
                the nodes are added side by side, each by itself, because TimescaleDB adds
                none inside a transaction; when one fails the others are added all the same,
                and the command that does the rest is shown.

                  node add dn1 --host 10.0.0.11
                  node add dn{1..4} --host 10.0.0.{11..14} --port 5432
                """)
    }

    @Test func theOverviewHasALineForEachCommand() {
        let lines = Help.overview.split(separator: "\n")
        for command in Catalogue.table.commands + ControlSyntax.all {
            #expect(lines.count { $0.hasPrefix("  \(command.name) ") && $0.hasSuffix(" \(command.summary)") } == 1)
        }
    }

    @Test(arguments: Catalogue.table.commands.map(\.name)) func pagesFitATerminal(_ name: String) throws {
        let command = try #require(Catalogue.table.command(named: name))
        for line in Help.page(command).split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
    }
}
