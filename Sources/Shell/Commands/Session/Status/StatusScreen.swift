import ClusterAccess
import CommandLanguage
import MultiNode
import Rendering

/// The state of a cluster on one screen of 24 lines by 80 columns.
///
/// A line for the cluster, one for each of eight nodes (of more, the worst and a count of the others), what is in doubt,
/// short of replicas and under way, and what to do first. What is too long for its line is cut.
struct StatusScreen: ScreenText {
    private let report: ClusterReport
    private let summary: ConnectionSummary
    private let steps: [StatusSteps.Step]

    /// How many lines the nodes have, and how many steps are told.
    private static let (nodeLines, stepLines) = (8, 3)

    init(_ report: ClusterReport, _ summary: ConnectionSummary, _ steps: StatusSteps) {
        self.report = report
        self.summary = summary
        self.steps = steps.all
    }

    func lines(width terminal: Int?, height: Int?, color: Bool) -> [String] {
        let width = terminal ?? .max
        func line(_ parts: (String, CellStyle?)...) -> String {
            styledLine(parts.map { (printable($0.0), $0.1) }, width: width, color: color)
        }
        guard let counts = report.counts else {
            return [line((head, nil)), "", line(("no multi-node: ", .bad), (summary.refusal ?? "", nil))]
        }
        let top = [line((head, nil)), line((total(counts), nil))]
        let facts = facts(counts)
        let verdict = verdict(line)
        // What to do is worth more than the nodes that are well.
        let room = (height ?? .max) - top.count - facts.count - verdict.count - 3
        let wanted = min(Self.nodeLines, report.probes.count)
        func nodes(atMost most: Int) -> [String] {
            if report.probes.isEmpty { return [line(("no data nodes: 'node add' adds them", nil))] }
            return StatusNodes(report.probes, counts, beside: report.capabilities, atMost: most)
                .lines(width: terminal, color: color)
        }
        func lines(_ facts: [(String, String, CellStyle?)]) -> [String] {
            facts.map { label, text, style in line((label.padding(to: 20), nil), (text, style)) }
        }
        let shownNodes = nodes(atMost: min(Self.nodeLines, max(2, room)))
        let whole = top + (room > wanted ? [""] : []) + shownNodes + [""] + lines(facts) + [""] + verdict
        guard let height, whole.count > height else { return whole }
        // On a screen that is too low, what is well goes first, and the verdict last.
        let faults = lines(facts.filter { $0.2 != nil })
        let rest = faults + verdict
        let least = top + nodes(atMost: max(1, height - top.count - rest.count - 1)) + faults
        return Array(least.prefix(max(0, height - verdict.count)) + verdict.prefix(height))
    }

    /// Whether it is healthy, and what is to be done.
    private func verdict(_ line: ((String, CellStyle?)...) -> String) -> [String] {
        if report.isHealthy { return [line(("healthy", .good))] }
        var lines = [line(("not healthy", .bad), ("; what to do:", nil))]
        let shown = steps.prefix(Self.stepLines)
        let commands = shown.map { displayWidth(of: printable($0.command)) }.max() ?? 0
        for (step, order) in zip(shown, ["first", "second", "third"]) {
            let command = printable(step.command).padding(to: commands + 2)
            lines.append(line((order.padding(to: 8) + command + "# ", nil), (step.reason, nil)))
        }
        if steps.count > Self.stepLines { lines.append(line(("then".padding(to: 8) + "check", nil))) }
        return lines
    }

    private var head: String {
        let parts = [summary.place, summary.login, summary.engine].compactMap(\.self)
        return parts.joined(separator: ", ") + report.readOnlyNote
    }

    private func total(_ counts: ClusterCounts) -> String {
        let probes = report.probes
        let sizes = probes.compactMap(\.bytes)
        var parts =
            probes.isEmpty ? [] : ["\(probes.count { $0.nodeState == .up }) of \(probes.count.counted("node")) up"]
        parts += [counts.hypertables.counted("hypertable"), counts.chunks.counted("chunk")]
        if !sizes.isEmpty {
            let scope = sizes.count < probes.count ? " on \(sizes.count) of them" : ""
            parts.append(ByteCount.text(sizes.reduce(0, +)) + scope)
        }
        return parts.joined(separator: ", ")
    }

    // MARK: What is in doubt, short, under way

    private func copies(_ count: Int, _ what: String) -> String? {
        count > 0 ? "\(count) \(count == 1 ? "copy" : "copies") \(what)" : nil
    }

    private func facts(_ counts: ClusterCounts) -> [(String, String, CellStyle?)] {
        let lowered = report.probes.filter { !$0.leftHaste.isEmpty }.map(\.node.name)
        let underway = [
            // First what is left of something that is not under way any more. Of many nodes the last names may be cut.
            lowered.isEmpty ? nil : "'chunk cleanup' puts back the retry interval on \(lowered.listed)",
            copies(report.leftCopies, "of chunks left behind"),
            copies(counts.copies - report.leftCopies, "of chunks on record"),
            counts.isMigrating ? "a migration: 'migrate status'" : nil,
        ].compactMap(\.self)
        let short = counts.underReplicated.map { $0 == 0 ? "none" : $0.counted("chunk") } ?? "unknown"
        var facts: [(String, String, CellStyle?)] = [
            ("in doubt", inDoubt, report.inDoubt > 0 ? .bad : report.silent > 0 ? .warn : nil),
            ("short of replicas", short, counts.underReplicated ?? 0 > 0 ? .bad : nil),
            ("under way", underway.isEmpty ? "nothing" : underway.joined(separator: ", "), nil),
            ("healing job", report.healingNote, report.healingJob?.hasFailed == true ? .bad : nil),
        ]
        if let unlike = report.unlikeNote { facts.insert(("compressed unlike", unlike, .warn), at: 2) }
        if !counts.lostNodes.isEmpty { facts.insert(("lost nodes", counts.lostNodes.listed, .bad), at: 0) }
        return facts
    }

    private var inDoubt: String {
        var text = report.inDoubt == 0 ? "none" : report.inDoubt.counted("transaction")
        let nodes = report.probes.filter { $0.inDoubt ?? 0 > 0 }.map(\.node.name)
        if !nodes.isEmpty { text += " on " + nodes.listed }
        return report.silent > 0 ? text + "; unknown on \(report.silent.counted("node"))" : text
    }
}

extension ClusterReport {
    /// `, a standby, read only`; empty where the access node can be written to.
    var readOnlyNote: String {
        capabilities.isInRecovery ? ", a standby, read only" : counts?.isReadOnly == true ? ", read only" : ""
    }

    /// How many copies are not compressed as the access node has them, and what mends that; nil where none are known.
    var unlikeNote: String? {
        unlikeCommand.map { command in "\(unlikeCount == 1 ? "1 copy" : "\(unlikeCount) copies"): '\(command)'" }
    }

    /// How many copies are not compressed as the access node has them, as far as that is known.
    var unlikeCount: Int { (unlikeCopies ?? []).reduce(0) { $0 + $1.count } }

    /// What makes them agree; nil where nothing is known to differ.
    var unlikeCommand: String? {
        guard let tables = unlikeCopies?.map(\.table), !tables.isEmpty else { return nil }
        return "hypertable repair " + tables.map { Quoting.word($0.description) }.joined(separator: " ")
    }

    /// How the healing job stands.
    fileprivate var healingNote: String {
        guard let job = healingJob else {
            return probes.isEmpty ? "none" : "none: 'heal all' heals now, 'heal schedule' from now on"
        }
        let state = job.isScheduled ? job.lastStatus ?? "scheduled" : "paused"
        // What to type is to be seen in full on a line of 80 columns.
        if job.hasFailed {
            return "\(state), job \(job.id), \(job.failures) of \(job.runs.counted("run")) failed: 'check' tells why"
        }
        return "\(state), job \(job.id) every \(job.schedule), \(job.runs.counted("run")), \(job.failures) failed"
    }
}

extension String {
    /// With blanks behind it up to a width.
    func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - displayWidth(of: self)))
    }

    /// With blanks before it up to a width.
    func padding(from width: Int) -> String {
        String(repeating: " ", count: max(0, width - displayWidth(of: self))) + self
    }
}
