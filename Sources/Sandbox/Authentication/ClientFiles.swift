/// What the sandbox's user logs in with, in a folder that is closed to everybody else, the servers' user included.
struct ClientFiles: Sendable, Equatable {
    let folder: String

    /// The superuser's password, as libpq reads it.
    var passfile: String { folder + "/pgpass" }
    /// The authority that has signed all certificates of the sandbox.
    var authority: String { folder + "/ca.crt" }
    var authorityKey: String { folder + "/ca.key" }
    /// The superuser's certificate.
    var certificate: String { folder + "/\(Sandbox.superuser).crt" }
    var key: String { folder + "/\(Sandbox.superuser).key" }
    /// OpenSSL's settings, with which further certificates can be made.
    var opensslSettings: String { folder + "/openssl.cnf" }
    var log: String { folder + "/openssl.log" }

    /// Makes the folder with the superuser's password, for these servers alone: no other is ever sent it.
    func keep(password: String) throws(SandboxError) {
        try Folder.make(folder, mode: 0o700)
        let lines = ["127.0.0.1", "localhost"].map { "\($0):*:*:\(Sandbox.superuser):\(password)\n" }
        try SmallFile.write(lines.joined(), to: passfile, mode: 0o600)
    }

    /// The superuser's password; nil if it is not there.
    var password: String? {
        SmallFile.read(passfile)?.split(separator: "\n").first?.split(separator: ":").last.map(String.init)
    }

    /// A password that nobody guesses. Nothing in it needs quoting in a passfile or anywhere else.
    static func randomPassword() -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        return String((0..<32).map { _ in letters[Int.random(in: letters.indices)] })
    }
}
