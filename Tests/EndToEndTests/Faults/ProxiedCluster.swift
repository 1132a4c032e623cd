import FaultProxy
import Foundation
import Sandbox
import Testing

/// A cluster of its own whose servers are all reached through proxies: the access node by tscl, the data nodes by tscl
/// and by the access node.
struct ProxiedCluster: Sendable {
    let cluster: Cluster
    /// By the names of the nodes; the access node is an1.
    let proxies: [String: FaultProxy]
    /// The program, on the way to the access node that leads through its proxy.
    let program: Program

    /// - Parameter nodes: the number of data nodes, all of them added.
    static func make(nodes: Int = 2) async throws -> ProxiedCluster {
        let cluster = try await Cluster.make(nodes: nodes, addingNodes: false)
        var proxies: [String: FaultProxy] = [:]
        for node in cluster.sandbox.nodes {
            proxies[node.name] = try FaultProxy(to: .socket("\(node.socketDirectory)/.s.PGSQL.\(node.port)"))
        }
        var program = cluster.program
        program.environment["PGHOST"] = "127.0.0.1"
        program.environment["PGPORT"] = proxies[cluster.sandbox.nodes[0].name].map { String($0.port) }
        for node in cluster.sandbox.nodes.dropFirst() {
            let port = try #require(proxies[node.name]).port
            let added = try await cluster.run("node add \(node.name) --host 127.0.0.1 --port \(port)")
            try #require(added.status == 0, "\(added.errors)")
        }
        return ProxiedCluster(cluster: cluster, proxies: proxies, program: program)
    }

    /// A cluster for one test alone, gone afterwards.
    static func with(nodes: Int = 2, _ body: (ProxiedCluster) async throws -> Void) async throws {
        let proxied = try await make(nodes: nodes)
        defer { for proxy in proxied.proxies.values { proxy.close() } }
        do {
            try await body(proxied)
        } catch {
            try await proxied.cluster.sandbox.down(purge: true)
            throw error
        }
        try await proxied.cluster.sandbox.down(purge: true)
    }

    func proxy(_ node: String) throws -> FaultProxy { try #require(proxies[node]) }

    /// Runs one command of the language through the proxies.
    func run(_ command: String, _ options: String..., patience: TimeInterval = 60) async throws -> Program.Result {
        try await program.run(options + ["-c", command], patience: patience)
    }
}
