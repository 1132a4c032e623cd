@testable import MultiNode
import Testing

@Suite struct RemedyTests {
    @Test(arguments: [
        ("[dn1]: division by zero", "dn1"), ("[Dn 2]: x", "Dn 2"), ("[]: x", nil), ("[dn1] x", nil), ("x", nil),
        ("[open", nil),
    ])
    func nodes(_ message: String, node: String?) {
        #expect(Remedy.node(inMessage: message) == node)
    }

    /// An error as TimescaleDB 2.13.1, PostgreSQL 15 or libpq gave it, and a word of what is advised.
    struct KnownError: Sendable, CustomTestStringConvertible {
        let sqlstate: String?
        let message: String
        let detail: String
        let hint: String?
        /// The file of the server's source that raised it.
        let source: String?
        let advice: String
        /// The node that was asked without the access node between.
        let node: String?

        init(
            _ sqlstate: String?, _ message: String, _ detail: String = "", hint: String? = nil,
            from source: String? = nil, on node: String? = nil, advises advice: String
        ) {
            self.sqlstate = sqlstate
            self.message = message
            self.detail = detail
            self.hint = hint
            self.source = source
            self.node = node
            self.advice = advice
        }

        var testDescription: String { "\(sqlstate ?? "-") \(message.prefix(80))" }

        var remedy: String? {
            Remedy.remedy(
                sqlstate: sqlstate, message: message, detail: detail, hint: hint, source: source, node: node)
        }
    }

    @Test func aHintThatTheEngineItselfRefusesIsNotPassedOn() {
        #expect(!Remedy.isOfUse(hint: "You can migrate data by specifying 'migrate_data => true' when calling it."))
        #expect(Remedy.isOfUse(hint: "Use CASCADE."))
    }

    private static let adding = [
        KnownError(
            "TS174", #"cannot add "other" as a data node"#, "ERROR:  node is already a data node\n",
            advises: "'node list'"),
        KnownError(
            "TS174", #"cannot add "me" as a data node"#, "ERROR:  node is already an access node\n",
            advises: "that database is an access node"),
        KnownError("TS174", "[me]: cannot add the current database as a data node to itself", advises: "check host"),
        KnownError(
            "TS174", #"cannot add "dn8" as a data node"#,
            "ERROR:  prepared transactions need to be enabled\nDETAIL:  Parameter max_prepared_transactions=0.\n",
            advises: "max_prepared_transactions"),
        KnownError("TS174", "max_prepared_transactions is set low", advises: "max_connections or more"),
        KnownError("55000", "[dn2]: prepared transactions are disabled", advises: "max_connections or more"),
        KnownError("TS174", "database exists but has wrong encoding", advises: "encoding, collation and LC_CTYPE"),
        KnownError("TS174", "database exists but has wrong collation", advises: "encoding, collation and LC_CTYPE"),
        KnownError("TS174", "database exists but has wrong LC_CTYPE", advises: "encoding, collation and LC_CTYPE"),
        KnownError(
            "TS174", #"cannot add "dn9" as a data node"#,
            "ERROR:  schema \"_timescaledb_functions\" does not exist\nLINE 1: SELECT _timescaledb_functions.valid",
            advises: "--no-bootstrap"),
        KnownError("TS174", #"database does not have TimescaleDB extension loaded"#, advises: "install TimescaleDB"),
        KnownError(
            "TS174", "TimescaleDB extension not available on remote PostgreSQL instance", advises: "install TimescaleDB"
        ),
        KnownError(
            "TS174", #"remote PostgreSQL instance has an incompatible timescaledb extension version"#,
            "Access node version: 2.13.1, remote version: 2.9.0.", advises: "ALTER EXTENSION timescaledb UPDATE"),
        KnownError(
            "TS171", "unable to assign data nodes from an existing distributed database", advises: "the access node"),
        KnownError("TS171", "database is already a member of a distributed database", advises: "a cluster already"),
        KnownError("42710", #"server "dn1" already exists"#, advises: "--if-not-exists"),
        KnownError("42704", #"server "nope" does not exist"#, advises: "'node list'"),
        KnownError(
            "08001", #"could not set distributed ID for "dn1""#, "FATAL:  extension \"timescaledb\" must be preloaded",
            advises: "shared_preload_libraries"),
        KnownError(
            "XX000", #"[dn8]: FATAL:  extension "timescaledb" must be preloaded"#, advises: "shared_preload_libraries"),
    ]

    private static let hypertables = [
        KnownError(
            "TS504", #"data node "dn1" still holds data for distributed hypertable "t""#, advises: "'node drain dn1'"),
        KnownError(
            "TS170", "insufficient number of data nodes",
            #"Distributed hypertable "t" would lose data if data node "dn2" is deleted."#,
            advises: "'node drain NAME'"),
        KnownError("TS170", #"insufficient number of data nodes for distributed hypertable "t""#, advises: "--force"),
        KnownError("TS170", #"replication factor too large for hypertable "t""#, advises: "'node attach"),
        KnownError(
            "TS170", "no data nodes can be assigned to the hypertable",
            "Data nodes exist, but none have USAGE privilege.", advises: "'role grant ROLE --nodes all'"),
        KnownError("0A000", #"table "full1" is not empty"#, advises: "INSERT INTO"),
        KnownError(
            "XX000", "[dn1]: FATAL:  terminating connection due to idle-session timeout\nserver closed the connection",
            advises: "a time limit there"),
        KnownError("XX000", "tried calling catalog_get when extension isn't loaded", advises: "may be on"),
        KnownError("XX000", "[dn1]: illegal invocation of chunks_in function", advises: "may be on there"),
        KnownError("TS172", #"data node "dn3" is already attached to hypertable "t""#, advises: "--if-not-attached"),
        KnownError("TS173", #"data node "dn3" is not attached to hypertable "t""#, advises: "--if-attached"),
        KnownError("TS111", #"hypertable "t" is not distributed"#, advises: "'hypertable list'"),
        KnownError("TS110", #"table "t" is already a hypertable"#, advises: "--if-not-exists"),
        KnownError("TS001", #"table "t" is not a hypertable"#, advises: "'hypertable create"),
        KnownError(
            "42704", #"chunk "_dist_hyper_1_1_chunk" already exists on destination data node "dn2""#,
            advises: "timescaledb_information.chunks"),
        KnownError(
            "42704", #"chunk "_dist_hyper_1_2_chunk" does not exist on source data node "dn1""#,
            advises: "timescaledb_information.chunks"),
        KnownError(
            "55000", "[dn2]: logical decoding requires wal_level >= logical", "Chunk copy operation id: ts_copy_2_2.",
            advises: "'check' tells"),
        KnownError(
            "42P01", #"[dn3]: relation "public.t" does not exist"#, "Chunk copy operation id: ts_copy_1_1.",
            advises: "'check' tells"),
        KnownError("0A000", "operation is blocked on a distributed hypertable member", advises: "on the access node"),
    ]

    private static let running = [
        KnownError("XX000", #"data node "dn2" is not available"#, advises: "'node enable dn2'"),
        KnownError("XX000", "some data nodes are not available", advises: "'node list'"),
        KnownError("0A000", "function must be run on the access node only", advises: "connect to the access node"),
        KnownError(
            "0A000", "cannot upgrade because multi-node has been removed in 2.14.0",
            advises: "migrate what the detail names"),
        KnownError("0A000", "operation not supported for a TimescaleDB data node", advises: "'node add'"),
        KnownError("0A000", "operation not supported on a TimescaleDB data node", advises: "'node delete'"),
        KnownError("0A000", #"cannot set "available" using ALTER SERVER"#, advises: "'node disable'"),
        KnownError(
            "0A000", "[dn1]: cannot PREPARE a transaction that has operated on temporary objects",
            advises: "--no-transaction"),
        KnownError(
            "42601", "[dn2]: cannot insert multiple commands into a prepared statement", advises: "one statement"),
        KnownError("25001", "add_data_node() cannot run inside a transaction block", advises: "BEGIN"),
        KnownError("25001", "[dn1]: VACUUM cannot run inside a transaction block", advises: "--no-transaction"),
        KnownError("22P02", "invalid input syntax for remote transaction ID: 'ts-garbage'", advises: "'heal list'"),
        KnownError("42710", #"[dn1]: transaction identifier "ts-1-9-2-3" is already in use"#, advises: "'heal dn1'"),
        KnownError("42710", #"transaction identifier "ts-1-9-2-3" is already in use"#, advises: "'heal all'"),
        KnownError("XX000", "tuple concurrently deleted", advises: "try again"),
        KnownError("42P07", #"[dn2]: relation "i" already exists"#, advises: "'query --on dn2 SELECT"),
        KnownError(
            "23505",
            #"duplicate key value violates unique constraint "chunk_data_node_node_chunk_id_node_name_key""#,
            advises: "'check' tells which"),
        KnownError(
            "23505",
            "[dn2]: duplicate key value violates unique constraint "
                + #""hypertable_associated_schema_name_associated_table_prefix_key""#, advises: "'check' tells which"),
        KnownError(
            "58P01", #"could not access file "$libdir/timescaledb-2.12.2": No such file or directory"#,
            advises: "ALTER EXTENSION timescaledb UPDATE"),
        KnownError("XX000", #"chunk creation failed on data node "dn1""#, advises: "'check' tells, and why"),
        KnownError("3F000", #"[dn2]: schema "s" does not exist"#, advises: "'exec CREATE SCHEMA"),
    ]

    private static let privileges = [
        KnownError("42710", #"role "app" already exists"#, advises: "'role list'"),
        KnownError("42710", #"[dn2]: role "app" already exists"#, advises: "'role sync'"),
        KnownError("42704", #"[dn2]: role "app" does not exist"#, advises: "'role sync'"),
        KnownError("42704", #"[dn2]: type "unknown" does not exist"#, advises: "if it is a role"),
        KnownError("42501", "permission denied for foreign server dn1", advises: "'role grant ROLE --nodes all'"),
        KnownError("42501", "must be owner of foreign server dn1", advises: "owner"),
        KnownError("42501", "permission denied for foreign-data wrapper timescaledb_fdw", advises: "GRANT USAGE"),
        KnownError("42501", "permission denied for foreign-data wrapper file_fdw", advises: "let the role use it"),
        KnownError(
            "42704", #"foreign-data wrapper "nope" does not exist"#, advises: "'TABLE pg_foreign_data_wrapper;'"),
        KnownError("42501", #"could not open file "/x" for reading: Permission denied"#, advises: "'sql --from FILE"),
        KnownError("42501", "permission denied to COPY from a file", advises: "pg_read_server_files"),
        KnownError("42501", #"must be owner of hypertable "m""#, advises: "connect as a role"),
        KnownError("42501", "[dn3]: permission denied for table m", advises: "'exec'"),
        KnownError("42501", "permission denied for table m", on: "dn3", advises: "'exec'"),
        KnownError(
            "2BP01", #"role "app" cannot be dropped because some objects depend on it"#, advises: "'role revoke"),
    ]

    private static let connections = [
        KnownError(
            "08001", #"could not connect to "dn9""#, "connection to server failed: Connection refused",
            advises: "'node disable dn9'"),
        KnownError(
            "08001", #"could not connect to "dn1""#, #"x failed: FATAL:  role "app" does not exist"#,
            advises: "'role sync'"),
        KnownError(
            "08001", #"could not connect to "dn1""#, #"x failed: FATAL:  database "d" does not exist"#,
            advises: "no such database"),
        KnownError(
            "08001", #"could not connect to "dn1""#, #"x failed: FATAL:  password authentication failed for user "a""#,
            advises: "timescaledb.passfile"),
        KnownError(
            "08001", #"could not connect to "dn1""#, #"x failed: FATAL:  role "app" is not permitted to log in"#,
            advises: "no LOGIN"),
        KnownError(
            "08001", #"could not connect to "dn1""#,
            #"x failed: FATAL:  pg_hba.conf rejects connection for host "10.0.0.1", user "a", database "d", no encryption"#,
            advises: "a reject line"),
        KnownError("08001", #"could not connect to "dn1""#, "fe_sendauth: no password supplied", advises: "mode 0600"),
        KnownError(
            "08001", #"could not connect to "dn1""#, "FATAL:  connection requires a valid client certificate",
            advises: "timescaledb.ssl_dir"),
        KnownError(
            "08001", #"could not connect to "dn1""#, #"FATAL:  certificate authentication failed for user "app""#,
            advises: "timescaledb.ssl_dir"),
        KnownError(
            "08001", #"could not connect to "dn1""#,
            #"certificate present, but not private key file "/certs/d2a57dc1d883fd21fb9951699df71cc7.key""#,
            advises: "NAME.key"),
        KnownError(
            "08001", #"could not connect to "dn1""#, #"x failed: FATAL:  no pg_hba.conf entry for host "10.0.0.1""#,
            advises: "pg_hba.conf"),
        KnownError(
            "08001", #"could not connect to "dn1""#, "x failed: FATAL:  sorry, too many clients already",
            advises: "max_connections"),
        KnownError("08006", #"connection to data node "dn1" was lost"#, advises: "'node ping dn1'"),
        KnownError("08006", "server closed the connection", on: Migration.targetName, advises: "--to named"),
        KnownError("08000", #"connection to data node "dn1" was lost"#, advises: "'node ping dn1'"),
        KnownError("08006", "server closed the connection unexpectedly", advises: "'heal list'"),
        KnownError("XX000", "[dn2]: server closed the connection\n\tunexpectedly", advises: "'node ping dn2'"),
        KnownError("XX000", "server closed the connection\n\tunexpectedly", advises: "'node ping' tells"),
        KnownError("08001", "could not translate host name", advises: "check host and port"),
    ]

    private static let servers = [
        KnownError("3D000", #"database "d" does not exist"#, advises: "no such database"),
        KnownError("53300", "remaining connection slots are reserved", advises: "max_connections"),
        KnownError("53100", "could not extend file: No space left on device", advises: "disk is full"),
        KnownError("57P01", "terminating connection due to administrator command", advises: "'reconnect'"),
        KnownError("57P02", "terminating connection because of crash of another server process", advises: "'heal all'"),
        KnownError("57P01", "terminating connection", on: "dn1", advises: "'wait until node dn1 up'"),
        KnownError(
            "25P02", "current transaction is aborted, commands ignored until end of transaction block",
            advises: "'ROLLBACK;'"),
        KnownError("57P03", "the database system is starting up", advises: "try again"),
        KnownError("25006", "cannot execute INSERT in a read-only transaction", advises: "the primary"),
        KnownError("25006", "cannot execute INSERT in a read-only transaction", on: "dn1", advises: "'exec'"),
        KnownError("25006", "[dn1]: cannot execute INSERT in a read-only transaction", advises: "'query --on dn1"),
        KnownError(
            "55000", "[dn1]: cannot acquire lock mode ShareLock on database objects while recovery is in progress",
            advises: "'node set dn1 --option host=HOSTS target_session_attrs=read-write'"),
        KnownError("25006", "cannot execute VACUUM during recovery", advises: "the primary"),
        KnownError("40P01", "deadlock detected", advises: "try again"),
        KnownError("55P03", "canceling statement due to lock timeout", advises: "try again"),
        KnownError("57014", "canceling statement due to statement timeout", advises: "statement_timeout"),
        KnownError("22021", #"invalid byte sequence for encoding "UTF8": 0xff"#, advises: "(ENCODING latin1)"),
    ]

    /// What PostgreSQL says where messages are Russian.
    private static let translated = [
        KnownError(
            "55000", "[dn2]: подготовленные транзакции отключены",
            hint: "Установите ненулевое значение параметра max_prepared_transactions.",
            advises: "max_connections or more"),
        KnownError("42710", #"сервер "dn1" уже существует"#, from: "foreigncmds.c", advises: "--if-not-exists"),
        KnownError("42704", #"сервер "nope" не существует"#, from: "foreign.c", advises: "'node list'"),
        KnownError("42710", #"роль "app" уже существует"#, from: "user.c", advises: "'role list'"),
        KnownError("42704", #"роль "app" не существует"#, from: "acl.c", advises: "'role list'"),
        KnownError("42710", #"[dn2]: роль "app" уже существует"#, advises: "'role sync'"),
        KnownError("42710", #"[dn1]: идентификатор транзакции "ts-1-9-2-3" уже используется"#, advises: "'heal dn1'"),
        KnownError("42501", "нет доступа к стороннему серверу dn1", advises: "connect as a role"),
        KnownError(
            "2BP01", #"роль "app" нельзя удалить, так как есть зависящие от неё объекты"#, advises: "'role revoke"),
        KnownError(
            "0A000", "[dn1]: нельзя выполнить PREPARE для транзакции, оперирующей с временными объектами",
            advises: "--no-transaction"),
        KnownError(
            "55000", "[dn2]: для логического декодирования требуется wal_level >= logical",
            advises: "set wal_level = logical"),
        KnownError(
            "XX000", "[dn2]: ВАЖНО:  закрытие подключения\nсервер неожиданно закрыл соединение",
            advises: "'node ping dn2'"),
        KnownError("08006", "[dn1]: сервер неожиданно закрыл соединение", advises: "'node ping dn1'"),
        KnownError("57014", "выполнение оператора отменено из-за тайм-аута", advises: "statement_timeout"),
        KnownError(
            "TS174", #"cannot add "dn9" as a data node"#, #"ОШИБКА:  схема "_timescaledb_functions" не существует"#,
            advises: "--no-bootstrap"),
        KnownError(
            "08001", #"could not connect to "dn9""#, "подключиться не удалось: ВАЖНО:  роль не существует",
            advises: "'node disable dn9'"),
    ]

    /// What libpq and OpenSSL say of the access node's own way to a node.
    private static let encryption = [
        "server does not support SSL, but SSL was required", "SSL error: certificate verify failed",
        #"server certificate for "a" does not match host name "b""#, #"root certificate file "f" does not exist"#,
        #"private key file "f" has group or world access"#, #"certificate present, but not private key file "f""#,
        "SSL error: tlsv1 alert unknown ca", "SSL error: unsupported protocol",
        "channel binding required, but SSL not in use", "authentication method requirement \"none\" failed",
        #"FATAL:  no pg_hba.conf entry for host "h", user "u", database "d", no encryption"#,
        "FATAL:  connection requires a valid client certificate",
        #"FATAL:  certificate authentication failed for user "u""#, "SSL SYSCALL error: EOF detected",
    ].map {
        KnownError(
            "08001", #"could not connect to "dn1""#, "connection to server at \"dn1\", port 5432 failed: \($0)",
            advises: "the access node's own connection to dn1: ")
    }

    private static let known =
        encryption + translated + adding + hypertables + running + privileges + connections + servers

    @Test(arguments: known) func whatIsKnownHasARemedy(_ error: KnownError) throws {
        let remedy = try #require(error.remedy)
        #expect(remedy.contains(error.advice))
        #expect(!remedy.hasSuffix("."))
        #expect(!remedy.contains("\n"))
    }

    /// What no known error leads to would be advice that nobody has ever seen in its place.
    @Test func everyRemedyHasItsError() {
        func anyNode(_ text: String) -> String { text.replacing(/\bdn\d\b/, with: "NODE") }
        let met = Set(Self.known.compactMap(\.remedy).map(anyNode))
        #expect(Set(Remedy.all.map(anyNode)).subtracting(met) == [])
    }

    /// What is available in SQL is nothing of a node's.
    @Test func anExtensionThatIsMissingIsNoNode() {
        #expect(Remedy.remedy(sqlstate: "0A000", message: #"extension "x" is not available"#, detail: nil) == nil)
    }

    /// What it leaves tscl removes itself, or tells of.
    @Test func aCopyOfOnesOwnIsNotToBeLookedAfter() {
        let message = #"[dn3]: relation "public.t" does not exist"#
        func remedy(_ operation: String) -> String? {
            Remedy.remedy(sqlstate: "XX000", message: message, detail: "Chunk copy operation id: \(operation).")
        }
        #expect(remedy("ts_copy_1_1")?.contains("'check' tells what it left") == true)
        #expect(remedy("tscl_1_x")?.contains("'check' tells what it left") != true)
    }

    @Test func nothingIsMadeUp() {
        #expect(Remedy.remedy(sqlstate: "22012", message: "[dn1]: division by zero", detail: nil) == nil)
        #expect(Remedy.remedy(sqlstate: "42P01", message: #"relation "t" does not exist"#, detail: nil) == nil)
        #expect(Remedy.remedy(sqlstate: nil, message: "", detail: nil) == nil)
    }
}
