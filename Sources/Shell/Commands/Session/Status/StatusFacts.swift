import ClusterAccess
import MultiNode
import Rendering

/// The state of a cluster for programs: every number and name in a field of its own.
struct StatusFacts {
    private let report: ClusterReport
    private let summary: ConnectionSummary
    private let steps: StatusSteps

    init(_ report: ClusterReport, _ summary: ConnectionSummary, _ steps: StatusSteps) {
        (self.report, self.summary, self.steps) = (report, summary, steps)
    }

    /// What ``member`` is.
    static let shape = AnswerShape.object([
        ("healthy", .boolean),
        (
            "access_node",
            .object([
                ("place", .string), ("database", .string), ("user", .string), ("timescaledb", .string),
                ("postgresql", .string), ("emulated", .boolean), ("in_recovery", .boolean), ("read_only", .boolean),
            ])
        ),
        (
            "nodes",
            .list(
                .object([
                    ("node", .string), ("state", .string), ("available", .boolean), ("ms", .number),
                    ("bytes", .integer),
                    ("chunks", .integer), ("in_doubt", .integer), ("in_recovery", .boolean), ("timescaledb", .string),
                    ("postgresql", .string), ("message", .string),
                ]))
        ),
        ("in_doubt", .integer), ("in_doubt_unknown_on", .integer), ("lost_nodes", .list(.string)),
        ("hypertables", .integer), ("chunks", .integer), ("bytes", .integer), ("bytes_unknown_on", .integer),
        ("under_replicated", .integer), ("compressed_unlike", .integer),
        ("transaction_log", .integer), ("copies", .integer), ("copies_left", .integer),
        ("retry_interval_left_on", .list(.string)), ("migrating", .boolean),
        (
            "healing_job",
            .object([
                ("job", .integer), ("schedule", .string), ("scheduled", .boolean), ("last_status", .string),
                ("runs", .integer), ("failures", .integer),
            ])
        ),
        ("steps", .list(.object([("command", .string), ("reason", .string)]))),
    ])

    /// The field `cluster` of the answer.
    var member: JSON.Member {
        JSON.Member(
            "cluster",
            .object([
                JSON.Member("healthy", .bool(report.isHealthy)), JSON.Member("access_node", accessNode),
                JSON.Member("nodes", .array(report.probes.map(node))),
                JSON.Member("in_doubt", .integer(Int64(report.inDoubt))),
                JSON.Member("in_doubt_unknown_on", .integer(Int64(report.silent))),
                JSON.Member("lost_nodes", .array((report.counts?.lostNodes ?? []).map { .string($0) })),
                JSON.Member("hypertables", Self.number(report.counts?.hypertables)),
                JSON.Member("chunks", Self.number(report.counts?.chunks)),
                JSON.Member("bytes", Self.number(report.probes.compactMap(\.bytes).reduce(0, +))),
                JSON.Member("bytes_unknown_on", .integer(Int64(report.probes.count { $0.bytes == nil }))),
                JSON.Member("under_replicated", Self.number(report.counts?.underReplicated)),
                JSON.Member(
                    "compressed_unlike", report.unlikeCopies == nil ? .null : .integer(Int64(report.unlikeCount))),
                JSON.Member("transaction_log", Self.number(report.counts?.transactionLog)),
                JSON.Member("copies", Self.number(report.counts?.copies)),
                JSON.Member("copies_left", .integer(Int64(report.leftCopies))),
                JSON.Member(
                    "retry_interval_left_on",
                    .array(report.probes.filter { !$0.leftHaste.isEmpty }.map { .string($0.node.name) })),
                JSON.Member("migrating", .bool(report.counts?.isMigrating ?? false)),
                JSON.Member("healing_job", report.healingJob.map(Self.job) ?? .null),
                JSON.Member(
                    "steps",
                    .array(
                        steps.all.map { step in
                            .object([
                                JSON.Member("command", .string(step.command)),
                                JSON.Member("reason", .string(step.reason)),
                            ])
                        })),
            ]))
    }

    private var accessNode: JSON {
        let capabilities = report.capabilities
        return .object([
            JSON.Member("place", .string(summary.place)), JSON.Member("database", .string(summary.database)),
            JSON.Member("user", .string(summary.user)), JSON.Member("timescaledb", JSON(capabilities.extensionVersion)),
            JSON.Member("postgresql", .string(summary.serverVersion)),
            JSON.Member("emulated", .bool(capabilities.isEmulated)),
            JSON.Member("in_recovery", .bool(capabilities.isInRecovery)),
            JSON.Member("read_only", .bool(!report.readOnlyNote.isEmpty)),
        ])
    }

    private func node(_ probe: Probe) -> JSON {
        .object([
            JSON.Member("node", .string(probe.node.name)), JSON.Member("state", .string(probe.nodeState.rawValue)),
            JSON.Member("available", .bool(probe.node.isAvailable)),
            JSON.Member("ms", .number(JSON.rounded(probe.milliseconds))),
            JSON.Member("bytes", Self.number(probe.bytes)),
            JSON.Member("chunks", Self.number(report.counts?.nodeChunks[probe.node.name] ?? 0)),
            JSON.Member("in_doubt", Self.number(probe.inDoubt)),
            JSON.Member("in_recovery", probe.isInRecovery.map { .bool($0) } ?? .null),
            JSON.Member("timescaledb", JSON(probe.version)),
            JSON.Member("postgresql", JSON(probe.serverVersion.map { ServerVersion.text($0) })),
            JSON.Member("message", JSON(probe.remark)),
        ])
    }

    private static func job(_ job: Job) -> JSON {
        .object([
            JSON.Member("job", .integer(Int64(job.id))), JSON.Member("schedule", .string(job.schedule)),
            JSON.Member("scheduled", .bool(job.isScheduled)), JSON.Member("last_status", JSON(job.lastStatus)),
            JSON.Member("runs", .integer(Int64(job.runs))), JSON.Member("failures", .integer(Int64(job.failures))),
        ])
    }

    private static func number(_ number: (some BinaryInteger)?) -> JSON {
        number.map { .integer(Int64($0)) } ?? .null
    }
}
