/// What to do about an error.
///
/// The SQLSTATE decides. TimescaleDB's own begin with TS: `TS174` stands for a node that can't be added, `TS170` for too
/// few nodes. Words only tell apart what shares a SQLSTATE: TimescaleDB's are the same in every language, because it has
/// no translations; so are names of settings and key words of SQL. Where PostgreSQL's words are needed, which may be
/// translated, there is a case behind for the SQLSTATE as a whole, which is right for all of them.
package enum Remedy {
    /// The node that an error comes from: an access node forwards an error of `dn1` as `[dn1]: …`.
    package static func node(inMessage message: String) -> String? {
        guard message.hasPrefix("["), let end = message.firstIndex(of: "]"), message[end...].hasPrefix("]: ") else {
            return nil
        }
        let name = message[message.index(after: message.startIndex)..<end]
        return name.isEmpty ? nil : String(name)
    }

    /// Advice in one sentence; nil if there is nothing to add to the server's message.
    ///
    /// - Parameters:
    ///   - source: the file of the server's source that raised it.
    ///   - node: the data node, if the statement was sent to it directly and not through the access node.
    package static func remedy(
        sqlstate: String?, message: String, detail: String?, hint: String? = nil, source: String? = nil,
        node: String? = nil
    ) -> String? {
        let asked = node ?? Self.node(inMessage: message)
        let error = Report(
            sqlstate: sqlstate ?? "", texts: [message, detail ?? "", hint ?? ""], source: source ?? "",
            isOfNode: asked != nil, isDirect: node != nil, node: asked ?? unreached(inMessage: message))
        return cases.first { $0.applies(to: error) }?.advice(error)
    }

    /// Advice where nothing answers tscl at a node's address.
    package static func unseenFromHere(_ node: String) -> String {
        "tscl does not get there from here; 'node ping \(Quoting.word(node))' tells whether the access node does"
    }

    /// Advice where nothing answers the access node at a node's address.
    package static func nodeMayBeDown(_ node: String) -> String {
        """
        check that the server runs at that address; of a node that is down, 'node disable \(Quoting.word(node))' \
        lets reads go to other replicas
        """
    }

    /// How the advice begins where the access node does not tell which data node broke off.
    package static let someNodeStopped = "a data node's server stopped"

    /// Whether a hint of the server leads on: the engine refuses migrate_data for distributed hypertables.
    package static func isOfUse(hint: String) -> Bool {
        // One is of TimescaleDB's functions, the other of psql's commands.
        !hint.contains("migrate_data") && !hint.contains("\\copy")
    }

    /// Every piece of advice there is, once with a known node and once without, so that tests can check each.
    static var all: Set<String> {
        Set(
            cases.flatMap { known in
                [nil, "dn1"].map {
                    known.advice(
                        Report(sqlstate: "", texts: [], source: "", isOfNode: $0 != nil, isDirect: false, node: $0))
                }
            })
    }

    /// The parts of an error that the cases below examine.
    fileprivate struct Report {
        let sqlstate: String
        /// Message, detail and hint.
        let texts: [String]
        let source: String
        /// Whether a data node has raised it.
        let isOfNode: Bool
        /// Whether tscl has sent the statement there itself.
        let isDirect: Bool
        let node: String?

        /// The node's name in a command: `NODE` if it is unknown.
        var nodeWord: String { node.map(Quoting.word) ?? "NODE" }
    }

    /// A known error and the advice for it. The first case that applies is used.
    fileprivate struct Case {
        private let sqlstates: [String]
        /// Part of the message, the detail or the hint.
        private let text: String
        /// Files of PostgreSQL's source: which one raised an error of a statement is known in every language.
        private let sources: [String]
        /// What else must be so.
        private let condition: @Sendable (Report) -> Bool
        let advice: @Sendable (Report) -> String

        init(
            _ sqlstates: [String], _ text: String = "", from sources: [String] = [],
            where condition: @escaping @Sendable (Report) -> Bool = { _ in true },
            _ advice: @escaping @Sendable (Report) -> String
        ) {
            self.sqlstates = sqlstates
            self.text = text
            self.sources = sources
            self.condition = condition
            self.advice = advice
        }

        init(_ sqlstates: [String], _ text: String = "", from sources: [String] = [], _ advice: String) {
            self.init(sqlstates, text, from: sources) { _ in advice }
        }

        func applies(to report: Report) -> Bool {
            guard sqlstates.isEmpty || sqlstates.contains(report.sqlstate), condition(report) else { return false }
            if text.isEmpty && sources.isEmpty || sources.contains(report.source) { return true }
            return !text.isEmpty && report.texts.contains { $0.contains(text) }
        }
    }

    /// The node that the access node could not reach, or that it names in a message of TimescaleDB's: the text in the
    /// first pair of double quotes. Servers do not double a quote within the name, so only a plain word is certain to be
    /// the whole of it.
    package static func unreached(inMessage message: String) -> String? {
        guard message.contains("data node") || message.contains("connect to") else { return nil }
        let parts = message.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
        return parts.count == 3 && isWord(parts[1]) ? String(parts[1]) : nil
    }

    private static func isWord(_ name: some StringProtocol) -> Bool {
        !name.isEmpty && name.allSatisfy { $0.isLetter || $0.isNumber || "_-.".contains($0) }
    }

    private static let cases: [Case] = addingCases + hypertableCases + runningCases + connectionCases + serverCases

    private static let changeNodes =
        "nodes are changed by 'node add', 'node alter', 'node enable', 'node disable' and 'node delete'"

    private static let addingCases: [Case] = [
        Case(
            ["TS174"], "already a data node",
            """
            that database belongs to a cluster already, maybe to this one ('node list'): check the host, port and database; \
            of one that is no node any more, 'node add' without --force tells how it is freed
            """),
        Case(
            ["TS174"], "cannot add the current database",
            "the address is that of the access node itself: check host, port and database"),
        Case(
            ["TS174"], "already an access node",
            "that database is an access node: check host, port and database"),
        Case(
            ["TS174", "55000"], "prepared transactions",
            "set max_prepared_transactions on the data node to max_connections or more, and restart it"),
        Case(
            // PostgreSQL's hint names the setting in every language.
            ["TS174", "55000", "53200"], "max_prepared_transactions",
            "set max_prepared_transactions on the data node to max_connections or more, and restart it"),
        Case(
            ["TS174"], "wrong ",
            "recreate the data node's database with the access node's encoding, collation and LC_CTYPE"),
        Case(
            ["TS174"], "incompatible timescaledb extension version",
            "bring both to the same version: ALTER EXTENSION timescaledb UPDATE, first in a new session, on each"),
        Case(
            [], "must be preloaded",
            "add timescaledb to shared_preload_libraries in the data node's postgresql.conf, and restart it"),
        Case(
            ["TS174"], "_timescaledb_",
            "that database has no TimescaleDB: CREATE EXTENSION timescaledb there; without --no-bootstrap that is done"),
        Case(
            ["TS174"], "extension",
            "install TimescaleDB on the data node's server, in the access node's version"),
        Case(
            ["TS171"], "already a member",
            "this database belongs to a cluster already; only a new one can be given to another"),
        Case(
            ["TS171"], "",
            "this database is a data node: connect to the access node, and do it there"),
        Case(
            ["42710"], "server \"", from: ["foreigncmds.c", "foreign.c"],
            "the node is there already; --if-not-exists takes that as done"),
        Case(
            ["42710"], "\"ts-",
            {
                "a transaction from before a crash is in doubt on the node: 'heal \($0.node == nil ? "all" : $0.nodeWord)' ends it"
            }),
    ]

    private static let hypertableCases: [Case] = [
        Case(
            ["TS504"], "",
            {
                "'node drain \($0.nodeWord)' moves its chunks away; --force where they are replicated"
            }),
        Case(
            ["TS170"], "lose data",
            """
            it would lose data, and --force does not override that: 'node drain NAME' moves what only this node has to \
            others first. A node that is down must come back before; where its server is lost, restored from a backup, \
            and 'node alter' leads to it. Where nothing of it is left, 'node abandon NAME --lose-data' tells what is \
            lost, and takes it out
            """),
        Case(
            ["TS170"], "replication factor too large",
            "attach more nodes to the hypertable first: 'node attach NAMES --to TABLE'"),
        Case(
            ["TS170"], "no data nodes can be assigned",
            "add nodes with 'node add', or let the role use them: 'role grant ROLE --nodes all'"),
        Case(["TS170"], "", "attach another node first; --force goes below the replication factor"),
        // The server's own hint, migrate_data, is refused for distributed hypertables.
        Case(
            ["0A000"], "is not empty",
            """
            make an empty table first: sql CREATE TABLE new (LIKE old INCLUDING ALL); 'hypertable create' it, and then \
            sql INSERT INTO new SELECT * FROM old
            """),
        Case(["TS172"], "", "it is attached already; --if-not-attached takes that as done"),
        Case(["TS173"], "", "it is not attached; --if-attached takes that as done"),
        Case(["TS001"], "", "make it a hypertable first: 'hypertable create TABLE TIME_COLUMN'"),
        Case(
            ["42704"], "data node \"",
            "timescaledb_information.chunks shows on which data nodes each chunk is"),
        Case(["TS111"], "", "only a distributed hypertable has data nodes: 'hypertable list' shows them"),
        Case(["TS110"], "", "it is a hypertable already; --if-not-exists takes that as done"),
    ]

    private static let runningCases: [Case] = [
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

    /// Of a connection that the access node could not open to a data node, TimescaleDB says nothing but the words of
    /// libpq and of the node's server; in other languages than English the last of these applies.
    private static let connectionCases: [Case] =
        TLSFailure.allCases.map { failure in
            Case(["08001"], where: { TLSFailure(in: $0.texts) == failure }) {
                failure.adviceAtAccessNode($0.node ?? "NODE")
            }
        } + [
            Case(
                ["08001"], "FATAL:  database",
                "there is no such database on that server: check the name; of a data node, 'check' looks for it there"),
            Case(
                ["08001"], "is not permitted to log in",
                "the role has no LOGIN on that server; 'role check' shows where it differs, and 'role sync' mends it"),
            Case(
                ["08001"], "pg_hba.conf rejects",
                """
                a reject line in the data node's pg_hba.conf turns the role away: have a line in front of it that lets the \
                access node's address in, and reload it
                """),
            Case(
                ["08001"], "FATAL:  role",
                "the role is missing on that server; on data nodes 'role sync' creates what is missing"),
            Case(
                ["08001"], "password authentication failed",
                """
                the password differs from the server's: for the access node's own connections it is in a user mapping or in \
                timescaledb.passfile, and 'role show ROLE' tells in which
                """
            ),
            Case(
                ["08001"], "no password supplied",
                """
                the access node has no password for that node: its timescaledb.passfile needs mode 0600 (chmod 0600; libpq \
                passes by one of another mode) and the line that 'role passfile ROLE' shows
                """),
            Case(
                ["08001"], "no pg_hba.conf entry",
                "let the access node's address in, in the data node's pg_hba.conf, and reload it"),
            Case(
                ["08001"], "too many clients",
                "raise max_connections on that server, or end sessions that are idle"),
            Case(["08001"], "could not connect to", { nodeMayBeDown($0.node ?? "NODE") }),
            Case(
                ["08000", "08003", "08006"], where: { $0.node != nil },
                { "the connection broke: try again; 'node ping \($0.nodeWord)' tells whether the node is up" }),
            Case(["08001"], "", "check host and port, and that the server is running and lets this address in"),
            Case(
                ["08000", "08003", "08004", "08006"], "",
                "the connection broke: try again, and then 'heal list' shows whether something is in doubt"),
        ]

    private static let serverCases: [Case] = [
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
        Case(["57014"], "", "it took longer than statement_timeout allows, or another session cancelled it"),
    ]
}
