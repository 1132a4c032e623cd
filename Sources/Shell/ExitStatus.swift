/// How tscl ends; scripts and cron depend on the numbers.
package enum ExitStatus: Int32, Sendable {
    case done = 0
    case failed = 1
    /// Nothing ran.
    case usage = 2
    case noConnection = 3
    /// Some nodes failed, others did not.
    case partial = 4
    /// It was asked, and the answer is no.
    case notHealthy = 5
    /// Nothing ran.
    case unconfirmed = 6
    case interrupted = 130
}
