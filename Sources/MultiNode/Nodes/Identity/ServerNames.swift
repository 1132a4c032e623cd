/// Names of servers, of which the first of each server counts.
package struct ServerNames: Sendable {
    private var names: [String: [(server: ServerIdentity, name: String)]] = [:]

    package init() {}

    /// Notes a server under a name.
    ///
    /// - Returns: the first name that the same server was noted under; nil if this is the first.
    package mutating func note(_ server: ServerIdentity, _ name: String) -> String? {
        if let first = names[server.started]?.first(where: { $0.server.isSame(as: server) }) { return first.name }
        names[server.started, default: []].append((server, name))
        return nil
    }
}
