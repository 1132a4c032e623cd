import Glibc

extension Server {
    /// Makes what the server proves itself and its roles with, if its way of authentication needs any.
    ///
    /// The folder is given to the servers' user last: until then nobody can put a link in the way of what is written.
    func makeSecrets(_ secrets: SandboxSecrets) async throws(SandboxError) {
        let files = node.secrets
        switch secrets {
        case .none: return
        case .password(let password):
            guard node.role == .access else { return }
            try Folder.make(files.folder, mode: 0o700)
            try SmallFile.write("*:*:*:\(Sandbox.superuser):\(password)\n", to: files.passfile, mode: 0o600)
            try Folder.give(files.passfile, to: account)
        case .authority(let authority):
            try Folder.make(files.folder, mode: 0o700)
            try await authority.certify(node.name, for: .server, key: files.key, certificate: files.certificate)
            try copy(authority.files.authority, to: files.authority)
            for file in [files.key, files.certificate] { try Folder.give(file, to: account) }
            if node.role == .access {
                try Folder.make(files.roles, mode: 0o700)
                try copy(authority.files.certificate, to: files.superuserCertificate)
                try copy(authority.files.key, to: files.superuserKey)
                try Folder.give(files.roles, to: account)
            }
        }
        try Folder.give(files.folder, to: account)
    }

    private func copy(_ file: String, to path: String) throws(SandboxError) {
        guard let content = SmallFile.bytes(file) else {
            throw SandboxError(.folder, "can't read \"\(file)\"")
        }
        try SmallFile.write(content, to: path, mode: 0o600)
        try Folder.give(path, to: account)
    }
}
