import Emulator
import Foundation
import MultiNode
import Postgres
import Sandbox
import Testing

/// What the recorded cases don't show: failures between the phases of a commit, savepoints, cancelling, who may do what.
@Suite(.serialized, .emulatedCluster)
struct EmulatorTests {
    private func cluster(adding nodes: String...) async throws -> Cluster {
        let cluster = try #require(EmulatedClusterTrait.cluster)
        try await cluster.reset()
        for node in nodes { try await cluster.add(node) }
        return cluster
    }

    private let tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    private let inDoubt = "SELECT count(*) FROM pg_prepared_xacts WHERE database = current_database()"
    private let heal =
        "SELECT _timescaledb_functions.remote_txn_heal_data_node(oid) FROM pg_foreign_server ORDER BY oid"

    @Test("it says what it is, and loads where the configuration allows it only")
    func marker() async throws {
        let cluster = try await cluster()
        #expect(
            try await cluster.rows("an", "SELECT _timescaledb_functions.tscl_emulator()") == [["2.13.1-emulated"]])
        try await cluster.rows("an", "CREATE DATABASE other_db TEMPLATE template0", database: "postgres")
        let session = try await cluster.connect("an", database: "other_db")
        try await session.rows("SET tscl.sandbox = off")
        #expect(await session.failure(Emulator.script) == "0A000: the emulator of TimescaleDB loads in a sandbox only")
        await session.connection.close()
        #expect(
            try await cluster.rows(
                "an", "SELECT 1 FROM pg_namespace WHERE nspname ~ 'tscl|timescale'", database: "other_db") == [])
    }

    @Test("a rollback on the access node ends the transactions of the data nodes, and their locks")
    func rollback() async throws {
        let cluster = try await cluster(adding: "dn1", "dn2")
        let session = try await cluster.connect("an")
        try await session.rows("BEGIN")
        try await session.rows("CALL distributed_exec('CREATE TABLE t (i int)')")
        try await session.rows("ROLLBACK")
        // Waits for the lock that the open transaction has on the name.
        try await cluster.rows("dn1", "CREATE TABLE t (i int)")
        try await session.rows("CALL distributed_exec('CREATE TABLE u (i int)', '{dn1}')")
        #expect(try await cluster.rowsAfterLooking("dn1", tables) == [["t"], ["u"]])
        #expect(try await cluster.rows("dn2", tables) == [])
        await session.connection.close()
    }

    @Test("a session that is killed takes its transaction with it")
    func sessionKilled() async throws {
        let cluster = try await cluster(adding: "dn1")
        let session = try await cluster.connect("an")
        try await session.rows("BEGIN")
        try await session.rows("CALL distributed_exec('CREATE TABLE t (i int)')")
        try await cluster.rows("an", "SELECT pg_terminate_backend(\(session.connection.info.backendPID), 30000)")
        try await cluster.rows("dn1", "CREATE TABLE t (j int)")
        await session.connection.close()
    }

    @Test("savepoints reach the data nodes")
    func savepoints() async throws {
        let cluster = try await cluster(adding: "dn1", "dn2")
        let session = try await cluster.connect("an")
        try await session.rows("BEGIN")
        try await session.rows("SAVEPOINT s")
        try await session.rows("CALL distributed_exec('CREATE TABLE undone (i int)')")
        try await session.rows("ROLLBACK TO s")
        try await session.rows("CALL distributed_exec('CREATE TABLE kept (i int)')")
        try await session.rows("SAVEPOINT s")
        #expect(await session.failure("CALL distributed_exec('SELECT 1/0')") == "22012: [dn1]: division by zero")
        try await session.rows("ROLLBACK TO s")
        try await session.rows("CALL distributed_exec('CREATE TABLE kept_too (i int)', '{dn2}')")
        try await session.rows("SAVEPOINT s")
        try await session.rows("CALL distributed_exec('CREATE TABLE undone_at_the_end (i int)')")
        try await session.rows("ROLLBACK TO s")
        try await session.rows("COMMIT")
        #expect(try await cluster.rowsAfterLooking("dn1", tables) == [["kept"]])
        #expect(try await cluster.rows("dn2", tables) == [["kept"], ["kept_too"]])
        await session.connection.close()
    }

    @Test("a data node that can't prepare rolls all back")
    func prepareFails() async throws {
        let cluster = try await cluster(adding: "dn1", "dn2")
        let session = try await cluster.connect("an")
        try await session.rows("BEGIN")
        try await session.rows("CREATE TABLE t (i int)")
        try await session.rows("CALL distributed_exec('CREATE TABLE t (i int)')")
        try await session.rows("CALL distributed_exec('NOTIFY n', '{dn2}')")
        let failure = try #require(await session.failure("COMMIT"))
        #expect(failure.hasPrefix("0A000: [dn2]: cannot PREPARE a transaction"))
        await session.connection.close()
        for node in ["dn1", "dn2"] {
            // Waits for a transaction that is still open, and for one that is prepared.
            try await cluster.rows(node, "CREATE TABLE t (i int)")
        }
        #expect(try await cluster.rows("an", "SELECT count(*) FROM _timescaledb_catalog.remote_txn") == [["0"]])
        #expect(try await cluster.rows("an", tables) == [])
    }

    @Test("killed between the phases before it has committed, the access node heals to a rollback")
    func killedBeforeCommit() async throws {
        let cluster = try await cluster(adding: "dn1", "dn2")
        let session = try await cluster.connect("an")
        try await session.rows("BEGIN")
        try await session.rows("CALL distributed_exec('CREATE TABLE t (i int)')")
        // The first node prepares, the second doesn't answer.
        try await cluster.sandbox.freeze("dn2")
        async let commit = session.failure("COMMIT")
        #expect(try await cluster.eventually("dn1", inDoubt, [["1"]]))
        try await cluster.sandbox.kill(cluster.node("an").name)
        #expect(await commit != nil)
        await session.connection.close()
        try await cluster.sandbox.thaw("dn2")
        try await cluster.sandbox.start(cluster.node("an").name)
        // The next id is the lost one otherwise, which then counts as in progress.
        try await cluster.rows("an", "SELECT txid_current()")
        try await cluster.heal()
        for node in ["dn1", "dn2"] {
            #expect(try await cluster.rows(node, inDoubt) == [["0"]])
            #expect(try await cluster.rows(node, tables) == [])
        }
    }

    @Test("without its finisher, a transaction that has committed is in doubt until it is healed")
    func finisherKilled() async throws {
        let cluster = try await cluster(adding: "dn1", "dn2")
        let session = try await cluster.connect("an")
        try await session.rows("BEGIN")
        try await session.rows("CALL distributed_exec('CREATE TABLE t (i int)')")
        try await cluster.rows(
            "an", "SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity WHERE application_name ~ 'finisher'")
        try await session.rows("COMMIT")
        #expect(try await cluster.rowsAfterLooking("dn1", inDoubt) == [["1"]])
        #expect(try await cluster.rows("an", "SELECT count(*) FROM _timescaledb_catalog.remote_txn") == [["2"]])
        try await cluster.heal()
        for node in ["dn1", "dn2"] {
            #expect(try await cluster.rows(node, inDoubt) == [["0"]])
            #expect(try await cluster.rows(node, tables) == [["t"]])
        }
        #expect(try await cluster.rows("an", "SELECT count(*) FROM _timescaledb_catalog.remote_txn") == [["0"]])
        await session.connection.close()
    }

    @Test("healing leaves what is in progress, or of another version")
    func healing() async throws {
        let cluster = try await cluster(adding: "dn1")
        let server = try #require(try await cluster.rows("an", "SELECT oid FROM pg_foreign_server")[0][0])
        let session = try await cluster.connect("an")
        try await session.rows("BEGIN")
        let open = try #require(try await session.rows("SELECT txid_current() & 4294967295")[0][0])
        for xid in [open, "4000000"] {
            let other = try await cluster.connect("dn1")
            try await other.rows("BEGIN")
            try await other.rows("SELECT txid_current()")
            try await other.rows("PREPARE TRANSACTION 'ts-1-\(xid)-\(server)-10'")
            await other.connection.close()
        }
        #expect(try await cluster.rows("an", heal) == [["0"]])
        try await session.rows("ROLLBACK")
        #expect(try await cluster.rows("an", heal) == [["1"]])
        #expect(try await cluster.rows("dn1", "SELECT gid FROM pg_prepared_xacts") == [["ts-1-4000000-\(server)-10"]])
        let other = try await cluster.connect("dn1")
        try await other.rows("BEGIN")
        try await other.rows("SELECT txid_current()")
        try await other.rows("PREPARE TRANSACTION 'ts-2-1-1-1'")
        #expect(await session.failure(heal) == "XX000: invalid version for remote transaction ID: 2")
        await session.connection.close()
        await other.connection.close()
    }

    @Test("a command on the data nodes can be cancelled, and doesn't go on there")
    func cancelling() async throws {
        let cluster = try await cluster(adding: "dn1", "dn2")
        let session = try await cluster.connect("an")
        await #expect(throws: PostgresError.self) {
            try await session.connection.execute("CALL distributed_exec('SELECT pg_sleep(600)')", timeout: .seconds(2))
        }
        #expect(await session.connection.isOpen)
        let sleeping = "SELECT count(*) FROM pg_stat_activity WHERE query ~ 'pg_sleep' AND pid <> pg_backend_pid()"
        #expect(try await cluster.eventually("dn1", sleeping, [["0"]]))
        #expect(try await cluster.eventually("dn2", sleeping, [["0"]]))
        try await session.rows("CALL distributed_exec('SELECT 1')")
        await session.connection.close()
    }

    @Test("a frozen data node is given up as one that can't be connected to")
    func frozen() async throws {
        let cluster = try await cluster(adding: "dn1", "dn2")
        try await cluster.sandbox.freeze("dn2")
        let failure = await (try cluster.connect("an")).failure("CALL distributed_exec('SELECT 1')")
        #expect(failure == #"08001: could not connect to "dn2""#)
        #expect(
            try await cluster.rows("an", "SELECT _timescaledb_functions.ping_data_node('dn2')") == [["f"]])
        try await cluster.sandbox.thaw("dn2")
    }

    @Test("a role gets no further than its own privileges")
    func privileges() async throws {
        let cluster = try await cluster(adding: "dn1")
        try await cluster.rows("an", "CREATE ROLE c_app LOGIN")
        let session = try await cluster.connect("an", role: "c_app")
        // The sessions of the emulator's owner are in reach of nobody else.
        try await session.rows("SELECT * FROM timescaledb_information.data_nodes")
        for function in [
            "dblink_exec('x', 'y')", "dblink_connect_u('x')", "finish('1')", "run('x', 'y', 'z')", "server_ddl('x')",
        ] {
            let failure = try #require(await session.failure("SELECT _tscl_emulator.\(function)"))
            #expect(failure.hasPrefix("42501: permission denied for function"))
        }
        #expect(
            await session.failure("CALL distributed_exec('SELECT 1')") == #"08001: could not connect to "dn1""#)
        try await cluster.rows("an", "CALL distributed_exec('CREATE ROLE c_app LOGIN')")
        #expect(
            await session.failure("CALL distributed_exec('CREATE ROLE c_other')")
                == "42501: [dn1]: permission denied to create role")
        #expect(
            await session.failure("SELECT alter_data_node('dn1', available => false)")
                == "42501: must be owner of foreign server dn1")
        #expect(
            await session.failure("SELECT create_distributed_restore_point('p')")
                == "42501: must be superuser to create restore point")
        await session.connection.close()
        try await cluster.rows("an", "CALL distributed_exec('DROP ROLE c_app')")
        // As another role, all the same.
        let superuser = try await cluster.connect("an")
        try await superuser.rows("SET ROLE c_app")
        #expect(
            await superuser.failure("CALL distributed_exec('SELECT 1')") == #"08001: could not connect to "dn1""#)
        await superuser.connection.close()
    }

    @Test(
        "what can't be done is refused in the words of TimescaleDB",
        arguments: [
            (
                "CALL distributed_exec('SELECT 1; SELECT 2')",
                "42601: [dn1]: cannot insert multiple commands into a prepared statement"
            ),
            ("CALL distributed_exec(' -- nothing; at all')", "XX000: unexpected response status 0"),
            ("CALL distributed_exec(NULL)", "22023: empty command string"),
            ("CALL distributed_exec('SELECT 1', ARRAY[NULL])", "22023: invalid data nodes list"),
            (
                "CREATE SERVER s FOREIGN DATA WRAPPER timescaledb_fdw",
                "0A000: operation not supported for a TimescaleDB data node"
            ),
            ("DROP SERVER dn1", "0A000: operation not supported on a TimescaleDB data node"),
            ("ALTER SERVER dn1 OPTIONS (ADD available 'false')", #"0A000: cannot set "available" using ALTER SERVER"#),
            ("SELECT set_replication_factor('plain', 1)", #"TS001: table "plain" is not a hypertable"#),
            ("SELECT attach_data_node(NULL, 't')", "22023: data node name cannot be NULL"),
            ("SELECT create_distributed_hypertable('plain', 'nope')", #"42703: column "nope" does not exist"#),
            ("INSERT INTO t VALUES (now(), 1)", "0A000: rows of a distributed hypertable: not emulated"),
            ("ALTER TABLE t ADD COLUMN v int", "0A000: ALTER TABLE on a distributed hypertable: not emulated"),
            ("CALL timescaledb_experimental.move_chunk('t', 'dn1', 'dn2')", "0A000: move_chunk: not emulated"),
            ("SELECT create_hypertable('plain', 'time')", "0A000: create_hypertable: not emulated"),
        ])
    func refusals(_ statement: String, _ refusal: String) async throws {
        let cluster = try #require(EmulatedClusterTrait.cluster)
        if try await cluster.rows("an", "SELECT 1 FROM pg_tables WHERE tablename = 'plain'").isEmpty {
            try await cluster.reset()
            try await cluster.add("dn1", "dn2")
            try await cluster.rows("an", "CREATE TABLE plain (time timestamptz NOT NULL)")
            try await cluster.rows("an", "CREATE TABLE t (time timestamptz NOT NULL, device int)")
            try await cluster.rows("an", "SELECT create_distributed_hypertable('t', 'time', 'device')")
        }
        let session = try await cluster.connect("an")
        #expect(await session.failure(statement) == refusal)
        await session.connection.close()
    }

    @Test(
        "one statement may hold semicolons",
        arguments: [
            "SELECT ';'';' AS \"a;b\" -- ; SELECT 2\n;", "DO $a$ BEGIN PERFORM 1; PERFORM '$b$'; END $a$",
            "SELECT E'\\';', 1 /* ; ** / */ ; ",
        ])
    func oneStatement(_ statement: String) async throws {
        let cluster = try #require(EmulatedClusterTrait.cluster)
        if try await cluster.rows("an", "SELECT 1 FROM pg_foreign_server").isEmpty { try await cluster.add("dn1") }
        let session = try await cluster.connect("an")
        #expect(await session.failure("CALL distributed_exec(\(Quoting.literal(statement)))") == nil)
        await session.connection.close()
    }

    @Test("members of a distributed hypertable are made whole, belong to the access node, and go with it")
    func members() async throws {
        let cluster = try await cluster(adding: "dn1", "dn2")
        try await cluster.rows("an", "CREATE SCHEMA \"Sensors\"")
        try await cluster.rows(
            "an",
            """
            CREATE TABLE "Sensors".t (
                time timestamptz, device int DEFAULT 7 CHECK (device > 0), label text, PRIMARY KEY (time, device))
            """)
        try await cluster.rows("an", "SELECT create_distributed_hypertable('\"Sensors\".t', 'time', 'device')")
        let definition = """
            SELECT attname, attnotnull FROM pg_attribute WHERE attrelid = '"Sensors".t'::regclass AND attnum > 0
            UNION ALL SELECT conname, true FROM pg_constraint WHERE conrelid = '"Sensors".t'::regclass
            UNION ALL SELECT indexrelid::regclass::text, true FROM pg_index WHERE indrelid = '"Sensors".t'::regclass
            ORDER BY 1
            """
        let here = try await cluster.rows("an", definition)
        #expect(here.count == 8)
        #expect(try await cluster.rowsAfterLooking("dn1", definition) == here)
        let session = try await cluster.connect("dn1")
        for statement in ["ALTER TABLE \"Sensors\".t ADD COLUMN v int", "DROP TABLE \"Sensors\".t"] {
            #expect(
                await session.failure(statement) == "0A000: operation is blocked on a distributed hypertable member")
        }
        await session.connection.close()
        try await cluster.rows("an", "DROP SCHEMA \"Sensors\" CASCADE")
        #expect(
            try await cluster.rowsAfterLooking("dn2", "SELECT hypertable_name FROM timescaledb_information.hypertables")
                == [])
        #expect(try await cluster.rows("dn2", "SELECT to_regclass('\"Sensors\".t')") == [[nil]])
    }

    @Test("the old names are there, and warn")
    func oldNames() async throws {
        let cluster = try await cluster(adding: "dn1")
        let session = try await cluster.connect("an")
        let (result, notices) = await session.answer("SELECT * FROM _timescaledb_internal.health()")
        #expect(try result.get().rows.count == 2)
        #expect(
            notices.map(\.message).first?.hasPrefix("function _timescaledb_internal.health() is deprecated") == true)
        try await session.rows("SET timescaledb.enable_deprecation_warnings = off")
        #expect(await session.answer("SELECT _timescaledb_internal.ping_data_node('dn1')").notices == [])
        #expect(
            try await session.rows(
                "SELECT count(*) FROM pg_proc WHERE pronamespace = '_timescaledb_internal'::regnamespace") == [["8"]])
        await session.connection.close()
    }
}

extension Cluster {
    /// Waits until a query gives these rows, at most half a minute.
    func eventually(_ node: String, _ query: String, _ rows: [[String?]]) async throws -> Bool {
        let session = try await connect(node)
        let deadline = ContinuousClock.now + .seconds(30)
        var reached = try await session.rows(query) == rows
        while !reached, ContinuousClock.now < deadline {
            // The server waits: what is looked at changes in servers.
            try await session.rows("SELECT pg_sleep(0.01)")
            reached = try await session.rows(query) == rows
        }
        await session.connection.close()
        return reached
    }

    /// Heals each data node in a statement of its own.
    func heal() async throws {
        for row in try await rows("an", "SELECT oid FROM pg_foreign_server") {
            try await rows("an", "SELECT _timescaledb_functions.remote_txn_heal_data_node(\(row[0] ?? ""))")
        }
    }
}

/// Servers with the emulator, whatever else the machine has.
struct EmulatedClusterTrait: SuiteTrait, TestScoping {
    @TaskLocal static var cluster: Cluster?

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let cluster = try await Cluster(engine: .emulator, name: "emulator")
        do {
            try await Self.$cluster.withValue(cluster) { try await function() }
        } catch {
            try await cluster.sandbox.down(purge: true)
            throw error
        }
        try await cluster.sandbox.down(purge: true)
    }
}

extension Trait where Self == EmulatedClusterTrait {
    static var emulatedCluster: Self { Self() }
}
