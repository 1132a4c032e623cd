extension HelpTopic {
    static let migration = HelpTopic(
        "migrate", title: "migration",
        "The way out of multi-node: what 'migrate' does, in which order, and how to go back",
        [
            .paragraph(
                """
                Multi-node ended with TimescaleDB 2.13. 'migrate' takes distributed hypertables to plain ones without \
                losing a row, while they are read and written: in place, on the access node, or with --to on another server \
                with TimescaleDB 2.13 or later. How far each table is stands in the schema tscl_migrate of the database that \
                the rows go to, in tables that psql can read.
                """),
            .definitions([
                HelpDefinition(
                    "migrate plan",
                    """
                    only reads: what there is, the room it takes, how long it may last, and writers wait at the cut-over; what forbids it, each with what mends \
                    it, and what would be lost or differ, each with the name by which 'migrate start --accept' takes it
                    """),
                HelpDefinition(
                    "migrate start",
                    "makes the empty tables, beside the old ones under the name NAME__new, or on the other server"),
                HelpDefinition(
                    "migrate copy",
                    """
                    copies chunk by chunk, each in one transaction in which both sides are compared row for row; run again, it \
                    copies what was written since
                    """),
                HelpDefinition(
                    "migrate status, migrate verify",
                    "how far it is, and for how long the cut-over would keep writers waiting; both sides compared again"
                ),
                HelpDefinition(
                    "migrate cutover",
                    """
                    lets writers wait, copies the last changes, and gives the new table the old one's name, in one \
                    transaction; where writers would wait longer than --max-pause nothing is changed
                    """),
                HelpDefinition(
                    "migrate undo", "until 'finish': the old names again; before the cut-over it drops the new table"),
                HelpDefinition(
                    "migrate finish", "drops the old tables, once a verify behind the cut-over has found no difference"),
                HelpDefinition(
                    "migrate ready", "what would make the update to 2.14 refuse, what mends it, and the line to type"),
            ]),
            .paragraph(
                """
                Ctrl-C lets the chunks in hand end; the second cancels them. After a stop, a crash or a kill the same command \
                goes on. Nothing on the data nodes changes before the cut-over, and nothing is dropped before 'finish'. A node \
                that is down stops only those chunks that no other has. The whole of it:
                """),
            .lines([
                "migrate plan", "migrate start", "migrate copy", "migrate copy", "migrate cutover all",
                "migrate verify", "migrate finish all --drop-old", "node delete *", "migrate ready",
            ]),
            .paragraph(
                """
                The second 'migrate copy' copies what was written during the first, so that little is left for the cut-over; \
                'pause_ms' of 'migrate status' tells how long writers would wait. Behind the cut-over the application uses the \
                new table under the old name; with --to it has to connect to the other server then, for writers get an error \
                here. In place 'migrate undo --copy-back' takes the cut-over back with all that was written since. Views, \
                policies and continuous aggregates come over in the cut-over, the aggregates with the history that is older \
                than the raw data. What an aggregate has had since of times whose raw rows are gone goes back with the rest. What \
                else hangs on an old table stops 'finish', which names it with the statement that drops it, as it does \
                an old aggregate or materialized view with rows that the new one lacks, and that nothing can make again. Where the server of --to has another address by now, 'migrate start --to' with the new one tells it; \
                where it is lost for good, 'migrate undo all --without-target' takes back what this cluster has of the \
                migration.
                """),
            .paragraph(
                """
                Where one data node has every chunk, nothing need be copied: 'migrate start --promote NODE' compares it with the \
                others row for row, and makes it a server of its own while writers wait. 'migrate undo all' takes that back until the \
                node is written to. Meanwhile the access node has the tables as NAME__old, and tells whoever asks for NAME, \
                by whatever statement, where it is now; then 'migrate verify', 'migrate finish all --drop-old', and, connected to the node, 'migrate ready'.
                """),
        ])
}
