/// Finds jobs that fail, or do not run.
package struct JobCheck: Sendable {
    /// Seconds by which a job may begin late, as when all workers are busy.
    static let tolerance = 300

    package let jobs: [Job]
    package let healingJob: Job?
    package let server: Capabilities
    /// Whether TimescaleDB's scheduler runs in this database; nil where the role may not see it.
    package let hasScheduler: Bool?

    package init(_ jobs: [Job], healingJob: Job?, on server: Capabilities, hasScheduler: Bool?) {
        self.jobs = jobs
        self.healingJob = healingJob
        self.server = server
        self.hasScheduler = hasScheduler
    }

    package var findings: [Finding] { scheduling + failing + onlyRecordedAsFailed }

    private func finding(_ severity: Finding.Severity, _ text: String, _ remedy: String) -> Finding {
        Finding(severity, Finding.accessNode, text, remedy: remedy)
    }

    private func name(of job: Job) -> String {
        job.id == healingJob?.id ? "the healing job" : "the job \(job.id) (\(job.name))"
    }

    // MARK: Jobs that do not run

    private var scheduling: [Finding] {
        // The emulator has no scheduler.
        guard !server.isEmulated, jobs.contains(where: \.isScheduled) else { return [] }
        if hasScheduler == false {
            let start = server.internalFunction("start_background_workers")
            return [
                finding(
                    .error,
                    "TimescaleDB's scheduler does not run in this database: no job begins"
                        + (healingJob == nil ? "" : ", nor does the healing job"),
                    "sql SELECT \(start)(); where it ends again, raise timescaledb.max_background_workers and "
                        + "max_worker_processes, and restart the access node")
            ]
        }
        return jobs.filter { $0.isScheduled && $0.secondsLate > Self.tolerance }.map { job in
            finding(
                .error, "\(name(of: job)) should have begun \(ClusterCheck.age(job.secondsLate)) ago, and has not",
                "job run \(job.id) runs it now; raise timescaledb.max_background_workers where jobs wait for each other"
            )
        }
    }

    // MARK: Jobs that fail

    private var failing: [Finding] {
        jobs.filter { $0.hasFailed && !$0.isOnlyRecordedAsFailed }.map { job in
            // Whether it did its work all the same, the error would tell.
            if job.lastError == nil, server.keepsJobErrors, !server.isSuperuser {
                return finding(
                    .warning, "\(name(of: job)) failed when it ran last, for a reason that \(server.user) may not read",
                    "look as its owner or as a superuser: -U NAME")
            }
            let cause = job.lastError.map { ": \($0.message)" } ?? ""
            let remedy =
                job.id == healingJob?.id
                ? "heal all shows which node can't be healed; then job run \(job.id)"
                : "job run \(job.id) shows whether it works now"
            return finding(
                .error,
                "\(name(of: job)) failed when it ran last (\(job.failures) of \(job.runs) runs)\(cause)", remedy)
        }
    }

    private var onlyRecordedAsFailed: [Finding] {
        // TimescaleDB's own housekeeping may wait.
        let concerned = jobs.filter { $0.isOnlyRecordedAsFailed && !$0.isHousekeeping }
        guard let sqlstate = concerned.first?.lastError?.sqlstate else { return [] }
        let numbers = concerned.map { String($0.id) }.listed
        let subject =
            concerned.count == 1 ? "job \(numbers) does its work and is" : "jobs \(numbers) do their work and are"
        return [
            finding(
                .warning,
                "\(subject) recorded as failed (\(sqlstate)): this PostgreSQL does not go with this TimescaleDB, and the "
                    + "next run waits longer and longer",
                healingJob.map { concerned.map(\.id).contains($0.id) } == true
                    ? "heal schedule --print cron, or systemd, heals from outside the database; then heal unschedule"
                    : "job run \(concerned[0].id), from cron, runs it in time")
        ]
    }
}
