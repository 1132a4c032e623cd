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
                HelpDefinition("--format jsonl", "one object a line and row"),
                HelpDefinition(
                    "--format csv", "RFC 4180, with a line of column names, and a newline alone behind each line"),
                HelpDefinition(
                    "--format tsv", "bare values with a tab between them, a line a row, without column names"),
                HelpDefinition("--format script", "the commands that would make what is listed"),
                HelpDefinition("--columns a,b", "only these columns, in this order"),
                HelpDefinition(
                    "--quiet",
                    "errors only; what went well says nothing, whatever its format, but for the data of COPY … TO STDOUT; at the "
                        + "prompt there is no greeting"
                ),
            ]),
            .paragraph(
                """
                The rows of a statement, and of a query of one node, are written as they come, however many they are; who \
                reads slowly holds up the server. A table is measured by its first \(RowStream.measured) rows, and a wider \
                cell behind them moves what stands behind it; --exact measures all of them first. Where the statement \
                fails behind some rows, these were written: the error is on standard error, and in json behind the rows \
                in the same object. When the reader closes the pipe the statement is cancelled, and the status is \
                \(ExitStatus.unread.rawValue). Inside of transaction { … } statements are sent ahead, so that their rows \
                are kept until all of them are there.
                """),
            .paragraph(
                """
                On a terminal what is longer than the screen is shown with a pager: the command in TSCL_PAGER, else in \
                PAGER, else less. pager off, or an empty TSCL_PAGER, shows it all at once. A file's commands, and the \
                formats for programs, are never paged; into a pipe or a file a table is as wide as it is.
                """),
            .paragraph(
                """
                An array is written as PostgreSQL writes it, {dn1,dn2}; in json and jsonl it is an array, and a jsonb is \
                what is in it. Booleans are true and false, in arrays too; only a table on a terminal says yes and no. In the rows of a query \
                NULL is \(NullCommand.standardText) in a table and nothing in csv, where an empty text is "", and in tsv; \
                'null' chooses another text. In tsv a tab, the end of a line and a backslash in a value are \\t, \\n, \\r and \\\\.
                """),
            .paragraph(
                """
                A JSON object has v, which is 1, command, columns and rows, ok and changed; nodes with one \
                entry for each node that was asked, the unreachable among them; messages; notes, which people get on \
                standard error; and error (message, sqlstate, detail, hint, help, rest, node, file, line, column) where \
                the command failed or a part of it, with failures, one for each reason: help is what to do about it, rest \
                the command that does what is left. --dry-run of what moves chunks has an estimate (chunks, bytes, ms). A \
                transaction that is undone, \
                with what its commands said they had changed, has an object of its own: its command is transaction, \
                and ok is false. Numbers are numbers and \
                null is null. The columns of a listing and their order do not change; 'help --json-schema' prints them all.
                """),
            .paragraph(
                """
                What moves, repairs, cleans up, migrates or verifies chunks step by step, heal, node add and node abandon \
                write an object with v, command \
                and step (the fields of its row) as each step ends, in json and jsonl, and its answer behind them: the \
                last object, which has no step.
                """),
            .lines([
                "tscl --format json node ping | jq -r '.rows[] | select(.[1] != \"up\") | .[0]'",
                "tscl --format json node drain dn3 | jq -c 'select(.step).step'",
                "tscl --format tsv --columns node,state node ping | awk '$2 != \"up\"'",
                "tscl --format script -c 'node list' -c 'role list' > cluster.tscl",
            ]),
            .paragraph(
                """
                --show-sql shows each statement as it is sent, --echo each command, --dry-run what would be sent and \
                where. timing on tells how long each command took.
                """),
        ])
}
