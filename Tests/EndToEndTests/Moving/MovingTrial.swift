import ClusterAccess
import Foundation
import MultiNode
import Postgres
import Sandbox

/// A sandbox with chunks, as the steps that move them see it.
struct MovingTrial: Sendable {
    let cluster: Cluster
    let access: ClusterAccess.Cluster

    static func with(_ setUp: String, _ body: (MovingTrial) async throws -> Void) async throws {
        try await Cluster.with { cluster in
            let made = try await cluster.program.run([], input: setUp)
            guard made.status == 0 else { throw CocoaError(.executableLoad, userInfo: ["output": made.errors]) }
            let target = ClusterTarget(cluster.sandbox.parameters(for: cluster.sandbox.nodes[0]))
            try await body(
                MovingTrial(cluster: cluster, access: ClusterAccess.Cluster(AccessNodeConnection(target))))
        }
    }

    func node(_ name: String) async throws -> DataNode {
        guard let node = try await access.nodes().first(where: { $0.name == name }) else {
            throw CocoaError(.fileNoSuchFile)
        }
        return node
    }

    /// A chunk whose only copy is on a node.
    func chunk(on node: String) async throws -> Chunk {
        guard let chunk = try await access.chunks(Chunk.Choice()).first(where: { $0.nodes == [node] }) else {
            throw CocoaError(.fileNoSuchFile)
        }
        return chunk
    }

    /// Before a chunk of dn1 is moved to dn2.
    func preflight() async throws -> MovingPreflight {
        let chunk = try await chunk(on: "dn1")
        let move = ChunkMove(.move, chunk.id, from: "dn1", to: "dn2", bytes: 1, .levels)
        return try await access.preflight(of: [move], [chunk.id: chunk], among: try await access.nodes())
    }

    /// What stands in its way, each in a line: `!` where it blocks.
    func obstacles() async throws -> [String] {
        try await preflight().obstacles.map { "\($0.isBlocking ? "!" : "-") \($0.text)" }
    }

    /// Sets what a server reads at its start, and starts it anew.
    func set(_ setting: String, to value: String, on node: String) async throws {
        _ = try await cluster.query(node, "ALTER SYSTEM SET \(setting) = '\(value)'")
        try await cluster.sandbox.stop(node)
        try await cluster.sandbox.start(node)
        await access.connection.disconnect()
    }

    func prepare(_ gid: String, on node: String, database: String) async throws {
        guard let target = cluster.sandbox.nodes.first(where: { $0.name == node }) else { return }
        var parameters = cluster.sandbox.parameters(for: target)
        parameters["dbname"] = database
        let connection = try await Connection.open(parameters)
        _ = try await connection.executeScript("BEGIN; CREATE TABLE left_behind (x int); PREPARE TRANSACTION '\(gid)'")
        await connection.close()
    }
}
