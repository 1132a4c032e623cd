/// Which of the things there are make sense at a place; what is completed there, and nothing that is checked.
package enum Offering: Sendable, Equatable {
    case availableNodes
    case unavailableNodes
    /// Those that take no new chunks of some hypertable.
    case blockedNodes
    case jobs
    case pausedJobs
    case scheduledJobs
    case chunks
    case hypertablesAndChunks
    /// Copies and moves of chunks that the access node has a record of.
    case copies
    /// Tables that are no hypertables.
    case tables
    case sandboxes
    /// Variables of the process's environment.
    case environment
}
