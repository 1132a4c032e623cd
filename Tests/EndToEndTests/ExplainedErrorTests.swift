import Foundation
import Sandbox
import Testing

/// What a server refuses is told in its own words, with what to do about it below.
@Suite struct ExplainedErrorTests {
    /// A command that is refused, and how.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let command: String
        /// Where it is sent; the access node unless said otherwise.
        var node = "an1"
        var role = "postgres"
        let sqlstate: String
        let message: String
        let help: String

        init(
            _ command: String, on node: String = "an1", as role: String = "postgres", _ sqlstate: String,
            _ message: String, help: String
        ) {
            (self.command, self.node, self.role) = (command, node, role)
            (self.sqlstate, self.message, self.help) = (sqlstate, message, help)
        }

        var testDescription: String { command }
    }

    /// A cluster in which all of it can be refused, for all tests here.
    static let scene = Task {
        let cluster = try await Cluster.make()
        let made = try await cluster.program.run(
            [],
            input: """
                sql CREATE TABLE plain (time timestamptz NOT NULL)
                sql CREATE TABLE m (time timestamptz NOT NULL, device int NOT NULL)
                hypertable create m time --on dn1,dn2 --partition-by device
                sql CREATE TABLE r (time timestamptz NOT NULL, device int NOT NULL)
                hypertable create r time --replication-factor 3
                sql CREATE TABLE mine (time timestamptz NOT NULL)
                role create app owner --everywhere --login
                sql ALTER TABLE mine OWNER TO owner
                sql GRANT CREATE ON SCHEMA public TO owner

                """)
        guard made.status == 0 else { throw CocoaError(.executableLoad, userInfo: ["output": made.errors]) }
        _ = try await cluster.query("dn2", "CREATE ROLE torn")
        return cluster
    }

    private static let nodes = [
        Refusal(
            "sql SELECT add_data_node('other', host => '${sockets}/dn1')", "TS174",
            #"cannot add "other" as a data node"#, help: "that database belongs to a cluster already"),
        Refusal(
            "sql SELECT add_data_node('me', host => '${sockets}/an1')", "TS174", "as a data node",
            help: "check host, port and database"),
        Refusal(
            "sql SELECT add_data_node('dn1', host => '${sockets}/dn1')", "42710", #"server "dn1" already exists"#,
            help: "the node is there already"),
        Refusal(
            "sql SELECT add_data_node('dn9', host => '/nonexistent')", "08001", #"could not connect to "dn9""#,
            help: "check that the server runs at that address"),
        Refusal(
            "sql SELECT delete_data_node('nope')", "42704", #"server "nope" does not exist"#, help: "'node list'"),
        Refusal(
            "sql SELECT add_data_node('x', host => '${sockets}/dn2')", on: "dn1", "TS171",
            "unable to assign data nodes from an existing distributed database", help: "connect to the access node"),
        Refusal(
            "sql CALL distributed_exec('SELECT 1')", on: "dn1", "0A000",
            "function must be run on the access node only", help: "connect to the access node"),
        Refusal(
            "sql BEGIN; sql SELECT add_data_node('x', host => '${sockets}/dn1')", "25001",
            "add_data_node() cannot run inside a transaction block", help: "run it outside a transaction"),
        Refusal(
            "sql BEGIN; sql CALL distributed_exec('SELECT 1', transactional => false)", "25001",
            "distributed_exec() cannot run inside a transaction block", help: "run it outside a transaction"),
        Refusal(
            "exec CREATE ROLE torn", "42710", #"[dn2]: role "torn" already exists"#, help: "'role sync' mends it"),
    ]

    private static let hypertables = [
        Refusal("hypertable create m time", "TS110", #"table "m" is already a hypertable"#, help: "--if-not-exists"),
        Refusal("node attach dn1 --to m", "TS172", "is already attached to hypertable", help: "--if-not-attached"),
        Refusal("node detach dn3 --from m", "TS173", "is not attached to hypertable", help: "--if-attached"),
        Refusal("hypertable replicate m 3", "TS170", "replication factor too large", help: "'node attach"),
        Refusal(
            "node block dn1 --for r", "TS170", "insufficient number of data nodes for distributed hypertable",
            help: "--force goes below"),
        Refusal(
            "hypertable create mine time", as: "owner", "TS170", "no data nodes can be assigned to the hypertable",
            help: "'role grant ROLE --nodes all'"),
    ]

    private static let privileges = [
        Refusal(
            "node disable dn1", as: "app", "42501", "must be owner of foreign server dn1", help: "only the node's owner"
        ),
        Refusal(
            "sql SELECT add_data_node('x', host => '${sockets}/dn1')", as: "app", "42501",
            "permission denied for foreign-data wrapper", help: "GRANT USAGE ON FOREIGN DATA WRAPPER"),
        Refusal(
            "exec CREATE ROLE zz", as: "app", "42501", "permission denied to create role", help: "grant it there with"),
        Refusal(
            "query SELECT * FROM pg_authid", as: "app", "42501", "permission denied for table pg_authid",
            help: "grant it there with"),
        Refusal(
            "role create zz", as: "app", "42501", "permission denied to create role", help: "connect as a role that"),
        Refusal(
            "role drop owner", "2BP01", #"role "owner" cannot be dropped"#, help: "role revoke ROLE --nodes all"),
    ]

    /// What the emulator has no part in: statements of SQL that the extension watches, and chunks.
    private static let ofTheExtension = [
        Refusal(
            "sql SELECT _timescaledb_functions.set_dist_id('00000000-0000-0000-0000-000000000000')", "TS171",
            "database is already a member of a distributed database", help: "belongs to a cluster already"),
        Refusal(
            "sql SELECT add_data_node('x', host => '${sockets}/dn1', database => 'postgres', bootstrap => false)",
            "TS174", #"cannot add "x" as a data node"#, help: "CREATE EXTENSION timescaledb there"),
        Refusal(
            "sql SELECT add_data_node('x', host => '${sockets}/dn1', database => 'latin')", "TS174",
            "database exists but has wrong encoding", help: "encoding, collation and LC_CTYPE"),
        Refusal(
            "sql SELECT add_data_node('x', host => '${sockets}/dn1', database => 'posix')", "TS174",
            "database exists but has wrong collation", help: "encoding, collation and LC_CTYPE"),
        Refusal(
            "sql CREATE SERVER x FOREIGN DATA WRAPPER timescaledb_fdw", "0A000",
            "operation not supported for a TimescaleDB data node", help: "'node add'"),
        Refusal(
            "sql DROP SERVER dn1", "0A000", "operation not supported on a TimescaleDB data node", help: "'node delete'"),
        Refusal(
            "sql ALTER SERVER dn1 OPTIONS (ADD available 'false')", "0A000",
            #"cannot set "available" using ALTER SERVER"#, help: "'node disable'"),
        Refusal(
            "sql ALTER TABLE m ADD COLUMN x int", on: "dn1", "0A000",
            "operation is blocked on a distributed hypertable member", help: "change the hypertable on the access node"),
        Refusal(
            "node attach dn1 --to plain", "TS001", #"table "plain" is not a hypertable"#, help: "'hypertable create"),
        Refusal(
            "sql CALL distributed_exec('CREATE TEMP TABLE t (i int)')", "0A000", "cannot PREPARE a transaction",
            help: "exec --no-transaction"),
        Refusal(
            "sql CALL distributed_exec('VACUUM')", "25001", "VACUUM cannot run inside a transaction block",
            help: "--no-transaction"),
        Refusal(
            "sql CALL distributed_exec('SELECT 1; SELECT 2')", "42601", "cannot insert multiple commands",
            help: "one statement at a time"),
        Refusal("node attach dn3 --to m", as: "app", "42501", "must be owner of hypertable", help: "connect as a role"),
        Refusal(
            "node delete dn3", as: "app", "42501", "permission denied for foreign server dn3",
            help: "'role grant ROLE --nodes all'"),
        Refusal(
            "restore-point create x", as: "app", "42501", "must be superuser to create restore point",
            help: "connect as a role"),
    ]

    private func check(_ refusal: Refusal) async throws {
        let cluster = try await Self.scene.value
        var program = cluster.program
        program.environment["PGHOST"] = "\(cluster.sockets)/\(refusal.node)"
        program.environment["PGUSER"] = refusal.role
        let command = refusal.command.replacing("${sockets}", with: cluster.sockets)
        let result = try await program.run(["--yes", "-c", command])
        #expect(result.status == 1)
        let lines = result.errors.split(separator: "\n").map { $0.drop { $0 == " " } }
        func index(_ start: String, _ part: String) -> Int? {
            lines.firstIndex { ($0.hasPrefix(start) || $0.hasPrefix("<command 1>:")) && $0.contains(part) }
        }
        // In this order: what the server said, its code, and what to do about it.
        let places = [
            index("error: ", refusal.message), index("sqlstate: ", refusal.sqlstate), index("help: ", refusal.help),
        ]
        #expect(
            !places.contains(nil) && places.compactMap { $0 } == places.compactMap { $0 }.sorted(), "\(result.errors)")
    }

    @Test(arguments: nodes + hypertables + privileges) func bothEnginesRefuse(_ refusal: Refusal) async throws {
        try await check(refusal)
    }

    /// What a server points at in SQL is pointed at where it was written, however the command got there.
    @Test(arguments: [
        ("echo a\nsql SELECT 1,\\\n  nosuch(:'v')", "3:3", "nosuch(:'v')", "^~~~~~"),
        ("sql $$\nSELECT *\n  FROM :\"v\"\n$$", "3:8", "FROM :\"v\"", "^~~~"),
        ("SELECT 1\n FROM nosuch;", "2:7", "FROM nosuch;", "^~~~~~"),
        ("transaction {\n  sql SELECT 1\n  sql SELEC 2\n  sql SELECT 3\n}", "3:7", "sql SELEC 2", "^~~~~"),
        ("sql SELECT (1", "1:14", "sql SELECT (1", "^"),
    ])
    func theServersPlaceIsShown(script: String, place: String, line: String, marks: String) async throws {
        let cluster = try await Cluster.shared.value
        let result = try await cluster.program.run(["-v", "v=a b", "-"], input: script)
        #expect(result.status == 1)
        let lines = result.errors.split(separator: "\n")
        let first = try #require(lines.firstIndex { $0.hasPrefix("<stdin>:\(place): error: ") }, "\(result.errors)")
        #expect(lines[first + 1].hasSuffix(line) && lines[first + 2].hasSuffix(" \(marks)"), "\(result.errors)")
    }

    /// A line with a password is shown nowhere, be it wrong.
    @Test func aPlaceInASecretIsNotShown() async throws {
        let cluster = try await Cluster.shared.value
        let result = try await cluster.run("sql CREATE ROLE x PASSWORD 'topsecret' SUPERUSR")
        #expect(result.errors.contains("unrecognized role option"))
        #expect(!result.errors.contains("topsecret"))
    }

    @Test(
        .onTimescaleDB("the emulator watches over its own functions alone, not over SQL"),
        arguments: ofTheExtension) func theExtensionRefuses(_ refusal: Refusal) async throws
    {
        let cluster = try await Self.scene.value
        for (name, options) in [
            ("latin", "ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'"), ("posix", "LC_COLLATE 'C'"),
        ]
        where try await cluster.query("dn1", "SELECT FROM pg_database WHERE datname = '\(name)'").isEmpty {
            _ = try await cluster.query("dn1", "CREATE DATABASE \(name) \(options) TEMPLATE template0")
        }
        try await check(refusal)
    }
}
