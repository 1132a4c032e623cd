import CannedServers
import MultiNode
import Shell
import Testing

/// What is told of jobs that fail or do not run.
@Suite struct JobAnswerTests {
    private static let portal = ("24000", #"cannot drop portal "" while it is being set up"#)
    private let canned = CannedCluster()

    private func jobs(_ rows: [String: String?]...) {
        canned["an1"].answer(Job.list(CannedCluster.capabilities), .rows(rows))
    }

    private func findings() async throws -> (Shell.ExitStatus?, [String]) {
        let answer = try await ShellTrial(canned).run("check")
        let lines = answer.data.split(separator: "\n").filter { !$0.hasPrefix("  help: ") }
        return (answer.status, lines.map(String.init))
    }

    private static let healing = "tscl_heal_data_nodes"

    @Test func aJobThatFailsIsAnErrorWithItsMessage() async throws {
        jobs(
            CannedCluster.row(job: 1001, procedure: Self.healing, error: ("XX000", "no such node")),
            CannedCluster.row(job: 1002, procedure: "mine", error: ("22012", "division by zero")))
        let (status, lines) = try await findings()
        #expect(status == .notHealthy)
        #expect(
            lines == [
                "error: access node: the healing job failed when it ran last (7 of 7 runs): no such node",
                "error: access node: the job 1002 (User-Defined Action [1002]) failed when it ran last (7 of 7 runs): "
                    + "division by zero",
            ])
    }

    @Test func whatIsOnlyRecordedAsFailedIsAWarning() async throws {
        jobs(
            CannedCluster.row(
                job: 2, procedure: "policy_job_error_retention", schema: "_timescaledb_functions", error: Self.portal),
            CannedCluster.row(
                job: 1000, procedure: "policy_retention", schema: "_timescaledb_functions",
                error: (Self.portal.0, "портал \"\" нельзя удалить")),
            CannedCluster.row(job: 1001, procedure: Self.healing, error: Self.portal),
            CannedCluster.row(job: 1002, procedure: "mine", error: Self.portal))
        let (status, lines) = try await findings()
        #expect(status == .done)
        #expect(
            lines == [
                "warning: access node: jobs 1000, 1001, 1002 do their work and are recorded as failed (24000): this PostgreSQL "
                    + "does not go with this TimescaleDB, and the next run waits longer and longer"
            ])
    }

    /// Whoever heals from outside, as it advises, is not advised to make the job again.
    @Test func whereJobsWaitHealingIsBetterDoneFromOutside() async throws {
        jobs(
            CannedCluster.row(
                job: 2, procedure: "policy_job_error_retention", schema: "_timescaledb_functions", error: Self.portal))
        let answer = try await ShellTrial(canned).run("check")
        #expect(answer.status == .done)
        #expect(answer.data.hasPrefix("warning: access node: there is no healing job"), "\(answer)")
        #expect(
            answer.data.hasSuffix(
                "\n  help: heal schedule --print cron, or systemd, where nothing heals from outside yet\n"))
    }

    @Test func aJobOfAUsersMayFailSoByItself() async throws {
        jobs(
            CannedCluster.row(job: 1001, procedure: Self.healing),
            CannedCluster.row(job: 1002, procedure: "mine", error: ("24000", "cursor \"c\" is not positioned on a row"))
        )
        let (status, lines) = try await findings()
        #expect(status == .notHealthy)
        #expect(lines.count == 1 && lines[0].hasSuffix(#": cursor "c" is not positioned on a row"#))
    }

    @Test func withoutASchedulerNoJobBegins() async throws {
        canned["an1"].answer(JobScheduler.query, .value("f"))
        let (status, lines) = try await findings()
        #expect(status == .notHealthy)
        #expect(
            lines == [
                "error: access node: TimescaleDB's scheduler does not run in this database: no job begins, nor does the "
                    + "healing job"
            ])
    }

    @Test func whoMayNotSeeTheSchedulerIsToldNothingOfIt() async throws {
        canned["an1"].answer(JobScheduler.query, .value(nil))
        #expect(try await findings().1 == ["nothing found on the access node and 3 data nodes"])
    }

    @Test func aJobThatIsLateIsAnError() async throws {
        jobs(
            CannedCluster.row(job: 1001, procedure: Self.healing, secondsLate: 7300),
            CannedCluster.row(job: 1002, procedure: "mine", secondsLate: 200),
            CannedCluster.row(job: 1003, procedure: "mine", isScheduled: false, secondsLate: 7300))
        #expect(
            try await findings().1 == ["error: access node: the healing job should have begun 2 h ago, and has not"])
    }

    @Test func theListsHaveTheLastError() async throws {
        jobs(CannedCluster.row(job: 1001, procedure: Self.healing, error: ("XX000", "no such node")))
        for command in ["job list", "heal status"] {
            let csv = try await ShellTrial(canned).run("\(command) --format csv").data
            #expect(csv.split(separator: "\n")[0].hasSuffix(",failures,last_error"), "\(csv)")
            #expect(csv.contains(",no such node\n"), "\(csv)")
        }
        let shown = try await ShellTrial(canned).run("job show 1001 --format csv").data
        #expect(shown.contains("last error,no such node (XX000)\n"), "\(shown)")
    }

    @Test func healingFromOutsideMakesNoJob() async throws {
        let answer = try await ShellTrial(canned).run("heal schedule --every 10m --print cron")
        #expect(answer.status == .done && answer.data.contains("*/10 * * * * "))
        #expect(!canned.toAccessNode.contains { $0.contains("job(") })
        let odd = try await ShellTrial(canned).run("heal schedule --every 7m --print cron")
        #expect(odd.status != .done && odd.messages.contains("cron can't run it every 7m"))
    }
}
