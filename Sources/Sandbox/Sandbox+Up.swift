import Glibc
import Platform
import Postgres

extension Sandbox {
    /// Makes a sandbox, or starts again the one of this name that is down, and waits until all its servers answer.
    ///
    /// The access node has the database `dist` with TimescaleDB or the emulator. No data node is added to it yet. When this
    /// fails, is cancelled, or its process is killed, nothing stays behind of a sandbox that was being made.
    /// - Parameter progress: is told what happens, a line each.
    /// - Throws: `alreadyUp`; `noServer` when the machine hasn't what is needed.
    package static func up(
        _ settings: Settings, progress: @Sendable (String) -> Void
    ) async throws(SandboxError) -> Sandbox {
        try settings.validate()
        let account = try ServerAccount.current()
        let registry = try SandboxRegistry.current()
        if let existing = try await settle(settings.name, registry, account) {
            try existing.refuseOtherAccess(settings)
            progress("starting \(existing.nodes.count) servers in \(existing.directory)")
            return try await existing.startAgain(settings)
        }
        let choice = try settings.engine.resolved(environment: Environment[nonEmpty: "TSCL_ENGINE"])
        let (installation, engine) = try Installation.find(for: choice)
        if let template = settings.template, template.engine != engine {
            throw SandboxError(.usage, "a template with \(template.engine) is none for a sandbox with \(engine)")
        }
        let authentication = settings.authentication ?? .trust
        if authentication == .certificate { try CertificateAuthority.requireProgram() }
        let loopback = settings.loopback || authentication != .trust
        let directory: String
        do throws(SandboxError) {
            directory = try plan(settings, registry, account)
        } catch {
            // Another process may have begun to make the same meanwhile: then that is what is in the way.
            if let record = try registry.load(settings.name), !record.isAbandoned {
                throw SandboxError.beingMade(settings.name)
            }
            throw error
        }
        let ports =
            loopback
            ? try LoopbackPort.free(settings.dataNodes + 1)
            : [Int](repeating: 5432, count: settings.dataNodes + 1)
        let record = SandboxRecord(
            name: settings.name, phase: .making, maker: .current, caretaker: nil,
            diesWithMaker: settings.dieWithParent, directory: directory,
            socketRoot: SocketFolder.isUsable(directory + "/sockets/dn64")
                ? directory + "/sockets" : SocketFolder.shortName(),
            loopback: loopback, authentication: authentication, engine: engine, programs: installation.programs,
            ports: ports)
        try registry.claim(record, for: account)
        var making = SandboxMaking(
            record: record, registry: registry, account: account, program: settings.caretaker,
            template: settings.template)
        try await making.run(progress)
        return Sandbox(record: making.record, registry: registry, account: account)
    }

    /// Whether it could be made or started, as far as that is known without doing so.
    ///
    /// - Throws: `alreadyUp`, and what else ``up(_:progress:)`` throws of a sandbox of this name.
    package static func requireDown(_ settings: Settings) throws(SandboxError) {
        try settings.validate()
        let registry = try SandboxRegistry.current()
        guard let record = try registry.load(settings.name), !record.isAbandoned else { return }
        if record.phase == .making { throw SandboxError.beingMade(settings.name) }
        let existing = Sandbox(record: record, registry: registry, account: try ServerAccount.current())
        try existing.refuseWhenUp()
        try existing.refuseOtherAccess(settings)
    }

    /// What there is of this name before something is made: nothing, or a sandbox that is down.
    ///
    /// The remains of one whose maker was killed are removed here.
    private static func settle(
        _ name: String, _ registry: SandboxRegistry, _ account: ServerAccount
    ) async throws(SandboxError) -> Sandbox? {
        guard var record = try registry.load(name) else { return nil }
        if record.isAbandoned {
            // Its caretaker is removing it at this moment, unless the machine was restarted since. Two at a time would not do:
            // the slower one would remove what is about to be made under the same name.
            if let caretaker = record.caretaker {
                _ = try await Polling.until(.seconds(30)) { () throws(SandboxError) in !caretaker.isAlive }
            }
            guard let remains = try registry.load(name) else { return nil }
            record = remains
            if record.isAbandoned {
                try await SandboxRemoval(record: record, registry: registry, account: account).run()
                return nil
            }
        }
        if record.phase == .making {
            throw SandboxError.beingMade(name)
        }
        let sandbox = Sandbox(record: record, registry: registry, account: account)
        try sandbox.refuseWhenUp()
        return sandbox
    }

    /// Where the data of a new sandbox goes; the folder isn't made yet.
    private static func plan(
        _ settings: Settings, _ registry: SandboxRegistry, _ account: ServerAccount
    ) throws(SandboxError) -> String {
        let directory = Folder.planned(settings.directory ?? registry.dataFolder(settings.name, for: account))
        var status = stat()
        guard lstat(directory, &status) != 0 || Folder.isEmpty(directory) else {
            throw SandboxError(
                .folder, "\"\(directory)\" isn't empty",
                hint: "Name a folder that is empty or doesn't exist, or remove what is in it.")
        }
        guard account.canReach(directory) else {
            throw SandboxError(
                .folder, "the user that the servers run as can't get to \"\(directory)\"",
                hint: "As root, name a folder outside of your home.")
        }
        return directory
    }

    private func refuseWhenUp() throws(SandboxError) {
        guard !isUp else {
            throw SandboxError(
                .alreadyUp, "the sandbox \"\(name)\" is up already", hint: "Take it down first, or give another name.")
        }
    }

    /// Refuses what a sandbox that exists can't be turned into: its data folders and files are made for one way to get in.
    private func refuseOtherAccess(_ settings: Settings) throws(SandboxError) {
        let hint = "Start it as it is, give another name, or remove it with its data first."
        if let wanted = settings.authentication, wanted != record.authentication {
            throw SandboxError(
                .wrongState,
                "the sandbox \"\(name)\" was made for \(record.authentication.rawValue), not for \(wanted.rawValue)",
                hint: hint)
        }
        if settings.loopback, !record.loopback {
            throw SandboxError(
                .wrongState, "the sandbox \"\(name)\" was made without TCP ports", hint: hint)
        }
    }

    private func startAgain(_ settings: Settings) async throws(SandboxError) -> Sandbox {
        let lock = try registry.lock(name)
        defer { close(lock) }
        // Another process may have started it since it was looked at.
        try refuseWhenUp()
        var record = record
        if settings.dieWithParent, record.caretaker?.isAlive != true {
            let caretaker = try Caretaker(of: name, in: registry, program: settings.caretaker)
            record.maker = .current
            record.diesWithMaker = true
            record.caretaker = caretaker.identity
            caretaker.remain()
            try registry.save(record)
        }
        do throws(SandboxError) {
            try await forEach(nodes) { node throws(SandboxError) in try await start(server(node)) }
        } catch {
            // As it was before: down. In a task of its own, which isn't cancelled when this one is.
            _ = await Task { try? await down(purge: false) }.value
            throw error
        }
        return Sandbox(record: record, registry: registry, account: account)
    }
}
