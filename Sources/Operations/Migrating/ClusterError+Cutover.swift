import ClusterAccess
import MultiNode

extension ClusterError {
    static func pauseIsTooLong(_ pause: Duration, limit: Duration) -> ClusterError {
        ClusterError(
            "those that write have waited \(pause.inSeconds), longer than --max-pause allows (\(limit.inSeconds)): all is as it was",
            remedy: "again, when less is written; or with a longer --max-pause")
    }

    static func stillPrepared(on nodes: [String]) -> ClusterError {
        ClusterError(
            "transactions are prepared on \(nodes.listed), which the lock does not wait for: all is as it was",
            node: nodes.first, remedy: "'heal all' ends what is in doubt; then try again")
    }

    static func wasChanged(_ migration: Migration) -> ClusterError {
        ClusterError(
            "the migration of \(migration.source.shownName) was cut over or taken back by another one meanwhile: all is as it was",
            remedy: "migrate status")
    }

    /// What failed, where the jobs could not be turned on again.
    func leavingJobsOff(_ second: ClusterError, again: String) -> ClusterError {
        var error = self
        error.message += "; and the table's jobs are still off, as they could not be turned on again: \(second.summary)"
        error.remedy = "'\(again)', or 'migrate undo', turns them on"
        return error
    }

    /// What failed, where the access node lets nobody write any more, and the other server nobody yet.
    func leavingNobodyToWrite(again: String, back: String) -> ClusterError {
        var error = self
        let first = remedy.map { "\($0); " } ?? ""
        error.remedy = "\(first)nobody can write until '\(again)' goes on, or '\(back)' takes it back"
        return error
    }

    /// What failed, where nobody tells whether it was done.
    func withoutTruth(again: String) -> ClusterError {
        var error = self
        error.message += ": whether it was done is not known"
        error.remedy = "run '\(again)' again as soon as the servers answer: it finds out, and goes on"
        return error
    }
}

extension Duration {
    /// `1.1 s`
    package var inSeconds: String {
        let tenths = Int((self / .milliseconds(100)).rounded())
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
