import Foundation
import Glibc
import Platform
import Postgres
import Testing
import Conditions

/// A PostgreSQL server of the test process's own: in a temporary folder, on a socket only, gone with the process.
final class TestServer: Sendable {
    /// The server that the tests share.
    static let shared = Task {
        if isLeftOut { throw TestServerError(description: "a test that uses this server must say so with .onAServer") }
        return try await start()
    }

    /// Set by `scripts/test --quick`, which runs what needs no server.
    fileprivate static let isLeftOut = getenv("TSCL_TESTS_WITHOUT_SERVERS") != nil

    /// The folder of the socket.
    let folder: String
    let process: pid_t

    private static let binaries = "/usr/lib/postgresql/15/bin"

    private static let settings = """
        listen_addresses = ''
        max_connections = 200
        fsync = off
        shared_buffers = 16MB
        log_min_messages = warning
        """

    /// `secret` has to give a password, everyone else is let in.
    private static let access = """
        local all secret scram-sha-256
        local all all trust
        """

    private init(_ settings: String, _ access: String) throws {
        let folder = try Self.makeFolder()
        self.folder = folder
        let data = folder + "/data"
        atExit.withLock { $0.folders.append(folder) }
        let initdb = Self.asPostgres([
            Self.binaries + "/initdb", "-N", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-D",
            data,
        ])
        try Self.run(initdb, log: folder + "/initdb.log")
        try settings.write(toFile: data + "/postgresql.auto.conf", atomically: false, encoding: .utf8)
        try access.write(toFile: data + "/pg_hba.conf", atomically: false, encoding: .utf8)
        let process = try Self.spawn(
            Self.asPostgres([Self.binaries + "/postgres", "-D", data, "-k", folder], dieWithParent: true),
            log: folder + "/server.log")
        self.process = process
        atExit.withLock { $0.processes.append(process) }
    }

    /// How to connect to it.
    func parameters(_ changes: [(keyword: String, value: String)] = []) -> ConnectionParameters {
        var parameters = ConnectionParameters([
            ("host", folder), ("port", "5432"), ("user", "postgres"), ("dbname", "postgres"),
        ])
        for (keyword, value) in changes { parameters[keyword] = value }
        return parameters
    }

    func connect(
        _ changes: [(keyword: String, value: String)] = [],
        onNotice: @escaping @Sendable (ServerMessage) -> Void = { _ in }
    ) async throws -> Connection {
        try await Connection.open(parameters(changes), onNotice: onNotice)
    }

    /// A new server, which takes connections.
    ///
    /// - Parameters:
    ///   - settings: added to the usual ones.
    ///   - access: the lines of pg_hba.conf.
    static func start(settings: String = "", access: String = access) async throws -> TestServer {
        let server = try TestServer(Self.settings + "\n" + settings, access)
        var failure: PostgresError?
        let isReady = await eventually {
            do throws(PostgresError) {
                _ = try await Connection.open(server.parameters())
                return true
            } catch {
                failure = error
                return false
            }
        }
        if let failure, !isReady { throw failure }
        return server
    }

    // MARK: Processes

    private static func makeFolder() throws -> String {
        let template = NSTemporaryDirectory() + "/tscl-postgres-tests-XXXXXX"
        guard let path = template.withCString({ strdup($0) }) else { throw TestServerError(description: "no memory") }
        defer { free(path) }
        guard mkdtemp(path) != nil else { throw TestServerError(description: "no temporary folder") }
        let folder = String(cString: path)
        if getuid() == 0, let postgres = getpwnam("postgres") {
            chown(folder, postgres.pointee.pw_uid, postgres.pointee.pw_gid)
        }
        return folder
    }

    /// PostgreSQL refuses to run as root.
    private static func asPostgres(_ command: [String], dieWithParent: Bool = false) -> [String] {
        var setpriv = ["/usr/bin/setpriv"]
        if dieWithParent { setpriv += ["--pdeathsig", "QUIT"] }
        if getuid() == 0 { setpriv += ["--reuid=postgres", "--regid=postgres", "--clear-groups"] }
        return setpriv + command
    }

    private static func run(_ command: [String], log: String) throws {
        let process = try spawn(command, log: log)
        var status: Int32 = 0
        waitpid(process, &status, 0)
        guard status == 0 else {
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            throw TestServerError(description: "\(command.joined(separator: " ")) failed: \(text)")
        }
    }

    /// Spawns from a thread that never ends: the signal of `--pdeathsig` comes when the spawning thread ends.
    private static func spawn(_ command: [String], log: String) throws -> pid_t {
        let answer = DispatchSemaphore(value: 0)
        let process = Lock<pid_t>(-1)
        Thread {
            process.withLock { $0 = posixSpawn(command, log: log) }
            answer.signal()
            while true { pause() }
        }.start()
        answer.wait()
        let started = process.withLock { $0 }
        guard started > 0 else { throw TestServerError(description: "cannot start \(command)") }
        return started
    }

    private static func posixSpawn(_ command: [String], log: String) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var arguments = command.map { strdup($0) }
        defer { for argument in arguments { free(argument) } }
        arguments.append(nil)
        var process = pid_t()
        return posix_spawn(&process, command[0], &actions, nil, arguments, environ) == 0 ? process : -1
    }
}

struct TestServerError: Error, CustomStringConvertible {
    let description: String
}

/// What the end of the test process has to take away.
private struct Leftovers {
    var processes: [pid_t] = []
    var folders: [String] = []
}

private let atExit: Lock<Leftovers> = {
    atexit {
        let leftovers = atExit.withLock { $0 }
        for process in leftovers.processes {
            kill(process, SIGCONT)
            kill(process, SIGQUIT)
        }
        for process in leftovers.processes { waitpid(process, nil, 0) }
        for folder in leftovers.folders { try? FileManager.default.removeItem(atPath: folder) }
    }
    return Lock(Leftovers())
}()

extension Trait where Self == ConditionTrait {
    /// For tests that use ``TestServer``, which `scripts/test --quick` leaves out and nothing else does.
    static var onAServer: Self { .disabled(if: TestServer.isLeftOut, "scripts/test --quick starts no server") }
}
