/// Why the last run of a job failed (`timescaledb_information.job_errors`, kept since TimescaleDB 2.9).
package struct JobError: Sendable, Equatable {
    package let sqlstate: String?
    /// With the server's detail and hint.
    package let message: String

    package var shown: String { sqlstate.map { "\(message) (\($0))" } ?? message }
}

extension Job {
    /// Whether it did its work, and only the record of the run says that it failed.
    ///
    /// On PostgreSQL 15.20 TimescaleDB 2.9 to 2.13 runs a job and commits it, and then fails to drop its own portal
    /// (24000). A procedure of a user's may raise that state itself, so of these the message counts too, which
    /// PostgreSQL 15.20 has no translations of.
    package var isOnlyRecordedAsFailed: Bool {
        guard hasFailed, let lastError, lastError.sqlstate == "24000" else { return false }
        return procedure.isOfTimescaleDB || procedure.name == HealingJob.name
            || lastError.message.hasPrefix("cannot drop portal \"\"")
    }

    /// Whether TimescaleDB made it for itself: users' jobs and policies have numbers from 1000 on.
    var isHousekeeping: Bool { id < 1000 }
}
