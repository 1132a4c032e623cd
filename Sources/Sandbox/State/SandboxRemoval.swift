import Glibc
import SystemPackage

/// Removes all there is of a sandbox: processes, shared memory, folders, and its state file last.
struct SandboxRemoval {
    let record: SandboxRecord
    let registry: SandboxRegistry
    let account: ServerAccount

    /// Removes what is there of it; what isn't there, or not any more, is no error.
    func run() async throws(SandboxError) {
        // No server is asked to shut down: nothing of it is to stay. SIGKILL ends the frozen ones too.
        var memory = SharedMemory()
        // A maker that was cancelled or killed may have been starting a server, which isn't to be seen yet.
        let quiet = record.phase == .making || record.isAbandoned ? Duration.milliseconds(100) : .zero
        var lastSeen = ContinuousClock.now
        let ended = try await Polling.until(.seconds(20)) { () throws(SandboxError) in
            let processes = ProcessTable.servers(in: record.directory)
            for process in processes { memory.note(maps: SmallFile.read("/proc/\(process.id)/maps") ?? "") }
            ProcessTable.signal(SIGKILL, processes)
            if !processes.isEmpty { lastSeen = .now }
            return processes.isEmpty && lastSeen.duration(to: .now) >= quiet
        }
        guard ended else {
            throw SandboxError(.server, "servers of the sandbox \"\(record.name)\" don't end, though killed")
        }
        for node in record.nodes {
            memory.note(pidFile: SmallFile.read(node.pidFile) ?? "")
            try Folder.remove(node.folder)
        }
        memory.remove(owner: account.user)
        // Where nothing is needed to log in, a folder of that name is somebody else's.
        if record.authentication != .trust { try Folder.remove(record.login.files.folder) }
        try Folder.remove(record.socketRoot)
        // The folder itself only if nothing else is in it: it may have been there before, or someone put something in.
        Folder.removeIfEmpty(record.directory)
        let systemFolder = FilePath(SandboxRegistry.systemFolder)
        if FilePath(record.directory).starts(with: systemFolder) {
            Folder.removeIfEmpty(systemFolder.string)
            Folder.removeIfEmpty(systemFolder.removingLastComponent().string)
        }
        // The caretaker itself may be what removes it.
        if let caretaker = record.caretaker, caretaker != ProcessIdentity.current { caretaker.kill() }
        registry.forget(record.name)
    }
}
