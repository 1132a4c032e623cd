import ClusterAccess
import MultiNode
import Rendering

/// The state of a cluster as a table. Each row has an item, its state, and details.
struct StatusTable {
    private var rows: [[Value]] = []

    init(_ report: ClusterReport, _ summary: ConnectionSummary) {
        add("access node", summary.place, summary.login + report.readOnlyNote)
        add("engine", summary.engine ?? "")
        guard let counts = report.counts else {
            add("multi-node", "no", summary.refusal ?? "")
            return
        }
        for probe in report.probes { add(probe, beside: report.capabilities) }
        for name in counts.lostNodes { add("node \(name)", "lost", "hypertables are on it; 'check' tells more") }
        if report.probes.isEmpty { add("data nodes", "none", "'node add' adds them") }
        let (doubts, silent) = (report.inDoubt, report.silent)
        let doubtNote =
            silent > 0
            ? "and unknown on \(silent.counted("node"))" : doubts > 0 ? "'heal all' resolves them" : ""
        add("in doubt", .integer(Int64(doubts)), doubtNote)
        add(
            "transaction log", .integer(Int64(counts.transactionLog)), counts.transactionLog == 1 ? "row" : "rows")
        add("hypertables", .integer(Int64(counts.hypertables)), "distributed")
        add(
            "under-replicated", counts.underReplicated.map { .integer(Int64($0)) } ?? .text("unknown"),
            counts.underReplicated ?? 0 > 0 ? "chunks; 'hypertable repair' makes the copies" : "chunks")
        add(
            "compressed unlike", report.unlikeCopies == nil ? .text("unknown") : .integer(Int64(report.unlikeCount)),
            report.unlikeCommand.map { "copies; '\($0)' makes them agree" } ?? "copies")
        add(healing: report.healingJob)
    }

    var table: Table {
        Table(columns: StatusCommand.columns, rows: rows)
    }

    private mutating func add(_ thing: String, _ state: String, _ note: String = "") { add(thing, .text(state), note) }

    private mutating func add(_ thing: String, _ state: Value, _ note: String = "") {
        rows.append([.text(thing), state, note.isEmpty ? .null : .text(note)])
    }

    private mutating func add(healing job: Job?) {
        guard let job else { return add("healing job", "none", "'heal all' heals now") }
        let runs = "job \(job.id) every \(job.schedule), \(job.runs.counted("run")), \(job.failures) failed"
        add("healing job", job.isScheduled ? job.lastStatus ?? "scheduled" : "paused", runs)
    }

    private mutating func add(_ probe: Probe, beside accessNode: Capabilities) {
        var notes: [String] = []
        if !probe.node.isAvailable { notes.append("marked unavailable") }
        if probe.isInRecovery == true { notes.append("in recovery") }
        if let version = probe.version {
            notes.append(accessNode.accepts(dataNodeVersion: version) ? version : "\(version), which does not fit")
        }
        if let other = probe.serverVersion.flatMap(accessNode.otherPostgreSQL) { notes.append("PostgreSQL \(other)") }
        if probe.state == .up { notes.append("\(JSON.rounded(probe.milliseconds)) ms") }
        if let remark = probe.remark { notes.append(remark) }
        add("node \(probe.node.name)", probe.nodeState.rawValue, notes.joined(separator: ", "))
    }
}
