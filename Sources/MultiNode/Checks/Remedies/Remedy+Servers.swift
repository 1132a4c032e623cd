extension Remedy {
    static let serverCases: [Case] = [
        Case(
            ["3D000"], "",
            "there is no such database on that server: check the name; of a data node, 'check' looks for it there"),
        Case(["53300"], "", "raise max_connections on that server, or end sessions that are idle"),
        Case(["53100"], "", "the server's disk is full; a transaction log that grows is seen in 'status'"),
        Case(["XX000"], "when extension isn't loaded", "'check' tells why: timescaledb.restoring may be on"),
        Case(["XX000"], "illegal invocation of", "'check' tells why: timescaledb.restoring may be on there"),
        // A connection that broke while the access node waited for the data node is told in libpq's words, of several
        // lines, where a statement's error has one; behind the server's own words, if it had any.
        Case(
            ["XX000"], where: { $0.texts.first?.contains("\n") ?? true },
            {
                """
                \(someNodeStopped), or a time limit there ended the session ('check' names it): \
                '\($0.node == nil ? "node ping" : "node ping \($0.nodeWord)")' tells what is up, and 'heal list' \
                whether something is in doubt
                """
            }),
        Case(
            ["57P01", "57P02", "57P05"], "",
            {
                $0.node == nil
                    ? "the server was stopped or crashed, or ended the session: 'reconnect' when it is up, then 'heal all'"
                    : """
                    its server was stopped or crashed, or ended the session: 'wait until node \($0.nodeWord) up', then \
                    'heal \($0.nodeWord)'
                    """
            }),
        Case(["25P02"], "", "the open transaction has failed, and accepts only its end: 'ROLLBACK;'"),
        Case(["57P03"], "", "the server starts, stops or recovers: try again shortly"),
        Case(
            ["25006"], where: \.isDirect,
            { _ in "'query' only reads: 'exec' changes data nodes; where that is refused too, 'check' tells why" }),
        Case(
            ["25006"], where: \.isOfNode,
            {
                """
                the data node is a standby, or default_transaction_read_only is on there, for its server, database or \
                role: 'query --on \($0.nodeWord) SELECT pg_is_in_recovery()' tells which; 'node alter \($0.nodeWord) \
                --host HOST' leads to the primary, and 'node set \($0.nodeWord) --option target_session_attrs=read-write' finds it \
                among several hosts
                """
            }),
        Case(
            ["55000"], "recovery is in progress", where: \.isOfNode,
            {
                """
                the server is a standby, which takes no writes: add the node with the primary's host alone; several hosts are set \
                afterwards: 'node set \($0.nodeWord) --option host=HOSTS target_session_attrs=read-write'
                """
            }),
        Case(
            ["25006"], "during recovery",
            """
            the server is a standby: connect to the primary, which target_session_attrs=read-write finds among several \
            hosts
            """),
        Case(
            ["25006"], "",
            """
            'sql SELECT pg_is_in_recovery()' tells whether the server is a standby: then connect to the primary, which \
            target_session_attrs=read-write finds among several hosts; else 'sql SHOW default_transaction_read_only' is \
            on, for the server, the database or the role, where ALTER … RESET takes it back; or the open transaction only \
            reads
            """),
        Case(
            ["40P01", "40001", "55P03"], "",
            "another session was in the way: try again"),
        // Told by elog, which translates nothing.
        Case(["XX000"], "tuple concurrently", "another session changed the same node: try again"),
        Case(
            ["22021"], "",
            """
            everything is sent and shown in UTF-8: a COPY from or to a file reads and writes other text with (ENCODING latin1), \
            and the rows of a SQL_ASCII database as they are with (ENCODING SQL_ASCII)
            """),
        Case(["57014"], "", "it took longer than statement_timeout allows, or another session cancelled it"),
    ]
}
