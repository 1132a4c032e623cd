package import MultiNode

/// The address of a data node's server, with the database and password for it.
package struct ServerAddress: Sendable {
    /// The data node that is expected there.
    package var name: String
    package var host: String
    package var port: Int
    package var database: String
    /// The password for it; nil to leave that to `getsOwnPassword`, .pgpass and PGPASSWORD.
    package var password: String?
    /// Whether the password of the access node's connection may be sent there: only where the access node itself says
    /// that its data node is, and not to an address that somebody typed.
    package private(set) var getsOwnPassword = false
    /// What the access node connects with besides, by libpq's keywords.
    package private(set) var serverOptions: [String: String] = [:]

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
        getsOwnPassword = true
        serverOptions = node.serverOptions
    }
}
