import Glibc
import SystemPackage

/// A process as `/proc/PID/stat` shows it.
struct ProcessEntry: Sendable, Equatable {
    let id: pid_t
    let program: String
    /// `T` is stopped by a signal, `Z` has ended and waits to be collected.
    let state: Character
    let parent: pid_t
    /// In clock ticks since the machine started: together with the id it names a process for good.
    let startTime: UInt64

    /// Nil when there is no such process.
    init?(_ id: pid_t) {
        guard let line = SmallFile.read("/proc/\(id)/stat"), let open = line.firstIndex(of: "("),
            // The program's name may have parentheses in it itself.
            let close = line.lastIndex(of: ")"), open < close
        else { return nil }
        let fields = line[line.index(after: close)...].split(separator: " ")
        guard fields.count > 19, let state = fields[0].first, let parent = pid_t(fields[1]),
            let startTime = UInt64(fields[19])
        else { return nil }
        self.id = id
        self.program = String(line[line.index(after: open)..<close])
        self.state = state
        self.parent = parent
        self.startTime = startTime
    }

    var isStopped: Bool { state == "T" }
    var hasEnded: Bool { state == "Z" || state == "X" }
}

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
    private static let programs: Set<String> = ["postgres", "initdb", "pg_resetwal", "cp", "setpriv", "env"]

    private static func linkTarget(_ path: String) -> FilePath? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        return readlink(path, &buffer, buffer.count - 1) > 0 ? FilePath(platformString: buffer) : nil
    }
}

/// A process named so that its number, used again by another, isn't taken for it.
struct ProcessIdentity: Sendable, Equatable {
    let id: pid_t
    let startTime: UInt64

    static var current: ProcessIdentity? { ProcessIdentity(getpid()) }

    init?(_ id: pid_t) {
        guard let entry = ProcessEntry(id) else { return nil }
        self.id = id
        startTime = entry.startTime
    }

    /// Reads what `description` wrote.
    init?(_ description: String) {
        let parts = description.split(separator: " ")
        guard parts.count == 2, let id = pid_t(parts[0]), let startTime = UInt64(parts[1]) else { return nil }
        self.id = id
        self.startTime = startTime
    }

    var isAlive: Bool {
        guard let entry = ProcessEntry(id) else { return false }
        return entry.startTime == startTime && !entry.hasEnded
    }
}

extension ProcessIdentity: CustomStringConvertible {
    var description: String { "\(id) \(startTime)" }
}
