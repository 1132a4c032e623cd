import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct JobListCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "job list", "List TimescaleDB's background jobs in this database",
        details: "--format script prints the statements that make these jobs.", examples: ["job list"])

    init(_ arguments: Arguments) {}

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        let columns: [Table.Column] = [
            .init("job", .right), "name", "procedure", "schedule", "scheduled", "next_start", .state("last_status"),
            .init("runs", .right), .init("failures", .right),
        ]
        let rows = try await session.jobs().map { job -> [Value] in
            [
                .integer(Int64(job.id)), .text(job.name), .text(job.procedure.shownName), .text(job.schedule),
                .bool(job.isScheduled), job.nextStart.map { .text($0) } ?? .null,
                job.lastStatus.map { .text($0) } ?? .null, .integer(Int64(job.runs)), .integer(Int64(job.failures)),
            ]
        }
        var outcome = Outcome(table: Table(columns: columns, rows: rows))
        if session.settings.format == .script {
            let (connection, capabilities) = try await session.cluster()
            let jobs = try await session.send(JobDefinition.list, on: connection).records
            outcome.script = JobScript(jobs.map { JobDefinition(row: $0) }).lines(capabilities)
        }
        return outcome
    }
}

struct JobShowCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "job show", "Show one job", operands: [OperandSyntax("ID", .integer(1...Int(Int32.max)), offering: .jobs)],
        examples: ["job show 1001"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        let job = try await session.job(arguments)
        func text(_ value: String?) -> Value { value.map { .text($0) } ?? .null }
        let rows: [[Value]] = [
            [.text("job"), .integer(Int64(job.id))], [.text("name"), .text(job.name)],
            [.text("procedure"), .text(job.procedure.shownName)], [.text("owner"), .text(job.owner)],
            [.text("schedule"), .text(job.schedule)], [.text("scheduled"), .bool(job.isScheduled)],
            [.text("next start"), text(job.nextStart)], [.text("last run"), text(job.lastRun)],
            [.text("last status"), text(job.lastStatus)], [.text("runs"), .integer(Int64(job.runs))],
            [.text("failures"), .integer(Int64(job.failures))], [.text("configuration"), text(job.configuration)],
        ]
        return Outcome(table: Table(columns: ["property", "value"], rows: rows))
    }
}

/// A command that does one thing to one job.
protocol JobCommand: ChangingCommand, UncheckedCommand {
    static var done: String { get }
    static func plan(_ job: Int, _ capabilities: Capabilities) -> Plan
}

extension JobCommand {
    static func describe(
        _ verb: String, _ summary: String, of jobs: Offering = .jobs, asks: CommandSyntax.Asking = .never
    ) -> CommandSyntax {
        CommandSyntax(
            "job \(verb)", summary, operands: [OperandSyntax("ID", .integer(1...Int(Int32.max)), offering: jobs)],
            changes: true,
            asks: asks, examples: ["job \(verb) 1001"])
    }

    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let capabilities = try await session.cluster().capabilities
        let job = try await session.job(arguments)
        return Proposal(
            [.init(Self.plan(job.id, capabilities), done: "job \(job.id) \(Self.done)")],
            confirm: Self.syntax.asks == .always ? [String(job.id)] : [])
    }
}

struct JobRunCommand: JobCommand {
    static let syntax = describe("run", "Run a job now, and wait for its end")
    static let done = "has run"
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "a job can't run in a transaction: it may commit"
    }

    static func plan(_ job: Int, _ capabilities: Capabilities) -> Plan { Jobs.run(job, capabilities) }
}

struct JobPauseCommand: JobCommand {
    static let syntax = describe("pause", "Let a job not run until it is resumed", of: .scheduledJobs)
    static let done = "paused"
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func plan(_ job: Int, _ capabilities: Capabilities) -> Plan { Jobs.setScheduled(false, job, capabilities) }
}

struct JobResumeCommand: JobCommand {
    static let syntax = describe("resume", "Let a paused job run again", of: .pausedJobs)
    static let done = "resumed"
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func plan(_ job: Int, _ capabilities: Capabilities) -> Plan { Jobs.setScheduled(true, job, capabilities) }
}

struct JobDeleteCommand: JobCommand {
    static let syntax = describe("delete", "Remove a job", asks: .always)
    static let done = "deleted"
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func plan(_ job: Int, _ capabilities: Capabilities) -> Plan { Jobs.delete(job, capabilities) }
}

extension Session {
    func jobs() async throws(Failure) -> [Job] {
        let (connection, capabilities) = try await cluster()
        return try await send(Job.list(capabilities), on: connection).records.map { Job(row: $0) }
    }

    /// The job that a command's operand names.
    fileprivate func job(_ arguments: Arguments) async throws(Failure) -> Job {
        let operand = arguments.operand("ID")
        if let job = try await jobs().first(where: { String($0.id) == operand?.text }) { return job }
        throw Failure(
            arguments.problem("there is no job \(operand?.text ?? "")", at: operand, help: "'job list' shows the jobs"))
    }
}
