import Glibc
import Postgres
import Testing
import Conditions

@Suite(.onAServer) struct OpeningTests {
    let server: TestServer

    init() async throws {
        server = try await TestServer.shared.value
    }

    @Test func knowsWhereItIs() async throws {
        let connection = try await server.connect()
        let info = connection.info
        let row = try await connection.execute(
            """
            SELECT pg_backend_pid(), current_setting('server_version_num'), current_setting('client_encoding'),
                   current_setting('application_name')
            """
        ).rows
        #expect(row == [[String(info.backendPID), String(info.serverVersion), "UTF8", "tscl"]])
        #expect(info.host == server.folder)
        #expect(info.port == 5432)
        #expect(info.database == "postgres")
        #expect(info.user == "postgres")
        #expect(info.isLocalSocket)
    }

    @Test func givenNamesWinOverOurs() async throws {
        let connection = try await server.connect([("application_name", "mine"), ("client_encoding", "LATIN1")])
        let row = try await connection.execute(
            "SELECT current_setting('application_name'), current_setting('client_encoding')"
        ).rows
        #expect(row == [["mine", "UTF8"]], "results are read as UTF-8")
    }

    /// A name in a catalog may be anything that its owner has thought of.
    @Test(arguments: ["a=b", "host=127.0.0.1 user=postgres", "postgresql://127.0.0.1:1/postgres", "password=x"])
    func theNameOfADatabaseIsAName(_ name: String) async throws {
        let owner = try await server.connect()
        _ = try await owner.execute("CREATE DATABASE \"\(name)\"")
        let connection = try await server.connect([("dbname", name)])
        #expect(connection.info.database == name && connection.info.host == server.folder)
        await connection.close()
        _ = try await owner.execute("DROP DATABASE \"\(name)\" WITH (FORCE)")
    }

    @Test func whatAPersonGivesAsDatabaseMayBeAConnectionString() async throws {
        let given = ConnectionParameters([("port", "1"), ("dbname", "host=\(server.folder) port=5432 user=postgres")])
        var expanded = try given.expandingDatabase()
        #expect(expanded["dbname"] == nil && expanded["port"] == "5432")
        expanded["dbname"] = "template1"
        #expect(try await Connection.open(expanded).info.database == "template1")
        let error = #expect(throws: PostgresError.self) {
            try ConnectionParameters([("dbname", "nonsense=1")]).expandingDatabase()
        }
        #expect(error?.kind == .usage)
    }

    @Test func refusedConnectionsSayWhere() async throws {
        let error = await #expect(throws: PostgresError.self) {
            try await Connection.open(ConnectionParameters([("host", "127.0.0.1"), ("port", "1")]))
        }
        #expect(error?.kind == .connectionFailed)
        #expect(error?.sqlstate == nil && error?.isAnswered == false)
        let message = try #require(error?.message)
        #expect(message.hasPrefix("connection to server at \"127.0.0.1\", port 1 failed: Connection refused"))
        #expect(message.last?.isNewline == false)
    }

    @Test func missingSocketsAreFailures() async {
        let error = await #expect(throws: PostgresError.self) {
            try await Connection.open(ConnectionParameters([("host", "/nowhere")]))
        }
        #expect(error?.kind == .connectionFailed)
    }

    @Test func unknownHostsAreFailures() async throws {
        let error = await #expect(throws: PostgresError.self) {
            try await Connection.open(ConnectionParameters([("host", "no-such-host.invalid")]), timeout: soon)
        }
        #expect(error?.kind == .connectionFailed)
        #expect(error?.message.contains("no-such-host.invalid") == true)
    }

    @Test func theNextHostIsTried() async throws {
        let connection = try await Connection.open(
            server.parameters([("host", "/nowhere,127.0.0.1,\(server.folder)"), ("port", "5432,1,5432")]))
        #expect(connection.info.host == server.folder)
    }

    @Test(arguments: [
        [("nonsense", "1")], [("host", "a\0b")],
    ])
    func senselessParametersAreUsageErrors(_ parameters: [(String, String)]) async {
        let error = await #expect(throws: PostgresError.self) {
            try await Connection.open(
                ConnectionParameters(parameters.map { (keyword: $0.0, value: $0.1) }))
        }
        #expect(error?.kind == .usage)
    }

    @Test func refusalsOfTheServerHaveTheirSQLSTATE() async throws {
        let error = await #expect(throws: PostgresError.self) {
            try await Connection.open(server.parameters([("dbname", "missing")]))
        }
        #expect(error?.kind == .connectionFailed)
        #expect(error?.sqlstate == "3D000" && error?.isAnswered == true)
        #expect(error?.message.hasSuffix("FATAL:  database \"missing\" does not exist") == true)
    }

    @Test func passwords() async throws {
        let connection = try await server.connect()
        let verifier = try await connection.encryptPassword("right", user: "secret")
        _ = try await connection.execute("CREATE ROLE secret LOGIN PASSWORD '\(verifier)'")

        func open(_ password: String?) async throws -> Connection {
            var parameters = server.parameters([("user", "secret"), ("passfile", "/dev/null")])
            parameters["password"] = password
            return try await Connection.open(parameters)
        }
        let needed = await #expect(throws: PostgresError.self) { try await open(nil) }
        #expect(needed?.kind == .passwordNeeded)
        let rejected = await #expect(throws: PostgresError.self) { try await open("wrong") }
        #expect(rejected?.kind == .passwordRejected)
        #expect(rejected?.sqlstate == "28P01")
        #expect(try await open("right").info.user == "secret")
        #expect(try await open("right").info.login["password"] == "right")
        // In a connection string it is the same.
        let path = try #require(server.parameters()["host"]).replacing("/", with: "%2F")
        let port = try #require(server.parameters()["port"])
        let uri = "postgresql://secret:right@\(path):\(port)/postgres?sslmode=allow&channel_binding=disable"
        let login = try await Connection.open(
            ConnectionParameters([("dbname", uri)]).expandingDatabase()
        ).info.login
        #expect(login["password"] == "right" && login["sslmode"] == "allow" && login["dbname"] == nil)
        #expect(login["channel_binding"] == "disable")
    }

    // MARK: Servers that do not answer

    @Test func silentServersAreLetGoOf() async throws {
        let silent = try SilentServer()
        let error = await #expect(throws: PostgresError.self) {
            try await Connection.open(silent.parameters, timeout: .milliseconds(100))
        }
        #expect(
            error
                == PostgresError(
                    .timedOut,
                    "connection to server at \"127.0.0.1\", port \(silent.port) failed: no answer in time"))
    }

    @Test func connectTimeoutCounts() async throws {
        let silent = try SilentServer()
        var parameters = silent.parameters
        parameters["connect_timeout"] = "1"
        let started = ContinuousClock.now
        let error = await #expect(throws: PostgresError.self) {
            try await Connection.open(parameters, timeout: .seconds(600))
        }
        #expect(error?.kind == .timedOut)
        #expect(started.duration(to: .now) < soon)
    }

    /// What fails on this side of the connection has no SQLSTATE.
    @Test(arguments: [("N", true), ("", false)]) func whoeverHasSaidAByteHasAnswered(
        _ word: String, _ isAnswered: Bool
    ) async throws {
        let silent = try SilentServer()
        var parameters = silent.parameters
        parameters["sslmode"] = "require"
        parameters["gssencmode"] = "disable"
        let task = Task { [parameters] in try await Connection.open(parameters, timeout: .seconds(600)) }
        #expect(await eventually { silent.hasCaller && !silent.sent.isEmpty })
        if word.isEmpty { silent.hangUp() } else { silent.say(word) }
        let error = await #expect(throws: PostgresError.self) { try await task.value }
        #expect(error?.kind == .connectionFailed && error?.sqlstate == nil)
        #expect(error?.isAnswered == isAnswered, "\(String(describing: error))")
    }

    /// Wherever libpq takes it from, it may be longer than the usual time.
    @Test(arguments: ["connect_timeout", "dbname"]) func connectTimeoutCountsAboveTheUsualTime(
        _ keyword: String
    ) async throws {
        let silent = try SilentServer()
        var parameters = silent.parameters
        parameters[keyword] = keyword == "dbname" ? "connect_timeout=1 dbname=d" : "1"
        let error = await #expect(throws: PostgresError.self) {
            try await Connection.open(parameters, within: .usually(.milliseconds(1)))
        }
        #expect(error?.message.hasSuffix("failed: no answer in time") == true)
        // One millisecond was not the end.
        #expect(await eventually { silent.hasCaller && !silent.sent.isEmpty || silent.hasBeenLeft })
    }

    @Test func behindASilentHostTheNextIsTried() async throws {
        let silent = try SilentServer()
        let own = try #require(server.parameters()["port"])
        let hosts = [("host", "127.0.0.1,\(server.folder)"), ("port", "\(silent.port),\(own)")]
        let parameters = server.parameters(hosts)
        let connection = try await Connection.open(parameters, timeout: .seconds(1))
        #expect(connection.info.host == server.folder)
        // Both that do not answer are named, and the last word is the last one's.
        let other = try SilentServer()
        let silence = server.parameters([
            ("host", "127.0.0.1,127.0.0.1"), ("port", "\(silent.port),\(other.port)"),
        ])
        let error = await #expect(throws: PostgresError.self) {
            try await Connection.open(silence, timeout: .milliseconds(100))
        }
        let lines = [silent.port, other.port].map {
            "connection to server at \"127.0.0.1\", port \($0) failed: no answer in time"
        }
        #expect(error == PostgresError(.timedOut, lines.joined(separator: "\n")))
    }

    @Test func openingCanBeCancelled() async throws {
        let silent = try SilentServer()
        let task = Task { try await Connection.open(silent.parameters, timeout: .seconds(600)) }
        #expect(await eventually { silent.hasCaller })
        task.cancel()
        let error = await #expect(throws: PostgresError.self) { try await task.value }
        #expect(error?.kind == .cancelled)
        #expect(await eventually { silent.hasBeenLeft }, "the socket is closed")
    }

    @Test func manySideBySide() async throws {
        let processes = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<50 {
                group.addTask {
                    let connection = try await Connection.open(server.parameters())
                    let rows = try await connection.execute("SELECT $1::int", [String(number)]).rows
                    #expect(rows == [[String(number)]])
                    await connection.close()
                    return connection.info.backendPID
                }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(processes.count == 50)
    }

    @Test func forgottenConnectionsAreClosed() async throws {
        let observer = try await server.connect()
        let process = String(try await server.connect().info.backendPID)
        #expect(
            try await eventually {
                try await observer.execute("SELECT FROM pg_stat_activity WHERE pid = $1::int", [process]).rows.isEmpty
            })
    }
}
