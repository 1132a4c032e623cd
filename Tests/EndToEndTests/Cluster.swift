import Foundation
import Glibc
import Postgres
import Sandbox
import Testing

/// A sandbox with three data nodes that are added, for tests from outside.
struct Cluster: Sendable {
    let sandbox: Sandbox
    let program: Program

    /// One for all tests that leave it as it was; it goes with the test process.
    static let shared = Task { try await Cluster.make() }

    /// - Parameter nodes: the number of data nodes.
    static func make(
        nodes: Int = 3, addingNodes: Bool = true, authentication: Authentication? = nil
    ) async throws -> Cluster {
        let added = addingNodes && nodes <= ClusterTemplates.nodesAtMost ? nodes : 0
        let template = authentication == nil ? try await ClusterTemplates.shared.template(adding: added) : nil
        let cluster = Cluster(try await up(nodes: nodes, authentication: authentication, template: template))
        if template != nil { try await cluster.becomeAnother(added: added) }
        if addingNodes, template == nil || added == 0 { try await cluster.addNodes() }
        return cluster
    }

    static func up(nodes: Int, authentication: Authentication? = nil, template: Sandbox?) async throws -> Sandbox {
        let name = "e2e-\(getpid())-\(UInt32.random(in: .min ... .max))"
        // In memory: nothing of it needs to outlive the run, and making files on a disk takes most of the time.
        let folder = "/dev/shm/tscl-" + name
        return try await Sandbox.up(
            .init(
                caretaker: Program.path, name: name, dataNodes: nodes, directory: folder,
                authentication: authentication, dieWithParent: true, template: template)
        ) { _ in }
    }

    /// Adds all data nodes.
    func addNodes() async throws {
        let count = sandbox.nodes.count - 1
        let added = try await run("node add dn{1..\(count)} --host '\(sockets)'/dn{1..\(count)}")
        guard added.status == 0 else { throw CocoaError(.executableLoad, userInfo: ["output": added.errors]) }
    }

    /// A cluster for one test alone, gone afterwards.
    static func with(
        nodes: Int = 3, addingNodes: Bool = true, authentication: Authentication? = nil,
        _ body: (Cluster) async throws -> Void
    ) async throws {
        let cluster = try await make(nodes: nodes, addingNodes: addingNodes, authentication: authentication)
        do {
            try await body(cluster)
        } catch {
            try await cluster.sandbox.down(purge: true)
            throw error
        }
        try await cluster.sandbox.down(purge: true)
    }

    /// Runs one command of the language.
    func run(_ command: String, _ options: String..., patience: TimeInterval = 60) async throws -> Program.Result {
        try await program.run(options + ["-c", command], patience: patience)
    }

    /// Runs a command that takes long where the machine is busy, and expects how it ends.
    @discardableResult
    func carryOut(
        _ command: String, status: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Program.Result {
        let result = try await run(command, patience: 120)
        #expect(result.status == status, "\(command): \(result)", sourceLocation: sourceLocation)
        return result
    }

    /// The folder in which each node's socket has a folder of its name.
    var sockets: String {
        let first = sandbox.nodes[0]
        return String(first.socketDirectory.dropLast(first.name.count + 1))
    }

    /// Asks a node directly.
    func query(_ node: String, _ sql: String) async throws -> [[String?]] {
        guard let target = sandbox.nodes.first(where: { $0.name == node }) else { return [] }
        let connection = try await Connection.open(sandbox.parameters(for: target))
        let result = try await connection.execute(sql)
        await connection.close()
        return result.rows
    }

    /// A connection that the caller closes.
    func connection(to node: String) async throws -> Connection {
        guard let target = sandbox.nodes.first(where: { $0.name == node }) else { throw CocoaError(.fileNoSuchFile) }
        return try await Connection.open(sandbox.parameters(for: target))
    }

    /// Has a node run several statements, each in its turn.
    func runScript(_ node: String, _ sql: String) async throws {
        guard let target = sandbox.nodes.first(where: { $0.name == node }) else { return }
        let connection = try await Connection.open(sandbox.parameters(for: target))
        _ = try await connection.executeScript(sql)
        await connection.close()
    }

    private static func environment(of sandbox: Sandbox) -> [String: String] {
        let parameters = sandbox.parameters(for: sandbox.nodes[0])
        let variables = [
            "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "dbname": "PGDATABASE", "passfile": "PGPASSFILE",
            "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY",
        ]
        return Dictionary(
            uniqueKeysWithValues: variables.compactMap { keyword, variable in
                parameters[keyword].map { (variable, $0) }
            })
    }
}

extension Cluster {
    init(_ sandbox: Sandbox) {
        self.init(sandbox: sandbox, program: Program(environment: Self.environment(of: sandbox)))
    }
}

/// Looks again and again whether something holds, up to a deadline.
func eventually(_ patience: TimeInterval = 20, _ condition: () async throws -> Bool) async rethrows -> Bool {
    let deadline = Date(timeIntervalSinceNow: patience)
    while Date() < deadline {
        if try await condition() { return true }
        // What is waited for needs the processor more.
        poll(nil, 0, 10)
    }
    return false
}

extension Trait where Self == ConditionTrait {
    /// - Parameter reason: what the emulator can't show.
    static func onTimescaleDB(_ reason: Comment) -> Self {
        .enabled(reason) { try await Cluster.shared.value.sandbox.engine != .emulator }
    }

    /// On machines that have a version of TimescaleDB besides that of the cluster.
    static func offering(_ version: String) -> Self {
        .enabled("TimescaleDB \(version) is not installed: what goes to a server of that version is not tried") {
            let cluster = try await Cluster.shared.value
            let offered = try await cluster.query(
                "an1",
                "SELECT FROM pg_available_extension_versions WHERE name = 'timescaledb' AND version = '\(version)'")
            return cluster.sandbox.engine != .emulator && !offered.isEmpty
        }
    }

    /// - Parameter reason: what TimescaleDB itself can't show.
    static func onTheEmulator(_ reason: Comment) -> Self {
        .enabled(reason) { try await Cluster.shared.value.sandbox.engine == .emulator }
    }
}
