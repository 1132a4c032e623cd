import Glibc

extension Server {
    /// Makes the node's folder, with a data folder by initdb.
    func create() async throws(SandboxError) {
        try makeFolder()
        let command = [
            "\(programs)/initdb", "--pgdata=\(node.dataDirectory)", "--username=\(Sandbox.superuser)", "--auth=trust",
            // The same on every machine and for every node: add_data_node refuses a different encoding or collation.
            "--encoding=UTF8", "--locale=C.UTF-8",
            // Smaller and quicker to make; and no flush to disk, see `fsync` in the settings.
            "--wal-segsize=1", "--no-sync",
        ]
        try await run(command, "initdb failed for \(node.name)")
    }

    /// Makes the node's folder, with a copy of another node's data folder, whose server must not have been started yet.
    ///
    /// The copy is a server of its own, with another system identifier. Takes a tenth of the time of initdb.
    func create(copying template: Server) async throws(SandboxError) {
        let original = template.node.dataDirectory + "/global/pg_control"
        guard let control = SmallFile.bytes(original).flatMap(ControlFile.init(content:)) else {
            return try await create()
        }
        try makeFolder()
        // Written beside the data folder and copied by its owner: this process may be the superuser.
        let changed = node.folder + "/pg_control"
        try SmallFile.write(control.withIdentifier(ControlFile.newIdentifier()), to: changed, mode: 0o644)
        defer { unlink(changed) }
        // pg_resetwal writes the identifier into the write-ahead log, too.
        let script = #"cp -a --reflink=auto "$1/." . && cp "$2" global/pg_control && "$3/pg_resetwal" -D . >/dev/null"#
        try await run(
            ["sh", "-c", script, "sh", template.node.dataDirectory, changed, programs],
            "the data folder of \(node.name) couldn't be made")
    }

    private func makeFolder() throws(SandboxError) {
        try Folder.make(node.folder, mode: account.isOther ? 0o755 : 0o700)
        try Folder.make(node.dataDirectory, mode: 0o700)
        try Folder.give(node.dataDirectory, to: account)
    }

    private func run(_ command: [String], _ failure: String) async throws(SandboxError) {
        let log = LogFile(path: node.logFile)
        let child = try log.start(account.commandLine(command, in: node.dataDirectory), as: account)
        var ending = Spawn.Ending.alive
        defer {
            // Nobody waits for it any more when the making is cancelled.
            if ending == .alive {
                Glibc.kill(child, SIGKILL)
                Spawn.collect(child)
            }
        }
        let ended = try await Polling.until(.seconds(120)) { () throws(SandboxError) in
            ending = Spawn.ending(of: child)
            return ending != .alive
        }
        guard ended, ending == .exited(0) else { throw SandboxError(.server, failure, detail: log.tail) }
    }
}
