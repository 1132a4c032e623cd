import Glibc

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
