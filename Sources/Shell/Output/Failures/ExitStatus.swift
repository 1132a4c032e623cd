/// The exit statuses of tscl. Scripts and cron jobs depend on the numbers.
package enum ExitStatus: Int32, Sendable, CaseIterable {
    case done = 0
    case failed = 1
    /// Nothing ran.
    case usage = 2
    case noConnection = 3
    /// Some nodes failed, others did not.
    case partial = 4
    /// The command worked, but its answer is no.
    case notHealthy = 5
    /// Nothing ran.
    case unconfirmed = 6
    /// Nothing of the block ran.
    case locked = 7
    case interrupted = 130
    /// The status of a program that SIGPIPE ends.
    case unread = 141

    /// Whether the command failed, or a part of it: one whose answer is no has not.
    var isFailure: Bool {
        switch self {
        case .done, .notHealthy, .unread: false
        case .failed, .usage, .noConnection, .partial, .unconfirmed, .locked, .interrupted: true
        }
    }

    /// The explanation in the help and the manual.
    var meaning: String {
        switch self {
        case .done: "done"
        case .failed: "a command failed"
        case .usage: "usage or syntax; of a file, nothing ran"
        case .noConnection: "no connection to the access node"
        case .partial: "partial: some nodes failed, others did not"
        case .notHealthy: "status, check, role check, chunk verify or assert was asked, and the answer is no"
        case .unconfirmed: "a confirmation was needed, without a terminal and without --yes; nothing ran"
        case .locked: "another session holds the lock of a 'lock NAME { … }'; nothing of the block ran"
        case .interrupted: "interrupted"
        case .unread: "the reader of standard output closed it before all was written, as head does"
        }
    }
}
