package import Postgres

/// Real PostgreSQL servers on this machine, an access node and data nodes, for learning, demonstrations and tests.
///
/// A value names a sandbox and doesn't hold it: the servers go on without it, and another process finds them by the state
/// folder. What they are doing is asked of the machine each time.
package struct Sandbox: Sendable {
    /// The database of the access node in which multi-node is set up. Data nodes get theirs when they are added.
    package static let databaseName = "dist"
    /// The role that owns everything in a sandbox.
    static let superuser = "postgres"

    let record: SandboxRecord
    let registry: SandboxRegistry
    let account: ServerAccount

    package var name: String { record.name }
    /// The folder with the data of all nodes.
    package var directory: String { record.directory }
    package var engine: Engine { record.engine }
    /// The access node, then the data nodes.
    package var nodes: [Node] { record.nodes }

    /// The sandbox of a name, or without a name the one that must be meant: `default`, else the only one, those that run
    /// before those that don't. One made for a test (`dieWithParent`) is found by its name alone.
    ///
    /// - Throws: `notFound` when more than one can be meant.
    package static func find(name: String?) throws(SandboxError) -> Sandbox? {
        if let name {
            try validate(name: name)
            let registry = try SandboxRegistry.current()
            guard let record = try registry.load(name) else { return nil }
            return Sandbox(record: record, registry: registry, account: try ServerAccount.current())
        }
        let up = running()
        let candidates = up.isEmpty ? all().filter(\.lasts) : up
        if candidates.count < 2 { return candidates.first }
        if let standard = candidates.first(where: { $0.name == Settings.defaultName }) { return standard }
        throw SandboxError(
            .notFound, "there are \(candidates.count) sandboxes: \(candidates.map(\.name).joined(separator: ", "))",
            hint: "Say which one with --name.")
    }

    /// All sandboxes of this user, in the order of their names, with those that are down.
    package static func all() -> [Sandbox] {
        guard let registry = try? SandboxRegistry.current(), let account = try? ServerAccount.current() else {
            return []
        }
        return registry.loadAll().map { Sandbox(record: $0, registry: registry, account: account) }
    }

    /// The sandboxes of this user that run, in the order of their names; not those that were made for a test.
    package static func running() -> [Sandbox] { all().filter { $0.lasts && $0.isUp } }

    /// What every node is doing at this moment.
    package func status() -> [(Node, ServerState)] {
        nodes.map { ($0, state(of: $0)) }
    }

    /// What a node is doing at this moment.
    package func state(of node: Node) -> ServerState { server(node).state }

    package var authentication: Authentication { record.authentication }
    /// Whether its servers listen on 127.0.0.1, and not on their sockets alone.
    package var listensOnLoopback: Bool { record.loopback }

    /// A connection string with which psql, too, gets to a node as the superuser. No secret is in it.
    package func conninfo(for node: Node) -> String {
        record.login.conninfo(node, database: Self.databaseName).parameters.map { parameter in
            let value = parameter.value.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
            let isPlain = !value.isEmpty && !value.contains { $0.isWhitespace || $0 == "\\" }
            return "\(parameter.keyword)=\(isPlain ? value : "'\(value)'")"
        }.joined(separator: " ")
    }

    /// How tscl itself connects to a node, as the superuser.
    ///
    /// - Parameter database: by default `dist`, which a data node has once it is added.
    package func parameters(for node: Node, database: String? = nil) -> ConnectionParameters {
        ServerSession.parameters(node, database: database ?? Self.databaseName)
    }

    /// Whether it is there for anybody, and not for a test alone.
    private var lasts: Bool { !record.diesWithMaker }

    /// Whether any of its servers is there.
    package var isUp: Bool { nodes.contains { server($0).state != .stopped } }

    func server(_ node: Node) -> Server {
        Server(node: node, programs: record.programs, account: account)
    }

    func node(_ name: String) throws(SandboxError) -> Node {
        if let node = nodes.first(where: { $0.name == name }) { return node }
        throw SandboxError(
            .notFound, "the sandbox \"\(record.name)\" has no node \"\(name)\"",
            hint: "It has \(nodes.map(\.name).joined(separator: ", ")).")
    }

    var removal: SandboxRemoval {
        SandboxRemoval(record: record, registry: registry, account: account)
    }
}
