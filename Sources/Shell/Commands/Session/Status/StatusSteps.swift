import ClusterAccess
import CommandLanguage
import MultiNode

/// What to do about a cluster that is not healthy, in the order in which it helps.
struct StatusSteps {
    struct Step: Sendable, Equatable {
        /// A command that works as it stands.
        let command: String
        let reason: String
    }

    let all: [Step]

    /// - Parameter sandboxNodes: those whose servers tscl itself has made, and can start.
    init(_ report: ClusterReport, sandboxNodes: Set<String>) {
        guard let counts = report.counts else {
            all = []
            return
        }
        if let promotion = report.promotion {
            // What would mend another node would lead back to its rows.
            let reason =
                promotion.isEnding
                ? "\(promotion.node) stands alone, and that is not recorded everywhere"
                : "\(promotion.node) is promoted, or half so: it tells what ends that, and what takes it back"
            all = [Step(command: "migrate status", reason: reason)]
            return
        }
        if let node = report.probes.first(where: \.node.hasLeftOnPurpose)?.node.name {
            all = [Step(command: "check", reason: "\(node) has left on purpose, as a server of its own")]
            return
        }
        let (probes, capabilities) = (report.probes, report.capabilities)
        var steps: [Step] = []
        func add(_ command: String, _ reason: String, for nodes: [Probe]) {
            guard !nodes.isEmpty else { return }
            let names = nodes.map { Quoting.word(GlobPattern.escaped($0.node.name)) }
            steps.append(Step(command: ([command] + names).joined(separator: " "), reason: reason))
        }
        if !report.readOnlyNote.isEmpty {
            steps.append(Step(command: "check", reason: "the access node is read only"))
        } else if !counts.lostNodes.isEmpty {
            steps.append(Step(command: "check", reason: "hypertables are on nodes that are no more"))
        } else if probes.contains(where: { $0.twin != nil || $0.hasWrongVersion(beside: capabilities) }) {
            steps.append(
                Step(command: "check", reason: "a node is another's database, or has a version that does not fit"))
        }
        let down = probes.filter { $0.nodeState == .down }
        for node in down where sandboxNodes.contains(node.node.name) {
            add("sandbox start", "\(node.node.name) is down", for: [node])
        }
        let others = down.filter { !sandboxNodes.contains($0.node.name) }
        add(
            "node disable", "down: until the server runs, others serve its chunks",
            for: others.filter(\.node.isAvailable))
        add("node ping", "down, and disabled: start the server", for: others.filter { !$0.node.isAvailable })
        var silent = probes.filter { ![.up, .down].contains($0.nodeState) }
        let frozen = silent.filter { $0.nodeState == .hanging && sandboxNodes.contains($0.node.name) }
        for node in frozen { add("sandbox thaw", "\(node.node.name) hangs", for: [node]) }
        silent.removeAll { $0.nodeState == .hanging && sandboxNodes.contains($0.node.name) }
        add("node reach", "which way to it fails, and why", for: silent)
        add(
            "node enable", "up, and marked unavailable",
            for: probes.filter { $0.nodeState == .up && !$0.node.isAvailable })
        if report.inDoubt > 0 { steps.append(Step(command: "heal all", reason: "\(report.inDoubt) in doubt")) }
        if report.leftCopies > 0 {
            let copies = report.leftCopies == 1 ? "1 copy" : "\(report.leftCopies) copies"
            steps.append(Step(command: "chunk cleanup", reason: "\(copies) of chunks left behind, or not compared"))
        }
        if let short = counts.underReplicated, short > counts.unplaceable {
            steps.append(Step(command: "hypertable repair", reason: "\(short.counted("chunk")) short of replicas"))
        } else if counts.unplaceable > 0 {
            steps.append(
                Step(
                    command: "check",
                    reason: "\(counts.unplaceable.counted("chunk")) short of replicas, and no node for them"))
        }
        if let command = report.unlikeCommand {
            let copies = report.unlikeCount == 1 ? "1 copy is" : "\(report.unlikeCount) copies are"
            steps.append(Step(command: command, reason: "\(copies) not compressed as for the access node"))
        }
        all = steps
    }
}

extension Probe {
    fileprivate func hasWrongVersion(beside capabilities: Capabilities) -> Bool {
        version.map { !capabilities.accepts(dataNodeVersion: $0) } ?? false
    }
}
