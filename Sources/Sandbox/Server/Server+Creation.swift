import Glibc

extension Server {
    /// Makes the node's folder, with a data folder by initdb.
    func create(_ secrets: SandboxSecrets) async throws(SandboxError) {
        try makeFolder()
        var authentication = ["--auth=trust"]
        let passwordFile = node.folder + "/initial-password"
        defer { unlink(passwordFile) }
        if case .password(let password) = secrets {
            try SmallFile.write(password + "\n", to: passwordFile, mode: 0o600)
            try Folder.give(passwordFile, to: account)
            authentication = ["--auth=scram-sha-256", "--pwfile=\(passwordFile)"]
        }
        let command = [
            "\(programs)/initdb", "--pgdata=\(node.dataDirectory)", "--username=\(Sandbox.superuser)",
            // The same on every machine and for every node: add_data_node refuses a different encoding or collation.
            "--encoding=UTF8", "--locale=C.UTF-8",
            // Smaller and quicker to make; and no flush to disk, see `fsync` in the settings.
            "--wal-segsize=1", "--no-sync",
        ]
        try await run(command + authentication, "initdb failed for \(node.name)")
    }

    /// Makes the node's folder, with a copy of another node's data folder, whose server must not run.
    ///
    /// The copy has the other's system identifier, as machines have that are made from one image. Takes a tenth of the
    /// time of initdb.
    func create(copying template: Server) async throws(SandboxError) {
        try makeFolder()
        try await run(
            ["cp", "-a", "--reflink=auto", template.node.dataDirectory + "/.", "."],
            "the data folder of \(node.name) couldn't be made")
    }

    private func makeFolder() throws(SandboxError) {
        try Folder.make(node.folder, mode: account.isOther ? 0o755 : 0o700)
        try Folder.make(node.dataDirectory, mode: 0o700)
        try Folder.give(node.dataDirectory, to: account)
    }

    private func run(_ command: [String], _ failure: String) async throws(SandboxError) {
        let log = LogFile(path: node.logFile)
        try await log.run(account.commandLine(command, in: node.dataDirectory), as: account, failure)
    }
}
