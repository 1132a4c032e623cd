import ClusterAccess
import MultiNode
import Operations

/// Nodes that are to be emptied, and what that takes.
struct NodeDrain {
    private let nodes: [DataNode]
    let names: Set<String>
    private var survey: PlacementSurvey
    /// The tables of each node with rows that nothing else may have; nothing for a node that does not tell.
    private let alone: [String: TablesAlone]

    init(_ nodes: [DataNode], _ survey: PlacementSurvey, alone: [String: TablesAlone]) {
        self.nodes = nodes
        self.alone = alone
        names = Set(nodes.map(\.name))
        self.survey = survey
    }

    // MARK: New chunks

    private func attachments(_ table: ChunkedTable) -> [BlockedNodes.Attachment] {
        survey.attachments.filter { $0.table == table.table }
    }

    /// The nodes that new chunks of a hypertable go to when these are emptied.
    private func left(_ table: ChunkedTable) -> [String] {
        let available = Set(survey.nodes.filter(\.isAvailable).map(\.name))
        return attachments(table).filter { !$0.isBlocked && available.contains($0.node) && !names.contains($0.node) }
            .map(\.node)
    }

    /// Why nothing is done: new chunks would have fewer copies than they should have, or no place at all.
    var refusal: Failure? {
        let lacking = survey.tables.filter { table in
            attachments(table).contains { names.contains($0.node) && !$0.isBlocked }
                && left(table).count < table.replicationFactor
        }
        guard !lacking.isEmpty else { return nil }
        let reasons = lacking.map { table in
            let left = left(table).count
            return "\(table.table.shownName) keeps each chunk on \(table.replicationFactor.counted("node")), and "
                + (left == 0 ? "no other takes its chunks" : "only \(left.counted("other")) would take its chunks")
        }
        return Failure(
            "new chunks would have too few nodes, and nothing was changed: \(reasons.listed)",
            remedy: lacking.map(advice).joined(separator: "\n"))
    }

    private func advice(_ table: ChunkedTable) -> String {
        let word = Quoting.word(table.table.description)
        let attached = attachments(table)
        var ways: [String] = []
        let blocked = attached.filter { $0.isBlocked && !names.contains($0.node) }.map { Quoting.word($0.node) }
        if !blocked.isEmpty { ways.append("'node allow \(blocked.joined(separator: " ")) --for \(word)'") }
        let others = survey.nodes.filter { node in
            node.isAvailable && !names.contains(node.name) && !attached.contains { $0.node == node.name }
        }
        let name = others.first.map { Quoting.word($0.name) }
        ways.append(
            name.map { "attach one more: 'node attach \($0) --to \(word)'" }
                ?? "add a node, and attach it: 'node attach NAME --to \(word)'")
        let left = left(table).count
        if left > 0 { ways.append("keep fewer copies of new chunks: 'hypertable replicate \(word) \(left)'") }
        return ways.joined(separator: ", or ")
    }

    /// What keeps new chunks away.
    private func blocking(_ capabilities: Capabilities) -> Plan {
        let statements = nodes.flatMap { node in
            survey.attachments.filter { $0.node == node.name && !$0.isBlocked }.flatMap { attachment in
                // Of a node that is not available TimescaleDB counts that it is missing twice.
                Nodes.block(node.name, for: attachment.table, force: !node.isAvailable, capabilities).statements
            }
        }
        switch statements.count {
        case 0: return Plan()
        case 1: return Plan(statements[0])
        default: return Plan([.transaction(statements)])
        }
    }

    // MARK: The chunks that are there

    /// - Parameters:
    ///   - destinations: where the chunks are to go; nil for wherever they may.
    ///   - withoutChoice: the command without the choice of destinations.
    mutating func plan(
        to destinations: Set<String>?, sparing spared: SparedNodes, _ capabilities: Capabilities,
        withoutChoice: String
    ) -> MovingPlan {
        let broken = survey.chunks.filter { !survey.missingCopies(of: $0).isEmpty && !names.isDisjoint(with: $0.nodes) }
        let missing = broken.map { survey.missingCopies(of: $0).map(\.node) }
        let problem = survey.takeProblem(without: Set(broken.map(\.id))).sparing(spared)
        let choice = destinations.map { PlacementChoice(destinations: $0, emptied: names) }
        var plan = MovingPlan(problem.drain(names, to: destinations), of: survey, to: choice)
        if let choice, plan.stuck.contains(where: { !choice.others(for: $0.chunk, survey).others.isEmpty }) {
            plan.rest = withoutChoice
        }
        // Where nobody answers nothing can be dropped; nor need it be.
        plan.moves.removeAll { $0.kind == .drop && !survey.isUsable($0.source) }
        plan.before = blocking(capabilities)
        plan.stuck += zip(broken, missing).map { chunk, nodes in
            .init(
                chunk, "the access node's catalog has a copy on \(nodes.listed) that is not there",
                remedy: "'hypertable repair \(Quoting.word(chunk.table.description))' mends it")
        }
        plan.unchanged = nodes.filter(isEmpty).map { "node \($0.name) has no chunks, and takes no new ones" }
        plan.notes = blocked + plan.notes + silent
        plan.afterwards = nodes.map { ("\($0.name) is empty", advice(for: $0)) }
        return plan
    }

    /// What new chunks are kept away from.
    private var blocked: [String] {
        nodes.compactMap { node in
            let tables = survey.attachments.filter { $0.node == node.name && !$0.isBlocked }.map(\.table.shownName)
            return tables.isEmpty ? nil : "\(node.name) takes no new chunks of \(tables.listed) from then on"
        }
    }

    private func isEmpty(_ node: DataNode) -> Bool {
        !survey.chunks.contains { $0.nodes.contains(node.name) }
            && survey.attachments.allSatisfy { $0.node != node.name || $0.isBlocked }
    }

    private var silent: [String] {
        survey.failures.map { node, error in
            let what = names.contains(node.name) ? "what it has is copied from other copies" : "it is given nothing"
            return "\(node.name) \(error.unanswered), and \(what): \(error.summary)"
        }
    }

    /// How an empty node is taken out of the cluster.
    private func advice(for node: DataNode) -> String {
        let word = Quoting.word(node.name)
        // Of a node that takes no chunks TimescaleDB counts that it is missing twice.
        let isForced =
            !survey.isUsable(node.name)
            || survey.tables.contains { table in
                attachments(table).contains { $0.node == node.name } && left(table).count <= table.replicationFactor
            }
        let force = isForced ? " --force" : ""
        let effect: String
        if let alone = alone[node.name] {
            effect =
                alone.all.isEmpty
                ? "and loses nothing"
                : "and leaves its database, where alone are the rows of \(alone.shown), which --drop-database would drop"
        } else {
            effect = "and leaves its database; whether that has rows which are nowhere else it did not tell"
        }
        return
            "'node delete \(word)\(force)' takes it out \(effect); 'node allow \(word)' lets new chunks go there again"
    }
}

extension ClusterError {
    /// How a node has not told what it was asked, behind its name. One that was asked once and has too much to do is not called
    /// silent.
    var unanswered: String {
        switch kind {
        case .refused: "refuses what it is asked"
        case .timedOut: "did not answer in time"
        case .mismatched, .connectionFailed, .connectionLost, .passwordNeeded, .passwordRejected, .interrupted:
            "does not answer"
        }
    }
}
