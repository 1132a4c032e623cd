package import MultiNode

/// The address of a data node's server, with the database and password for it.
package struct ServerAddress: Sendable {
    /// The data node that is expected there.
    package var name: String
    package var host: String
    package var port: Int
    package var database: String
    package var password: String?

    package init(name: String, host: String, port: Int, database: String, password: String? = nil) {
        self.name = name
        self.host = host
        self.port = port
        self.database = database
        self.password = password
    }

    /// The address that the access node has for a node.
    package init(_ node: DataNode) {
        self.init(name: node.name, host: node.host, port: node.port, database: node.database)
    }
}
