extension HelpTopic {
    static let output = HelpTopic(
        "output", "Formats, and what goes to which stream",
        [
            .paragraph(
                """
                Data goes to standard output, everything else (errors, notes, progress, questions) to standard error. \
                Colour and progress are for terminals only; NO_COLOR and --no-color are honoured, and no meaning is in \
                colour alone.
                """),
            .definitions([
                HelpDefinition("--format table", "for people; rows as blocks where the terminal is narrower"),
                HelpDefinition("--format expanded", "each row as a block of lines"),
                HelpDefinition("--format json", "one object a line and command, failures too"),
                HelpDefinition("--format csv", "RFC 4180, with a line of column names"),
                HelpDefinition("--format script", "the commands that would make what is listed"),
            ]),
            .paragraph(
                """
                On a terminal what is longer than the screen is shown with a pager: the command in TSCL_PAGER, else in \
                PAGER, else less. pager off, or an empty TSCL_PAGER, shows it all at once. A file's commands, and \
                json, csv and script, are never paged; into a pipe or a file a table is as wide as it is.
                """),
            .paragraph(
                """
                An array is written as PostgreSQL writes it, {dn1,dn2}; in json it is an array. In the rows of a query \
                NULL is \(NullCommand.standardText) in a table and nothing in csv, where an empty text is ""; 'null' \
                chooses another text.
                """),
            .paragraph(
                """
                A JSON object has command, ok and changed; columns and rows where rows were returned; nodes with one \
                entry for each node that was asked, the unreachable among them; messages; and error (message, \
                sqlstate, detail, hint, node, file, line, column) where the command failed. A transaction that is undone, \
                with what its commands said they had changed, has an object of its own: its command is transaction, \
                and ok is false. Numbers are numbers and \
                null is null. The columns of a listing and their order do not change.
                """),
            .lines([
                "tscl --format json node ping | jq -r '.rows[] | select(.[1] != \"up\") | .[0]'",
                "tscl --format script -c 'node list' -c 'role list' > cluster.tscl",
            ]),
            .paragraph(
                """
                --show-sql shows each statement as it is sent, --echo each command, --dry-run what would be sent and \
                where. timing on tells how long each command took.
                """),
        ])
}
