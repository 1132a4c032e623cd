import Emulator
import Foundation
import Platform
import Postgres
import Sandbox

/// An access node and three data nodes, each of which can be connected to and set back to what it was at first.
struct Cluster: Sendable {
    /// A session of a role, which `expect` and the cases use until it is closed.
    struct Session: Sendable {
        let connection: Connection
        private let received: Lock<[ServerMessage]>

        init(_ parameters: ConnectionParameters) async throws {
            let received = Lock<[ServerMessage]>([])
            self.received = received
            connection = try await Connection.open(parameters) { notice in received.withLock { $0.append(notice) } }
        }

        @discardableResult
        func rows(_ sql: String) async throws -> [[String?]] {
            try await connection.execute(sql, timeout: .seconds(60)).rows
        }

        /// The answer to a statement, with its notices.
        func answer(_ sql: String) async -> (Result<QueryResult, PostgresError>, notices: [ServerMessage]) {
            received.withLock { $0 = [] }
            let result: Result<QueryResult, PostgresError>
            do {
                result = .success(try await connection.execute(sql, timeout: .seconds(60)))
            } catch {
                result = .failure(error)
            }
            return (result, received.withLock { $0 })
        }

        /// The error that a statement ends with, its state and message, or nil when there is none.
        func failure(_ sql: String) async -> String? {
            guard case .failure(let error) = await answer(sql).0 else { return nil }
            return "\(error.sqlstate ?? "-----"): \(error.message)"
        }
    }

    let sandbox: Sandbox
    /// The program, which lies beside the tests' own.
    private let tscl = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("tscl").path

    init(engine: EngineChoice, name: String) async throws {
        let name = "\(name)-\(getpid())"
        // In memory: nothing of it needs to outlive the run, and making files on a disk takes most of the time.
        sandbox = try await Sandbox.up(
            .init(
                caretaker: tscl, name: name, dataNodes: 3, directory: "/dev/shm/tscl-" + name, loopback: true,
                engine: engine, dieWithParent: true),
            progress: { _ in })
    }

    /// The cases call the access node `an`.
    func name(of node: Node) -> String {
        node.role == .access ? "an" : node.name
    }

    func node(_ name: String) throws -> Node {
        guard let node = sandbox.nodes.first(where: { self.name(of: $0) == name }) else {
            throw CocoaError(.keyValueValidation)
        }
        return node
    }

    func connect(_ node: String, role: String = "postgres", database: String = "dist") async throws -> Session {
        var parameters = sandbox.parameters(for: try self.node(node), database: database)
        parameters["user"] = role
        return try await Session(parameters)
    }

    /// Runs one statement as the superuser in a session of its own.
    @discardableResult
    func rows(_ node: String, _ sql: String, database: String = "dist") async throws -> [[String?]] {
        let session = try await connect(node, database: database)
        do {
            let rows = try await session.rows(sql)
            await session.connection.close()
            return rows
        } catch {
            await session.connection.close()
            throw error
        }
    }

    /// Runs a query on a data node as tscl does, which looks at the data nodes first: the emulator sees to it then that
    /// what is committed on the access node is so on the data nodes.
    func rowsAfterLooking(_ node: String, _ sql: String) async throws -> [[String?]] {
        try await look()
        return try await rows(node, sql)
    }

    func look() async throws {
        try await rows("an", "SELECT node_name FROM timescaledb_information.data_nodes")
    }

    /// Adds a data node under its own name.
    func add(_ names: String...) async throws {
        for name in names {
            let port = try node(name).port
            try await rows("an", "SELECT add_data_node('\(name)', host => '127.0.0.1', port => \(port))")
        }
    }

    /// Takes away transactions, databases and roles that were left, and makes the access node's database anew.
    func reset() async throws {
        for node in sandbox.nodes {
            let name = name(of: node)
            try await sandbox.start(node.name)
            for row in try await rows(name, "SELECT gid, database FROM pg_prepared_xacts", database: "postgres") {
                try await rows(name, "ROLLBACK PREPARED '\(row[0] ?? "")'", database: row[1] ?? "")
            }
            for database in ["dist", "other_db"] {
                try await rows(name, "DROP DATABASE IF EXISTS \(database) WITH (FORCE)", database: "postgres")
            }
            let roles = "SELECT quote_ident(rolname) FROM pg_roles WHERE starts_with(rolname, 'c_')"
            for row in try await rows(name, roles, database: "postgres") {
                try await rows(name, "DROP ROLE \(row[0] ?? "")", database: "postgres")
            }
        }
        try await rows("an", "CREATE DATABASE dist TEMPLATE template0", database: "postgres")
        switch sandbox.engine {
        case .timescaledb(let version): try await rows("an", "CREATE EXTENSION timescaledb VERSION '\(version)'")
        case .emulator: try await rows("an", Emulator.script)
        }
    }
}
