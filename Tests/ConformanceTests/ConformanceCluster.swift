import Foundation
import Postgres
import Sandbox

/// The servers that the cases are replayed on, one case after the other.
actor ConformanceCluster {
    typealias SessionName = ConformanceCase.SessionName

    struct Difference: CustomStringConvertible {
        let step: Int
        let action: ConformanceCase.Action
        let recorded: Answer
        let got: Answer

        var description: String { "step \(step), \(action)\nrecorded: \(recorded)\ngot: \(got)" }
    }

    private struct Session {
        let connection: Connection
        let notices: NoticeLog
    }

    nonisolated let engine: Engine
    private let sandbox: Sandbox
    private var sessions: [SessionName: Session] = [:]
    private var agreeing = 0
    private var deviating = 0

    init() async throws {
        sandbox = try await Sandbox.up(
            .init(
                name: "conformance-\(getpid())", dataNodes: 3, loopback: true, dieWithParent: true),
            progress: { _ in })
        engine = sandbox.engine
    }

    func close() async throws {
        await reconnect()
        try await sandbox.down(purge: true)
    }

    /// Says what was compared, once all cases have been.
    var summary: String {
        let head = "conformance on \(engine): \(agreeing) cases agree, \(deviating) deviate as listed"
        guard engine == .emulator else { return head }
        return ([head] + Deviation.ofTheEmulator.map { "  \($0.case): \($0.reason)" }).joined(separator: "\n")
    }

    func count(agrees: Bool) {
        if agrees { agreeing += 1 } else { deviating += 1 }
    }

    /// Replays a case from a fresh database on.
    func replay(_ conformanceCase: ConformanceCase) async throws -> [Difference] {
        try await reset()
        var names = Dictionary(
            uniqueKeysWithValues: sandbox.nodes.map { (name(of: $0) + ".port", "\($0.port)") })
        var differences: [Difference] = []
        for (index, step) in conformanceCase.steps.enumerated() {
            switch step.action {
            case .reconnect:
                await reconnect()
            case .stop(let node):
                await disconnect { $0.node == node }
                try await sandbox.kill(sandboxName(node))
            case .start(let node):
                try await sandbox.start(sandboxName(node))
            case .sql(let sql, let session, let variable):
                guard var recorded = Answer(step.recorded, replacing: names) else { continue }
                let (result, notices) = try await run(sql.replacing(names), as: session)
                var got = Answer(result, notices: notices)
                if let variable {
                    (recorded, got) = (recorded.withoutRows, got.withoutRows)
                    names[variable] = (try? result.get())?.rows.first?.first ?? nil
                }
                if got != recorded {
                    differences.append(
                        Difference(step: index + 1, action: step.action, recorded: recorded, got: got))
                }
            }
        }
        return differences
    }

    private func run(
        _ sql: String, as name: SessionName
    ) async throws -> (Result<QueryResult, PostgresError>, [ServerMessage]) {
        if name.node != "an" {
            // tscl looks at the data nodes before it goes to one, and the emulator then sees to it that what is
            // committed on the access node is so there.
            _ = try await superuser("an", "dist", "SELECT node_name FROM timescaledb_information.data_nodes")
        }
        let session: Session
        if let open = sessions[name] {
            session = open
        } else {
            let notices = NoticeLog()
            session = Session(
                connection: try await Connection.open(parameters(name)) { notices.append($0) }, notices: notices)
            sessions[name] = session
        }
        session.notices.clear()
        do {
            let result = try await session.connection.execute(sql, timeout: .seconds(60))
            return (.success(result), session.notices.messages)
        } catch {
            return (.failure(error), session.notices.messages)
        }
    }

    /// Takes away what the last case has left: sessions, transactions, databases, roles; and makes the database anew.
    private func reset() async throws {
        await reconnect()
        for node in sandbox.nodes {
            let name = name(of: node)
            try await sandbox.start(node.name)
            for row in try await superuser(name, "postgres", "SELECT gid, database FROM pg_prepared_xacts").rows {
                _ = try await superuser(name, row[1] ?? "", "ROLLBACK PREPARED '\(row[0] ?? "")'")
            }
            for database in ["dist", "other_db"] {
                _ = try await superuser(name, "postgres", "DROP DATABASE IF EXISTS \(database) WITH (FORCE)")
            }
            for row in try await superuser(
                name, "postgres", "SELECT quote_ident(rolname) FROM pg_roles WHERE starts_with(rolname, 'c_')"
            ).rows {
                _ = try await superuser(name, "postgres", "DROP ROLE \(row[0] ?? "")")
            }
        }
        _ = try await superuser("an", "postgres", "CREATE DATABASE dist TEMPLATE template0")
        let installation =
            switch engine {
            case .timescaledb(let version): "CREATE EXTENSION timescaledb VERSION '\(version)'"
            case .emulator: Emulator.script
            }
        _ = try await superuser("an", "dist", installation)
    }

    private func reconnect() async {
        await disconnect { _ in true }
    }

    private func disconnect(_ matches: (SessionName) -> Bool) async {
        for (name, session) in sessions where matches(name) {
            await session.connection.close()
            sessions[name] = nil
        }
    }

    private func superuser(_ node: String, _ database: String, _ sql: String) async throws -> QueryResult {
        let connection = try await Connection.open(parameters(SessionName(node: node, database: database)))
        do {
            let result = try await connection.execute(sql, timeout: .seconds(60))
            await connection.close()
            return result
        } catch {
            await connection.close()
            throw error
        }
    }

    private func parameters(_ name: SessionName) throws -> ConnectionParameters {
        guard let node = sandbox.nodes.first(where: { self.name(of: $0) == name.node }) else {
            throw ConformanceCase.Malformed(line: name.node)
        }
        var parameters = sandbox.parameters(for: node, database: name.database)
        parameters["user"] = name.role
        return parameters
    }

    /// The cases call the access node `an`.
    private nonisolated func name(of node: Node) -> String {
        node.role == .access ? "an" : node.name
    }

    private nonisolated func sandboxName(_ name: String) -> String {
        name == "an" ? "an1" : name
    }
}
