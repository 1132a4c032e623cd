/// One server of a sandbox.
package struct Node: Sendable, Equatable {
    package enum Role: String, Sendable {
        case access, data
    }

    /// `an1` for the access node; `dn1`, `dn2`… for the data nodes.
    package let name: String
    package let role: Role
    /// What the sandbox keeps of this node: its settings, its log and the data folder.
    package let folder: String
    /// The folder of the server's Unix-domain socket, open to the server's user alone.
    package let socketDirectory: String
    /// The TCP port where the sandbox listens on the loopback, if it does; the number in the socket's name in any case.
    package let port: Int
    let login: SandboxLogin

    package var dataDirectory: String { folder + "/data" }
    package var logFile: String { folder + "/server.log" }
    var settingsFile: String { folder + "/postgresql.conf" }
    var accessFile: String { folder + "/pg_hba.conf" }
    /// Used where passwords or certificates are.
    var secrets: ServerSecrets { ServerSecrets(folder: folder + "/secrets") }
    var pidFile: String { dataDirectory + "/postmaster.pid" }
}
