import Glibc

/// The authority of a sandbox, which certifies its servers and its superuser: OpenSSL's command line, and files.
struct CertificateAuthority: Sendable {
    /// What a certificate is for; the name of its section in OpenSSL's settings.
    enum Purpose: String {
        case server, client
    }

    let files: ClientFiles

    private static let program = "openssl"

    /// - Throws: when the program isn't there.
    static func requireProgram() throws(SandboxError) {
        guard Spawn.output(of: [program, "version"])?.status == 0 else {
            throw SandboxError(
                .noServer, "the program openssl, which makes the certificates, isn't on this machine",
                hint: "Install it (Debian: apt-get install openssl), or put its folder on PATH.")
        }
    }

    /// Makes the folder with the authority's own key and certificate.
    func make(for sandbox: String) async throws(SandboxError) {
        try Folder.make(files.folder, mode: 0o700)
        try SmallFile.write(Self.settings, to: files.opensslSettings, mode: 0o600)
        try await run(
            ["req", "-x509"] + newKey(files.authorityKey, named: "tscl sandbox \(sandbox)")
                + ["-extensions", "authority", "-days", Self.days, "-out", files.authority])
        try protect(files.authorityKey, files.authority)
    }

    /// Makes a key, and a certificate of it, signed by the authority.
    func certify(
        _ name: String, for purpose: Purpose, key: String, certificate: String
    ) async throws(SandboxError) {
        let request = certificate + ".request"
        defer { unlink(request) }
        try await run(["req"] + newKey(key, named: name) + ["-out", request])
        try await run([
            "x509", "-req", "-in", request, "-CA", files.authority, "-CAkey", files.authorityKey, "-set_serial",
            "\(UInt64.random(in: 1...UInt64(Int64.max)))", "-sha256", "-days", Self.days, "-extfile",
            files.opensslSettings, "-extensions", purpose.rawValue, "-out", certificate,
        ])
        try protect(key, certificate)
    }

    private func newKey(_ path: String, named name: String) -> [String] {
        [
            "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-sha256", "-config",
            files.opensslSettings, "-subj", "/CN=\(name)", "-keyout", path,
        ]
    }

    private func protect(_ paths: String...) throws(SandboxError) {
        for path in paths { try Folder.setMode(path, 0o600) }
    }

    private func run(_ arguments: [String]) async throws(SandboxError) {
        let command = ServerAccount.own.commandLine([Self.program] + arguments, in: files.folder)
        try await LogFile(path: files.log).run(command, as: .own, "openssl \(arguments[0]) failed")
    }

    /// Long enough for a sandbox that is kept.
    private static let days = "3650"

    /// Settings of our own: those of the machine may say anything. libpq before version 15 looks for an address among the
    /// names.
    static let settings = """
        [req]
        distinguished_name = name
        [name]
        [authority]
        basicConstraints = critical, CA:TRUE
        keyUsage = critical, keyCertSign, cRLSign
        subjectKeyIdentifier = hash
        [server]
        basicConstraints = CA:FALSE
        extendedKeyUsage = serverAuth
        subjectAltName = IP:127.0.0.1, DNS:127.0.0.1, DNS:localhost
        [client]
        basicConstraints = CA:FALSE
        extendedKeyUsage = clientAuth

        """
}
