import ClusterAccess
import Foundation
import MultiNode
import Platform
import Postgres
import Sandbox
import Testing

/// A cluster with one data node.
struct HasteningTrial: Sendable {
    let cluster: Cluster
    let node: DataNode

    static func with(_ body: (HasteningTrial) async throws -> Void) async throws {
        try await Cluster.with(nodes: 1) { cluster in
            let target = ClusterTarget(cluster.sandbox.parameters(for: cluster.sandbox.nodes[0]))
            let node = try await ClusterAccess.Cluster(AccessNodeConnection(target)).nodes().first
            try await body(HasteningTrial(cluster: cluster, node: try #require(node)))
        }
    }

    /// The cluster as another tscl sees it.
    func access(_ listener: any ClusterListener = SilentListener()) -> ClusterAccess.Cluster {
        let target = ClusterTarget(cluster.sandbox.parameters(for: cluster.sandbox.nodes[0]))
        return ClusterAccess.Cluster(AccessNodeConnection(target), listener: listener)
    }

    func run(_ statements: String...) async throws {
        for statement in statements { _ = try await cluster.query("dn1", statement) }
    }

    private func column(_ sql: String) async throws -> [String] {
        try await cluster.query("dn1", sql).compactMap { $0.first ?? nil }
    }

    /// What ALTER SYSTEM has set.
    var system: [String] {
        get async throws {
            try await column("SELECT setting FROM pg_file_settings WHERE name = 'wal_retrieve_retry_interval'")
        }
    }

    var marks: [String] {
        get async throws {
            try await column("SELECT setconfig FROM pg_db_role_setting WHERE setconfig::text LIKE '%tscl%'")
        }
    }

    var isLeft: Bool {
        get async throws {
            let rows = try await cluster.query("dn1", "SELECT left_haste FROM (\(NodeFacts.query.text)) f")
            return rows.first?.first.map { $0 != "{}" } ?? false
        }
    }

    /// Whether new sessions come to have it so, in milliseconds.
    func becomes(_ milliseconds: String) async throws -> Bool {
        try await eventually {
            try await column("SELECT setting FROM pg_settings WHERE name = 'wal_retrieve_retry_interval'") == [
                milliseconds
            ]
        }
    }

    /// Ends all sessions that hold the lock, as the death of their tscl does.
    func endSessions() async throws {
        try await run("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
        _ = try await eventually {
            try await column("SELECT pid FROM pg_locks WHERE locktype = 'advisory'").isEmpty
        }
    }
}

/// Lets nothing be sent behind some statements to data nodes.
final class DyingListener: ClusterListener {
    private let left: Lock<Int>

    init(after count: Int) { left = Lock(count) }

    var hasDied: Bool { left.withLock { $0 < 0 } }

    func willSend(_ sql: SQL, to node: String?) throws(ClusterError) {
        let isDead = left.withLock { left in
            if left < 0 { return true }
            if node != nil { left -= 1 }
            return left < 0
        }
        if isDead { throw ClusterError("killed") }
    }

    func didSend(_ sql: SQL, to node: String?, _ error: ClusterError?, took time: Duration) {}
    func received(_ notice: ServerMessage, from node: String?) {}
    func willReconnect(because reason: String) {}
    func willWork(on names: [String]) -> (any WorkListener)? { nil }
}
