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

    /// - Parameter writers: not empty.
    static func stillWritten(by writers: [NodeWriter]) -> ClusterError {
        let more = writers.count > 3 ? ", and \(writers.count - 3) more" : ""
        return ClusterError(
            "the table may have been written to by \(writers.prefix(3).map(\.text).listed)\(more), in a transaction that has not ended, and the lock does not wait for what is done on a node itself or by distributed_exec: all is as it was",
            node: writers.first?.node,
            remedy: "end it, by its client; then again, or with a longer --max-pause")
    }

    static func readsAsBefore(_ reader: EarlierReader) -> ClusterError {
        ClusterError(
            "a transaction of \(reader.session.text) reads as things were before the last compressed chunks were copied, as with REPEATABLE READ, and would not see all of their rows: all is as it was",
            remedy: "end it, by its client; then again, or with a longer --max-pause")
    }

    /// - Parameter nodes: not empty.
    static func wereRestarted(_ nodes: Set<String>) -> ClusterError {
        var error = ClusterError(
            "\(nodes.sorted().listed) was started anew or replaced just now, and its chunks are to be read before anybody waits: all is as it was",
            node: nodes.min(), remedy: "again")
        // As where a lock is not to be had.
        error.sqlstate = "55P03"
        return error
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
        error.message = "\(lossReason ?? message): whether it was done is not known"
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
