extension DataNode {
    /// Its address as a sentence names it: `10.0.0.11:5432, database metrics`.
    package var place: String { "\(host):\(port), database \(database)" }

    /// Whether it has the address of another node. Names of hosts have no case; folders of sockets do.
    package func hasAddress(of other: DataNode) -> Bool {
        let isHost = !host.hasPrefix("/") && host.lowercased() == other.host.lowercased()
        return (isHost || host == other.host) && port == other.port && database == other.database
    }

    /// The node at another address; what that does not name stays.
    package func moved(to address: NodeAddress) -> DataNode {
        var node = self
        if let host = address.host { node.host = host }
        if let port = address.port { node.port = port }
        if let database = address.database { node.database = database }
        return node
    }
}
