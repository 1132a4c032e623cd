/// What to do about an error.
///
/// TimescaleDB's own SQLSTATEs begin with TS: `TS174` stands for a node that can't be added, `TS170` for too few nodes.
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
    /// - Parameter node: the data node, if the statement was sent to it directly and not through the access node.
    package static func remedy(sqlstate: String?, message: String, detail: String?, node: String? = nil) -> String? {
        let error = Report(
            sqlstate: sqlstate ?? "", message: message, detail: detail ?? "",
            node: node ?? Self.node(inMessage: message) ?? quoted(in: message))
        return cases.first { $0.applies(to: error) }?.advice(error)
    }

    /// Whether a hint of the server leads on: the engine refuses migrate_data for distributed hypertables.
    package static func isOfUse(hint: String) -> Bool { !hint.contains("migrate_data") }

    /// Every piece of advice there is, once with a known node and once without, so that tests can check each.
    static var all: Set<String> {
        Set(
            cases.flatMap { known in
                [nil, "dn1"].map { known.advice(Report(sqlstate: "", message: "", detail: "", node: $0)) }
            })
    }

    /// The parts of an error that the cases below examine.
    fileprivate struct Report {
        let sqlstate: String
        let message: String
        let detail: String
        let node: String?

        /// The node's name in a command: `NODE` if it is unknown.
        var nodeWord: String { node.map(Quoting.word) ?? "NODE" }
    }

    /// A known error and the advice for it. The first case that applies is used.
    fileprivate struct Case {
        var sqlstates: [String]
        /// Part of the message or the detail.
        var text: String
        var advice: @Sendable (Report) -> String

        init(_ sqlstates: [String], _ text: String = "", _ advice: @escaping @Sendable (Report) -> String) {
            self.sqlstates = sqlstates
            self.text = text
            self.advice = advice
        }

        init(_ sqlstates: [String], _ text: String = "", _ advice: String) {
            self.init(sqlstates, text) { _ in advice }
        }

        func applies(to report: Report) -> Bool {
            guard sqlstates.isEmpty || sqlstates.contains(report.sqlstate) else { return false }
            return text.isEmpty || report.message.contains(text) || report.detail.contains(text)
        }
    }

    /// The text in the first pair of double quotes, which in the access node's own messages is a node's name. Servers
    /// do not double a quote within the name, so only a plain word is certain to be the whole of it.
    private static func quoted(in message: String) -> String? {
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

    private static let nodeMayBeDown: @Sendable (Report) -> String = {
        """
        check that the server runs at that address; of a node that is down, 'node disable \($0.nodeWord)' \
        lets reads go to other replicas
        """
    }

    private static let addingCases: [Case] = [
        Case(
            ["TS174"], "already a data node",
            """
            that database belongs to a cluster already: drop it, or as a superuser there run \
            DELETE FROM _timescaledb_catalog.metadata WHERE key = 'dist_uuid', and add the node again
            """),
        Case(
            ["TS174"], "cannot add the current database",
            "the address is that of the access node itself: check --host, --port and --database"),
        Case(
            ["TS174"], "already an access node",
            "that database is an access node: check --host, --port and --database"),
        Case(
            ["TS174", "55000"], "prepared transactions",
            "set max_prepared_transactions on the data node to max_connections or more, and restart it"),
        Case(
            ["TS174", "55000"], "max_prepared_transactions",
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
            ["TS174"], "schema \"_timescaledb_",
            "that database has no TimescaleDB: CREATE EXTENSION timescaledb there, or leave out --no-bootstrap"),
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
            ["42710"], "server \"",
            "the node is there already; --if-not-exists takes that as done"),
        Case(
            ["42710"], "transaction identifier",
            {
                "a transaction of before a crash is in doubt on the node: 'heal \($0.node == nil ? "all" : $0.nodeWord)' ends it"
            }),
    ]

    private static let hypertableCases: [Case] = [
        Case(
            ["TS504"], "",
            {
                "'hypertable list' shows what is on \($0.nodeWord); move its chunks away, or --force where they are replicated"
            }),
        Case(
            ["TS170"], "lose data",
            """
            it would lose data, and --force does not override that: stop the writers, and copy the node's chunks to \
            another node first, with CALL timescaledb_experimental.copy_chunk
            """),
        Case(
            ["TS170"], "replication factor too large",
            "attach more nodes to the hypertable first: 'node attach NAMES --to TABLE'"),
        Case(
            ["TS170"], "no data nodes can be assigned",
            "add nodes with 'node add', or let the role use them: 'role grant ROLE --nodes all'"),
        Case(["TS170"], "", "attach another node first, or use --force to go below the replication factor"),
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
            [], "is not available",
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
            ["0A000"], "PREPARE a transaction",
            "it can't be part of a distributed transaction: use exec --no-transaction"),
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
        Case(
            [], "Chunk copy operation id",
            "'check' tells what it left, and what removes that"
        ),
        Case(["42704"], "server \"", "'node list' shows the nodes; --if-exists passes over one that is not there"),
        Case(
            ["42704", "42710"], "role \"",
            {
                $0.node == nil
                    ? "'role list' shows where each role is"
                    : "'role check' shows where the role differs; 'role sync' mends it"
            }),
        Case(
            ["42501"], "must be owner of foreign server",
            "only the node's owner, which 'node list' shows, or a superuser may do it"),
        Case(
            ["42501"], "foreign server",
            "have the owner of the nodes or a superuser let the role use them: 'role grant ROLE --nodes all'"),
        Case(
            ["42501"], "foreign-data wrapper",
            "have a superuser let the role add nodes: GRANT USAGE ON FOREIGN DATA WRAPPER timescaledb_fdw"),
        Case(
            ["42501"], "",
            {
                $0.node == nil
                    ? "connect as a role that may do it, or have it granted"
                    : "the role lacks the privilege on the data node: grant it there with 'exec', and compare with 'role check'"
            }),
        Case(
            ["2BP01"], "cannot be dropped",
            "revoke its grants first ('role revoke ROLE --nodes all') and give away what it owns (REASSIGN OWNED)"),
    ]

    private static let connectionCases: [Case] = [
        Case([], "FATAL:  database", "there is no such database on that server: check the name, or create it"),
        Case(
            [], "FATAL:  role", "the role is missing on that server; on data nodes 'role sync' creates what is missing"),
        Case(
            [], "password authentication failed",
            "the password differs from the server's: for the access node's own connections it is in timescaledb.passfile"
        ),
        Case(
            [], "no password supplied",
            "the access node has no password for that node: add a line to its timescaledb.passfile, mode 0600"),
        Case(
            [], "no pg_hba.conf entry",
            "let the access node's address in, in the data node's pg_hba.conf, and reload it"),
        Case(
            [], "too many clients",
            "raise max_connections on that server, or end sessions that are idle"),
        Case(["08001"], "could not connect to", nodeMayBeDown),
        // The message is libpq's own, about a node that was asked directly; it has no SQLSTATE.
        Case(
            [""], "connection to server",
            { "tscl does not get there from here; 'node ping \($0.nodeWord)' tells whether the access node does" }),
        Case(
            ["08000", "08003", "08006"], "data node",
            { "the connection broke: try again; 'node ping \($0.nodeWord)' tells whether the node is up" }),
        Case(["08001"], "", "check host and port, and that the server is running and lets this address in"),
        Case(
            ["08000", "08003", "08004", "08006"], "",
            "the connection broke: try again, and then 'heal list' shows whether something is in doubt"),
    ]

    private static let serverCases: [Case] = [
        Case(["28P01"], "", "give the right password: .pgpass, PGPASSWORD or -W"),
        Case(["28000"], "", "the server does not let this role in from here: see its pg_hba.conf"),
        Case(["3D000"], "", "there is no such database on that server: check the name, or create it"),
        Case(["53300"], "", "raise max_connections on that server, or end sessions that are idle"),
        Case(["53100"], "", "the server's disk is full; a transaction log that grows is seen in 'status'"),
        Case(
            ["XX000"], "terminating connection due to idle",
            "a time limit of the data node ended the session: 'check' names it; the next statement opens another session"
        ),
        Case(["XX000"], "when extension isn't loaded", "'check' tells why: timescaledb.restoring may be on"),
        Case(["XX000"], "illegal invocation of", "'check' tells why: timescaledb.restoring may be on there"),
        // A data node died while the access node waited for it; its part of the transaction is lost or in doubt.
        Case(
            ["XX000"], "server closed the connection",
            {
                let ping = $0.node == nil ? "node ping" : "node ping \($0.nodeWord)"
                return """
                    a data node's server stopped meanwhile: '\(ping)' tells what is up, and 'heal list' whether \
                    something is in doubt
                    """
            }),
        Case(
            ["57P01", "57P02"], "",
            "the server was stopped or crashed: 'reconnect' when it is up again, then 'heal all'"),
        Case(["25P02"], "", "the open transaction has failed, and accepts only its end: 'sql ROLLBACK'"),
        Case(["57P03"], "", "the server is starting, stopping or recovering: try again shortly"),
        Case(
            ["25006"], "",
            {
                $0.node == nil
                    ? "the server is a standby or read-only: connect to the primary, or see in 'check' what makes it so"
                    : "'query' only reads: 'exec' changes data nodes; where that is refused too, 'check' tells why"
            }),
        Case(
            ["40P01", "40001", "55P03"], "",
            "another session was in the way: try again"),
        Case(["XX000"], "tuple concurrently", "another session changed the same node: try again"),
        Case(["57014"], "statement timeout", "it took longer than statement_timeout, or --timeout, allows"),
    ]
}
