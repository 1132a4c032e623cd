/// What a server of a sandbox proves itself and its roles with: files of the servers' user, in a folder of that user's own.
struct ServerSecrets: Sendable, Equatable {
    let folder: String

    /// The passwords of the access node's roles on the data nodes: `timescaledb.passfile`.
    var passfile: String { folder + "/passfile" }
    var certificate: String { folder + "/server.crt" }
    var key: String { folder + "/server.key" }
    /// The authority whose certificates the server believes.
    var authority: String { folder + "/ca.crt" }
    /// The certificates of the access node's roles: `timescaledb.ssl_dir`.
    var roles: String { folder + "/roles" }

    /// Where TimescaleDB looks for a role's certificate and key: under the MD5 sum of its name.
    var superuserCertificate: String { "\(roles)/\(Self.superuserSum).crt" }
    var superuserKey: String { "\(roles)/\(Self.superuserSum).key" }

    /// Of `Sandbox.superuser`.
    private static let superuserSum = "e8a48653851e28c69d0506508fb27fc5"
}
