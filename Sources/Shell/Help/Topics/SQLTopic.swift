import CommandLanguage

extension HelpTopic {
    static let sql = HelpTopic(
        "sql-text", title: "SQL", "SQL in commands: where it begins and ends, and where it runs",
        [
            .definitions([
                HelpDefinition("sql SQL", "on the access node"),
                HelpDefinition("SELECT …;", "the same, for each word that begins SQL; over lines to its ;"),
                HelpDefinition("exec SQL", "on data nodes through the access node; no rows come back"),
                HelpDefinition("everywhere SQL", "on the access node and all data nodes, in one transaction"),
                HelpDefinition("query SQL", "on each data node by a direct connection; rows come back"),
            ]),
            .paragraph(
                """
                SQL begins behind the options of the command and goes on to the end of the line or to a ; that is in \
                no quotes; quotes, comments and dollar quotes in it are SQL's. To go over lines, end each with a \\ or \
                put all of it into $$ … $$. One statement at a time.
                """),
            .paragraph(
                """
                What begins with a word of SQL needs no command, in any case of letters: it runs over lines to its ; \
                or to the end of the input (of its block, in a block), and a warning names a line in it that looks \
                like a command. So does what begins with a parenthesis. SQL's SET is in capitals, or has a = or a TO, \
                as set x 1 is tscl's; LOCK t is 'LOCK TABLE t'. -- where a command may begin is a comment, and so is \
                /* */.
                """),
            .paragraph(
                """
                The rows behind a COPY … FROM STDIN go on to a line that is \\., as pg_dump writes them: its plain dumps \
                run from a file, which keeps the rows until they are sent, and from a pipe. Between \\restrict KEY and \
                \\unrestrict KEY, which it writes too, nothing but SQL runs. In a file named NAME.sql '\\connect NAME' works as \
                'connect NAME' does, and there as between those two lines a ${…} in the quotes of a statement is data.
                """),
            .paragraph(
                """
                Options stand before SQL: behind it they would be a comment of it, so that DELETE FROM t --dry-run \
                would delete, and are an error. A comment that begins with '-- ' is one.
                """),
            .paragraph("Those words: \(SQLBeginnings.all.sorted().joined(separator: ", "))."),
            .lines([
                "sql CREATE INDEX ON metrics (device, time DESC)",
                "exec --on dn1,dn2 $$ CREATE SCHEMA app AUTHORIZATION app $$",
                "query SELECT count(*) FROM pg_prepared_xacts",
                "sql --into n SELECT count(*) FROM metrics WHERE device = :'device'",
            ]),
        ])
}
