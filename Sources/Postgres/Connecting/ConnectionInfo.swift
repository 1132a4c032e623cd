/// What an open connection is connected to.
package struct ConnectionInfo: Sendable, Equatable {
    /// The process that serves it, as in `pg_stat_activity.pid`.
    package let backendPID: Int
    /// Such as 150018 for 15.18 (libpq, `PQserverVersion`).
    package let serverVersion: Int
    /// The host that answered, as it was given: a name, an address, or the folder of the socket.
    package let host: String
    /// The address that answered; empty for a socket.
    package let hostAddress: String
    package let port: Int
    package let database: String
    package let user: String
    package let isLocalSocket: Bool
    /// What it proved itself with, and how it is encrypted, wherever libpq took that from: the options, a connection
    /// string, a service file or the environment. A password from .pgpass is not in it, because it is for one server.
    package let login: ConnectionParameters

    package init(
        backendPID: Int, serverVersion: Int, host: String, hostAddress: String, port: Int, database: String,
        user: String, isLocalSocket: Bool, login: ConnectionParameters = ConnectionParameters()
    ) {
        self.backendPID = backendPID
        self.serverVersion = serverVersion
        self.host = host
        self.hostAddress = hostAddress
        self.port = port
        self.database = database
        self.user = user
        self.isLocalSocket = isLocalSocket
        self.login = login.only(Self.loginKeywords)
    }

    /// What holds for every connection, where it is given for one.
    private static let loginKeywords: Set = [
        "password", "passfile", "require_auth", "channel_binding", "sslmode", "sslrootcert", "sslcrl", "sslcrldir",
        "sslcert", "sslkey", "sslpassword", "sslcertmode", "sslnegotiation", "sslsni", "sslcompression",
        "ssl_min_protocol_version", "ssl_max_protocol_version", "gssencmode", "gsslib", "krbsrvname", "gssdelegation",
        "requirepeer",
    ]
}
