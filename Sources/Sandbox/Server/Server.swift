import Glibc
import Postgres
import SystemPackage

/// The processes of one node.
struct Server: Sendable {
    let node: Node
    let programs: String
    let account: ServerAccount

    /// Why a server didn't start, as far as what to do next depends on it.
    enum StartFailure: Error {
        case portTaken
        case other(SandboxError)
    }

    var processes: [ProcessEntry] { ProcessTable.servers(in: node.dataDirectory) }

    /// The process that the others are children of; nil when it isn't there, whatever the pid file says.
    var postmaster: ProcessEntry? {
        guard let line = SmallFile.read(node.pidFile)?.split(separator: "\n").first, let id = pid_t(line) else {
            return nil
        }
        return ProcessTable.server(id, in: node.dataDirectory)
    }

    var state: ServerState {
        guard let postmaster else { return .stopped }
        return postmaster.isStopped ? .frozen : .running
    }

    /// Writes the node's settings.
    func configure(engine: Engine) throws(SandboxError) {
        let configuration = ServerConfiguration(node: node, engine: engine)
        // Readable for the servers' user; nothing in them is secret.
        try SmallFile.write(configuration.settings, to: node.settingsFile, mode: 0o644)
        try SmallFile.write(configuration.access, to: node.accessFile, mode: 0o644)
    }

    /// Starts the server and waits until a connection to it opens.
    func start() async throws(StartFailure) {
        do throws(SandboxError) {
            try await clearAway()
            try makeSocketFolder()
        } catch {
            throw .other(error)
        }
        let log = LogFile(path: node.logFile)
        let command = [
            "\(programs)/postgres", "-D", node.dataDirectory, "-c", "config_file=\(node.settingsFile)",
        ]
        do throws(SandboxError) {
            let child = try log.start(account.commandLine(command, in: node.dataDirectory), as: account)
            try await waitUntilReady(child, log)
        } catch {
            // The sandbox's servers speak English: their LC_ALL is C.UTF-8.
            if log.content.contains("Address already in use") { throw .portTaken }
            throw .other(error)
        }
    }

    /// Sends SIGINT, a "fast" shutdown: sessions are ended, data is written. A frozen server goes on first.
    func stop() async throws(SandboxError) {
        // Each next one is for a server that doesn't hear the last: immediate shutdown, and no shutdown at all.
        for (signal, patience) in [(SIGINT, Duration.seconds(30)), (SIGQUIT, .seconds(5)), (SIGKILL, .seconds(10))] {
            let processes = self.processes
            if processes.isEmpty { return }
            ProcessTable.signal(SIGCONT, processes)
            let addressees = postmaster.map { [$0] } ?? processes
            ProcessTable.signal(signal, signal == SIGKILL ? processes : addressees)
            if try await Polling.until(patience, { () throws(SandboxError) in self.processes.isEmpty }) { return }
        }
        throw SandboxError(.server, "\(node.name) doesn't stop", detail: LogFile(path: node.logFile).tail)
    }

    /// Kills all processes of the server at once, so that none of them can put anything in order.
    func kill() async throws(SandboxError) {
        let ended = try await Polling.until(.seconds(20)) { () throws(SandboxError) in
            let processes = self.processes
            // The postmaster first: it would start new children for those that die.
            if let postmaster { ProcessTable.signal(SIGKILL, [postmaster]) }
            ProcessTable.signal(SIGKILL, processes)
            return processes.isEmpty
        }
        guard ended else { throw SandboxError(.server, "\(node.name) doesn't end, though killed") }
    }

    /// Stops all processes of the server where they are. Connections stay, and nothing answers.
    func freeze() async throws(SandboxError) {
        // The postmaster first, so that it starts no further ones; only when it stands, the children are all there are.
        guard let postmaster else { return }
        ProcessTable.signal(SIGSTOP, [postmaster])
        try await waitForAll { $0.isStopped || $0.id != postmaster.id }
        ProcessTable.signal(SIGSTOP, processes)
        try await waitForAll { $0.isStopped }
    }

    /// Lets a frozen server go on.
    func thaw() async throws(SandboxError) {
        ProcessTable.signal(SIGCONT, processes)
        try await waitForAll { !$0.isStopped }
    }

    private func waitForAll(_ condition: (ProcessEntry) -> Bool) async throws(SandboxError) {
        let reached = try await Polling.until(.seconds(10)) { () throws(SandboxError) in processes.allSatisfy(condition)
        }
        guard reached else { throw SandboxError(.server, "the processes of \(node.name) don't react to signals") }
    }

    /// Makes the folder for the socket, which a restart of the machine removes if it is in /tmp.
    func makeSocketFolder() throws(SandboxError) {
        guard !Folder.exists(node.socketDirectory) else { return }
        let root = FilePath(node.socketDirectory).removingLastComponent().string
        try Folder.makePath(root, mode: account.isOther ? 0o711 : 0o700)
        guard Folder.isOwn(root) else {
            throw SandboxError(.folder, "\"\(root)\" belongs to another user", hint: "Remove it.")
        }
        try Folder.make(node.socketDirectory, mode: 0o700)
        try Folder.give(node.socketDirectory, to: account)
    }

    /// Removes what a killed server left that would be in the way of the next.
    private func clearAway() async throws(SandboxError) {
        // The children of a killed postmaster end by themselves, unless they are frozen.
        try await kill()
        // No process works in this data folder, so its lock files are void. PostgreSQL would only look for the number in
        // them, and refuse to start if another process had it by now.
        unlink(node.pidFile)
        unlink("\(node.socketDirectory)/.s.PGSQL.\(node.port).lock")
    }

    private func waitUntilReady(_ child: pid_t, _ log: LogFile) async throws(SandboxError) {
        let failed = "\(node.name) didn't start"
        let ready = try await Polling.until(.seconds(60)) { () throws(SandboxError) in
            guard Spawn.ending(of: child) == .alive else {
                throw SandboxError(.server, failed, detail: log.tail)
            }
            // Line 8 is how far it is (PostgreSQL's pg_ctl waits for the same).
            let lines = (SmallFile.read(node.pidFile) ?? "").split(separator: "\n", omittingEmptySubsequences: false)
            return lines.count >= 8 && lines[0] == "\(child)" && lines[7].hasPrefix("ready")
        }
        guard ready else { throw SandboxError(.server, "\(failed) within 60 seconds", detail: log.tail) }
        try await ServerSession.use(node, database: "postgres") { _ throws(PostgresError) in }
    }
}
