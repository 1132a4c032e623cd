package import CommandLanguage

/// The usage of the program, which `tscl --help` prints.
package enum Usage {
    /// The ways to call the program, and what each does.
    static let ways = [
        HelpDefinition("tscl [OPTIONS]", "a prompt; commands from standard input where that is no terminal"),
        HelpDefinition("tscl [OPTIONS] SCRIPT.tscl [ARG…]", "a file of commands; - is standard input"),
        HelpDefinition("tscl [OPTIONS] -c COMMAND [-f FILE]…", "commands and files, in the order given"),
        HelpDefinition("tscl [OPTIONS] node list", "one command, as words"),
    ]

    package static func text(_ table: CommandTable) -> String {
        TerminalText.text(
            [
                .paragraph("tscl, the shell for TimescaleDB multi-node clusters."), .definitions(ways),
                .heading("Options, which come before the first word of a command"),
                .definitions(TsclOptions.all.all.map { HelpDefinition($0.usage, $0.syntax.summary) }),
                .paragraph(
                    """
                    With no connection given and a sandbox running, it is the sandbox. PGHOST and the other variables \
                    of libpq, service files and .pgpass count as for psql.
                    """),
                .paragraph("The commands ('tscl help node add' explains one, 'man tscl' all):"),
            ] + HelpPage.overview(table))
    }
}
