import Foundation
import Sandbox

/// A command that asks before it does what can't be taken back.
enum DestructiveCommand: CaseIterable {
    case nodeDetach, roleDrop, jobDelete, nodeDelete, sandboxDown

    /// A cluster in which each of them has something to destroy.
    struct Scene: Sendable {
        let cluster: Cluster
        let job: String

        /// One for all tests in which nothing is destroyed.
        static let shared = Task { try await Scene.make() }

        static func make() async throws -> Scene {
            let cluster = try await Cluster.make()
            let made = try await cluster.program.run(
                ["--format", "csv"],
                input: """
                    sql CREATE TABLE kept (time timestamptz NOT NULL, device int NOT NULL, value float)
                    hypertable create kept time --partition-by device
                    role create kept_role --everywhere
                    heal schedule
                    heal status

                    """)
            let job = made.output.split(separator: "\n").last?.split(separator: ",").first.map(String.init)
            guard made.status == 0, let job else {
                throw CocoaError(.executableLoad, userInfo: ["output": made.output + made.errors])
            }
            return Scene(cluster: cluster, job: job)
        }

        /// A scene for one test alone, gone afterwards.
        static func with(_ body: (Scene) async throws -> Void) async throws {
            let scene = try await make()
            do {
                try await body(scene)
            } catch {
                try await scene.cluster.sandbox.down(purge: true)
                throw error
            }
            try await scene.cluster.sandbox.down(purge: true)
        }

        /// What the program needs to find the access node, and the sandbox by its name.
        var environment: [String: String] {
            var program = cluster.program
            program.seesSandboxes()
            return program.environment
        }

        var program: Program { Program(environment: environment) }

        /// Whether what the command would destroy is there.
        func holds(_ command: DestructiveCommand) async throws -> Bool {
            if command == .sandboxDown { return try Sandbox.find(name: cluster.sandbox.name) != nil }
            return try await !cluster.query("an1", command.proof(in: self)).isEmpty
        }
    }

    /// The words of the name, as it is shown where it asks.
    var syntaxName: String {
        switch self {
        case .nodeDetach: "node detach"
        case .roleDrop: "role drop"
        case .jobDelete: "job delete"
        case .nodeDelete: "node delete"
        case .sandboxDown: "sandbox down"
        }
    }

    /// The command, as words.
    func words(in scene: Scene) -> [String] {
        let name = name(in: scene)
        return syntaxName.split(separator: " ").map(String.init)
            + {
                switch self {
                case .nodeDetach: [name, "--from", "kept"]
                case .roleDrop: [name, "--everywhere"]
                case .jobDelete: [name]
                // With its database, so that the node can be added again.
                case .nodeDelete: [name, "--drop-database"]
                case .sandboxDown: ["--purge", "--name", name]
                }
            }()
    }

    /// What is to be typed again.
    func name(in scene: Scene) -> String {
        switch self {
        case .nodeDetach: "dn2"
        case .roleDrop: "kept_role"
        case .jobDelete: scene.job
        case .nodeDelete: "dn3"
        case .sandboxDown: scene.cluster.sandbox.name
        }
    }

    /// A query on the access node that has a row as long as nothing was destroyed.
    func proof(in scene: Scene) -> String {
        switch self {
        case .nodeDetach:
            """
            SELECT FROM timescaledb_information.hypertables
            WHERE hypertable_name = 'kept' AND '\(name(in: scene))' = ANY (data_nodes)
            """
        case .roleDrop: "SELECT FROM pg_roles WHERE rolname = '\(name(in: scene))'"
        case .jobDelete: "SELECT FROM timescaledb_information.jobs WHERE job_id = \(name(in: scene))"
        case .nodeDelete: "SELECT FROM timescaledb_information.data_nodes WHERE node_name = '\(name(in: scene))'"
        case .sandboxDown: "SELECT"
        }
    }
}
