import Emulator
import Glibc
import Platform
import Postgres

/// Makes a sandbox of which the state file has been claimed.
struct SandboxMaking {
    /// As it stands in the state file, ports that had to be changed included.
    private(set) var record: SandboxRecord
    let registry: SandboxRegistry
    let account: ServerAccount
    /// The program of the caretaker.
    let program: String
    let template: Sandbox?

    /// Makes folders, servers and the access node's database.
    mutating func run(_ progress: @Sendable (String) -> Void) async throws(SandboxError) {
        let caretaker: Caretaker
        do throws(SandboxError) {
            caretaker = try Caretaker(of: record.name, in: registry, program: program)
        } catch {
            registry.forget(record.name)
            throw error
        }
        do throws(SandboxError) {
            record.caretaker = caretaker.identity
            try registry.save(record)
            try await make(progress)
            record.phase = .made
            if !record.diesWithMaker { record.caretaker = nil }
            try registry.save(record)
        } catch {
            let removal = SandboxRemoval(record: record, registry: registry, account: account)
            // In a task of its own, which isn't cancelled when this one is. The first error is the one to report.
            _ = await Task { try? await removal.run() }.value
            caretaker.dismiss()
            throw error
        }
        if record.diesWithMaker { caretaker.remain() } else { caretaker.dismiss() }
    }

    private mutating func make(_ progress: @Sendable (String) -> Void) async throws(SandboxError) {
        let mode: mode_t = account.isOther ? 0o755 : 0o700
        try Folder.makePath(record.directory, mode: mode)
        progress("making \(record.nodes.count) servers in \(record.directory)")
        // Making a data folder keeps a processor busy.
        let width = max(2, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        let servers = record.nodes.map { Server(node: $0, programs: record.programs, account: account) }
        guard let first = servers.first else { return }
        let secrets = try await SandboxSecrets.make(for: record)
        if let template {
            let origins = template.nodes
            try await forEach(servers.indices, width: width) { index throws(SandboxError) in
                try await servers[index].create(copying: template.server(origins[min(index, origins.count - 1)]))
            }
        } else {
            try await first.create(secrets)
            try await forEach(servers.dropFirst(), width: width) { server throws(SandboxError) in
                try await server.create(copying: first)
            }
        }
        try await forEach(servers, width: width) { server throws(SandboxError) in
            try await server.makeSecrets(secrets)
        }

        progress("starting them")
        try await startAll()

        guard template == nil, let accessNode = record.nodes.first else { return }
        progress("making the database \(Sandbox.databaseName) on \(accessNode.name), with \(record.engine)")
        try await makeDatabase(on: accessNode)
    }

    /// Starts the servers, with other ports for those whose port has been taken since it was chosen.
    private mutating func startAll() async throws(SandboxError) {
        var remaining = Array(record.nodes.indices)
        for _ in 0..<5 {
            let taken = Lock<[Int]>([])
            let record = self.record
            let account = self.account
            try await forEach(remaining) { index throws(SandboxError) in
                let server = Server(node: record.nodes[index], programs: record.programs, account: account)
                try server.configure(engine: record.engine)
                do throws(Server.StartFailure) {
                    try await server.start()
                } catch {
                    switch error {
                    case .portTaken where record.loopback: taken.withLock { $0.append(index) }
                    case .portTaken:
                        throw SandboxError(.server, "another server has the socket of \(server.node.name)")
                    case .other(let error): throw error
                    }
                }
            }
            remaining = taken.withLock { $0 }
            if remaining.isEmpty { return }
            for (index, port) in zip(remaining, try LoopbackPort.free(remaining.count)) {
                self.record.ports[index] = port
            }
            try registry.save(self.record)
        }
        throw SandboxError(.server, "other programs take every TCP port that is free")
    }

    private func makeDatabase(on node: Node) async throws(SandboxError) {
        let engine = record.engine
        try await ServerSession.use(node, database: "postgres") { connection throws(PostgresError) in
            _ = try await connection.execute("CREATE DATABASE \(Sandbox.databaseName) TEMPLATE template0")
        }
        try await ServerSession.use(node, database: Sandbox.databaseName) { connection throws(PostgresError) in
            switch engine {
            case .timescaledb(let version):
                _ = try await connection.execute("CREATE EXTENSION timescaledb VERSION '\(version)'")
            case .emulator:
                // As one simple query: all of the script or nothing.
                _ = try await connection.executeScript(Emulator.script)
            }
        }
    }
}
