/// A node whose server, or even database, is that of a node before it, or of the access node.
package struct Sharing: Sendable, Equatable {
    package let node: String
    package let other: String
    /// Not the server alone is the same.
    package let isDatabase: Bool

    package init(node: String, other: String, isDatabase: Bool) {
        self.node = node
        self.other = other
        self.isDatabase = isDatabase
    }

    /// - Parameter ownServer: the access node's.
    package static func list(
        _ databases: [(node: String, server: ServerIdentity, database: String)], ownServer: ServerIdentity?
    ) -> [Sharing] {
        var (servers, known) = (ServerNames(), [String: ServerNames]())
        if let ownServer { _ = servers.note(ownServer, Finding.accessNode) }
        return databases.compactMap { node, server, database in
            let first = servers.note(server, node)
            if let twin = known[database, default: ServerNames()].note(server, node) {
                return Sharing(node: node, other: twin, isDatabase: true)
            }
            return first.map { Sharing(node: node, other: $0, isDatabase: false) }
        }
    }

    /// What it means that the server is the same.
    package var ofServer: Finding {
        Finding(
            .warning, node, "it is on the same server as \(other): when that is down, both are",
            remedy: "move it to a server of its own; tscl creates roles there once for both")
    }
}
