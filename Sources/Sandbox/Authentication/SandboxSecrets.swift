/// What the servers of a sandbox that is being made get their secrets from.
enum SandboxSecrets: Sendable {
    case none
    /// The superuser's, the same on all servers.
    case password(String)
    case authority(CertificateAuthority)

    /// Makes those that a sandbox needs, with the files of its user.
    static func make(for record: SandboxRecord) async throws(SandboxError) -> SandboxSecrets {
        let files = record.login.files
        switch record.authentication {
        case .trust: return .none
        case .password:
            let password = ClientFiles.randomPassword()
            try files.keep(password: password)
            return .password(password)
        case .certificate:
            let authority = CertificateAuthority(files: files)
            try await authority.make(for: record.name)
            try await authority.certify(
                Sandbox.superuser, for: .client, key: files.key, certificate: files.certificate)
            return .authority(authority)
        }
    }
}
