package import MultiNode

/// The data nodes through which what all databases of a server share, such as roles, is changed: one for each server,
/// because two would wait for each other forever.
package struct ServerChoice: Sendable {
    package var nodes: [DataNode] = []
    /// The nodes that are left out, and whose server each is on.
    package var shared: [Sharing] = []

    /// - Parameters:
    ///   - nodes: with their servers, as far as these could be asked; the others are identified by their addresses.
    ///   - own: the access node's, if none on it is to be chosen.
    package init(_ nodes: [(node: DataNode, server: ServerIdentity?)], without own: ServerIdentity? = nil) {
        struct Address: Hashable {
            let host: String
            let port: Int
        }
        var servers = ServerNames()
        var addresses: [Address: (name: String, isUnknown: Bool)] = [:]
        if let own { _ = servers.note(own, Finding.accessNode) }
        for (node, server) in nodes {
            let address = Address(host: node.host, port: node.port)
            var other = server.flatMap { servers.note($0, node.name) }
            // An address tells of a server only where one of the two does not.
            if other == nil, let known = addresses[address], server == nil || known.isUnknown { other = known.name }
            if addresses[address] == nil { addresses[address] = (node.name, server == nil) }
            if let other {
                shared.append(Sharing(node: node.name, other: other, isDatabase: false))
            } else {
                self.nodes.append(node)
            }
        }
    }
}
