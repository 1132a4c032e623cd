import Glibc

/// The processes of the machine.
enum ProcessTable {
    /// The server processes that work in a folder or below it, the postmaster's children included.
    ///
    /// By their working directory, which every process of a PostgreSQL server has in its data folder: a number in a pid file
    /// may have been used again by now, and the children of a killed postmaster are nobody's children.
    /// A person's own shell or editor in there isn't counted.
    static func servers(in folder: String) -> [ProcessEntry] {
        Folder.entries("/proc").compactMap { name in pid_t(name).flatMap { server($0, in: folder) } }
    }

    /// The process of a number, if it is a server process that works in the folder or below it.
    static func server(_ id: pid_t, in folder: String) -> ProcessEntry? {
        // Where it works is asked first, and by its bytes: most processes work elsewhere, and who waits for servers looks at all
        // of them again and again. One that has ended works nowhere.
        if works(id, in: folder) == false { return nil }
        guard let entry = ProcessEntry(id), programs.contains(entry.program) else { return nil }
        if entry.hasEnded {
            // A server that this process started and that has died since.
            if entry.parent == getpid(), entry.program == "postgres" { _ = Spawn.ending(of: id) }
            return nil
        }
        // Asked once more: the number may have gone to another process since.
        if let worksThere = works(id, in: folder) { return worksThere ? entry : nil }
        // One that is just ending works nowhere. A child is there until it was waited for: whoever waits for all children,
        // as exit tests do, would find it again and again.
        guard entry.parent == getpid(), entry.program == "postgres" else { return nil }
        return Spawn.ending(of: id) == .alive ? entry : nil
    }

    /// Sends a signal to processes; one that is gone by now is no error.
    static func signal(_ number: Int32, _ processes: [ProcessEntry]) {
        for process in processes { kill(process.id, number) }
    }

    /// The server, and the programs that it is started by.
    private static let programs: Set<String> = ["postgres", "initdb", "cp", "openssl", "setpriv", "env"]

    /// Whether a process works in a folder, which has a canonical path, or below it. Nil when this can't be read.
    private static func works(_ id: pid_t, in folder: String) -> Bool? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
            guard let link = buffer.baseAddress else { return nil }
            let length = readlink("/proc/\(id)/cwd", link, buffer.count)
            guard length > 0 else { return nil }
            return folder.withCString { path in
                let count = strlen(path)
                guard length >= count, memcmp(link, path, count) == 0 else { return false }
                return length == count || buffer[count] == CChar(UInt8(ascii: "/"))
            }
        }
    }
}
