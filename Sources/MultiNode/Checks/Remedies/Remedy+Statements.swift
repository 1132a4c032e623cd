extension Remedy {
    private static let changeNodes =
        "nodes are changed by 'node add', 'node alter', 'node enable', 'node disable' and 'node delete'"

    static let runningCases: [Case] = [
        Case(
            ["XX000"], "\" is not available",
            { "it is marked unavailable; 'node enable \($0.nodeWord)' when it is up again" }),
        Case(
            ["XX000"], "data nodes are not available",
            "'node list' shows which are marked unavailable; 'node enable NODE' when they are up again"),
        Case(
            ["0A000"], "distributed hypertable member",
            "change the hypertable on the access node; its data nodes follow"),
        Case(
            ["0A000"], "must be run on the access node",
            "connect to the access node, and do it there"),
        Case(
            ["0A000"], "multi-node has been removed",
            "migrate what the detail names to hypertables of one node before the upgrade"),
        Case(["0A000"], "TimescaleDB data node", changeNodes),
        Case(["0A000"], "using ALTER SERVER", changeNodes),
        Case(
            ["0A000"], "PREPARE",
            "it can't be part of a distributed transaction: use exec --no-transaction"),
        Case(
            ["42P07"], "]: ",
            {
                """
                the node has a table or an index of that name already: 'check' tells whether it is left from before; \
                'query --on \($0.nodeWord) SELECT relname, relkind FROM pg_class' shows it; rename it, or drop it where \
                nobody needs it, with 'exec'
                """
            }),
        Case(
            ["23505"], "chunk_data_node_node_chunk_id_node_name_key",
            "a node gives out numbers again that chunks have already, as an older copy of it does: 'check' tells which"),
        Case(
            ["23505"], "hypertable_associated_schema_name",
            "the node has the hypertable already, under another name: 'check' tells which, and how to keep its rows"),
        Case(
            ["XX000"], "chunk creation failed on data node",
            "the node may have a chunk of that name that the access node does not know: 'check' tells, and why"),
        Case(
            ["58P01"], "libdir/timescaledb",
            """
            that server has no library for the version of TimescaleDB that the database has: install that version there, or \
            run ALTER EXTENSION timescaledb UPDATE as the first command of a new session
            """),
        Case(
            ["3F000"], "]: ",
            "TimescaleDB makes no schema on data nodes: 'exec CREATE SCHEMA NAME AUTHORIZATION ROLE' does; what else a node "
                + "lacks is told by 'check'"),
        Case(
            ["22P02", "XX000"], "remote transaction ID",
            "'heal list' names the transaction; end it on its node with ROLLBACK PREPARED, then heal again"),
        Case(
            ["25001"], "",
            {
                $0.node == nil
                    ? "run it outside a transaction: neither behind BEGIN nor within transaction { … }"
                    : "exec runs it outside a transaction with --no-transaction"
            }),
        Case(["42601"], "multiple commands", "exec takes one statement at a time"),
        Case(
            ["55000"], "wal_level",
            """
            set wal_level = logical on the data nodes and restart them; 'check' tells what the copy left, and what \
            removes it
            """),
        // What a copy of tscl's own leaves is removed by it, or told of.
        Case(
            [], "Chunk copy operation id", where: { !$0.texts.contains { $0.contains("id: \(ChunkCopyName.prefix)") } },
            { _ in "'check' tells what it left, and what removes that" }),
        Case(
            ["42704"], "foreign-data wrapper \"",
            "the extension of that wrapper makes it: 'TABLE pg_foreign_data_wrapper;' lists those there are"),
        Case(
            ["42704"], "server \"", from: ["foreigncmds.c", "foreign.c"],
            "'node list' shows the nodes; --if-exists passes over one that is not there"),
        Case(
            ["42704", "42710"], "role \"", from: ["user.c", "acl.c"],
            {
                $0.node == nil
                    ? "'role list' shows where each role is"
                    : "'role check' shows where the role differs; 'role sync' mends it"
            }),
        Case(
            ["42704", "42710"], where: \.isOfNode,
            { _ in "if it is a role, 'role check' shows where it differs, and 'role sync' mends that" }),
        Case(
            ["42501"], "must be owner of foreign server",
            "only the node's owner, which 'node list' shows, or a superuser may do it"),
        Case(
            ["42501"], "foreign server",
            "have its owner or a superuser let the role use it: of data nodes by 'role grant ROLE --nodes all', of another "
                + "server by GRANT USAGE ON FOREIGN SERVER"),
        Case(
            ["42501"], "timescaledb_fdw",
            "have a superuser let the role add nodes: GRANT USAGE ON FOREIGN DATA WRAPPER timescaledb_fdw"),
        Case(
            ["42501"], "foreign-data wrapper",
            "have a superuser let the role use it: GRANT USAGE ON FOREIGN DATA WRAPPER"),
        // The server reads and writes files as the account that it runs as.
        Case(
            ["42501", "58P01"], "could not open file", from: ["fd.c"],
            "the file is the server's to open, by its own account; 'sql --from FILE COPY … FROM STDIN' and 'sql --to FILE "
                + "COPY … TO STDOUT' use files here"),
        Case(
            ["42501"], "COPY ", where: { $0.texts.contains { $0.contains("file") || $0.contains("program") } },
            { _ in
                "have pg_read_server_files, pg_write_server_files or pg_execute_server_program granted; files here are used by "
                    + "'sql --from FILE COPY … FROM STDIN' and 'sql --to FILE COPY … TO STDOUT'"
            }),
        Case(
            ["42501"], "",
            {
                $0.node == nil
                    ? "connect as a role that may do it, or have it granted"
                    : """
                    the role lacks the privilege on the data node: grant it there with 'exec'; 'check' shows what differs. Where \
                    a user mapping makes it another role there, such as one of public ('role show ROLE' tells), 'exec' goes as \
                    that one too: 'role map ROLE --on \($0.nodeWord) --as ROLE' makes it itself
                    """
            }),
        Case(
            ["2BP01"], "",
            """
            of a role, revoke its grants first ('role revoke ROLE --nodes all'), remove its user mappings ('role unmap ROLE \
            --on all') and give away what it owns (REASSIGN OWNED)
            """),
    ]
}
