import Glibc
import SystemPackage

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
        guard let entry = ProcessEntry(id), programs.contains(entry.program) else { return nil }
        if entry.hasEnded {
            // A server that this process started and that has died since.
            if entry.parent == getpid(), entry.program == "postgres" { _ = Spawn.ending(of: id) }
            return nil
        }
        guard let workingDirectory = linkTarget("/proc/\(id)/cwd"), workingDirectory.starts(with: FilePath(folder))
        else { return nil }
        return entry
    }

    /// Sends a signal to processes; one that is gone by now is no error.
    static func signal(_ number: Int32, _ processes: [ProcessEntry]) {
        for process in processes { kill(process.id, number) }
    }

    /// The server, and the programs that it is started by.
    private static let programs: Set<String> = ["postgres", "initdb", "cp", "openssl", "setpriv", "env"]

    private static func linkTarget(_ path: String) -> FilePath? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        return readlink(path, &buffer, buffer.count - 1) > 0 ? FilePath(platformString: buffer) : nil
    }
}
