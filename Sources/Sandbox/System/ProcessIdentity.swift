import Glibc

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

    /// Ends the process, whichever started it.
    func kill() {
        guard isAlive else { return }
        Glibc.kill(id, SIGKILL)
        // Waits until it is gone, if it is a child of this process and nobody has collected it yet.
        while waitpid(id, nil, 0) < 0, errno == EINTR {}
    }
}

extension ProcessIdentity: CustomStringConvertible {
    var description: String { "\(id) \(startTime)" }
}
