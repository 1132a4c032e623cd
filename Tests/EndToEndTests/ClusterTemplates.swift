import Foundation
import Sandbox

/// Clusters that are made once and taken down, of which those of the tests are copies: to make one takes most of the time
/// of a short test. They go with the test process.
actor ClusterTemplates {
    static let shared = ClusterTemplates()

    /// More are seldom asked for, and are added one by one.
    static let nodesAtMost = 3

    private var making: [Int: Task<Sandbox, any Error>] = [:]

    /// - Parameter count: how many data nodes are there and are added; with 0 there is one, which is not.
    func template(adding count: Int) async throws -> Sandbox {
        let task =
            making[count]
            ?? Task {
                let bare = count == 0 ? nil : try await template(adding: 0)
                let sandbox = try await Cluster.up(nodes: max(1, count), template: bare)
                if count > 0 { try await Cluster(sandbox).addNodes() }
                try await sandbox.down(purge: false)
                return sandbox
            }
        making[count] = task
        return try await task.value
    }
}

extension Cluster {
    /// Makes a copy of a template a cluster of its own: each has an id by which its data nodes know it, and they have other
    /// addresses.
    ///
    /// - Parameter count: how many of its data nodes are added.
    func becomeAnother(added count: Int) async throws {
        let id = UUID().uuidString.lowercased()
        for node in sandbox.nodes.prefix(count + 1) {
            _ = try await query(
                node.name,
                """
                UPDATE _timescaledb_catalog.metadata SET value = '\(id)'
                WHERE key = 'dist_uuid' OR key = 'uuid' AND '\(node.name)' = '\(sandbox.nodes[0].name)'
                """)
        }
        for node in sandbox.nodes.dropFirst().prefix(count) {
            _ = try await query(
                sandbox.nodes[0].name, "SELECT alter_data_node('\(node.name)', host => '\(node.socketDirectory)')")
        }
    }
}
