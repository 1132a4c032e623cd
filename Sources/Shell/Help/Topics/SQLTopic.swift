extension HelpTopic {
    static let sql = HelpTopic(
        "sql-text", title: "SQL", "SQL in commands: where it begins and ends, and where it runs",
        [
            .definitions([
                HelpDefinition("sql SQL", "on the access node"),
                HelpDefinition("SELECT …;", "the same; also WITH, TABLE, SHOW, EXPLAIN, VALUES; over lines to its ;"),
                HelpDefinition("exec SQL", "on data nodes through the access node; no rows come back"),
                HelpDefinition("query SQL", "on each data node by a direct connection; rows come back"),
            ]),
            .paragraph(
                """
                SQL begins behind the options of the command and goes on to the end of the line or to a ; that is in \
                no quotes; quotes, comments and dollar quotes in it are SQL's. To go over lines, end each with a \\ or \
                put all of it into $$ … $$. One statement at a time. SELECT and the others that need no command run to \
                their ;, and a warning names a line in them that looks like a command.
                """),
            .lines([
                "sql CREATE INDEX ON metrics (device, time DESC)",
                "exec --on dn1,dn2 $$ CREATE SCHEMA app AUTHORIZATION app $$",
                "query SELECT count(*) FROM pg_prepared_xacts",
                "sql --into n SELECT count(*) FROM metrics WHERE device = :'device'",
            ]),
        ])
}
