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
        var plan = MovingPlan(problem.drain(names, to: destinations), of: survey, to: choice, emptying: names)
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

    /// What a node has that can't be read from is copied from the copy that the access node reads, and only where all others that
    /// answer have the same rows: a wrong one would be multiplied, and count as proved.
    func provingSources(of plan: MovingPlan, _ cluster: Cluster) async throws -> MovingPlan {
        let (numbered, moved) = (plan.numbered, Dictionary(grouping: plan.moves, by: \.chunk))
        let silent = Set(plan.nodes.map(\.name).filter { !survey.isUsable($0) })
        let chunks = moved.filter { $0.value.contains { $0.kind == .copy } }.keys.sorted()
            .compactMap { numbered[$0]?.without(silent) }.filter { $0.nodes.count > 1 }
        if chunks.isEmpty { return plan }
        var plan = plan
        let read = try await cluster.readCopies(of: chunks)
        plan.moves = plan.moves.map { move in
            guard move.kind == .copy, let node = read[move.chunk], node != move.source, survey.isUsable(node),
                moved[move.chunk]?.contains(where: { $0.source == node && $0.kind != .copy }) != true
            else { return move }
            return ChunkMove(
                .copy, move.chunk, from: node, to: move.destination, bytes: move.bytes, move.reason)
        }
        let shapes = try await cluster.send(RowShape.list(of: Set(chunks.map(\.tableID)).sorted())).records
            .map { RowShape(row: $0) }
        let verification = await cluster.compareCopies(
            of: chunks, on: plan.nodes.holding(chunks.flatMap(\.nodes)), shapes, countsOnly: false)
        // After an interrupt some were not compared.
        try Task.checkCancellation()
        let found = Dictionary(verification.compared.map { ($0.chunk.id, $0) }) { first, _ in first }
        let left = chunks.compactMap { chunk in
            found[chunk.id]?.isSettled == true ? nil : Self.unlike(chunk, found[chunk.id]?.verdict, verification)
        }
        let numbers = Set(left.map(\.chunk.id))
        plan.moves.removeAll { $0.kind == .copy && numbers.contains($0.chunk) }
        plan.stuck += left
        return plan
    }

    private static func unlike(
        _ chunk: Chunk, _ verdict: CopyComparison.Verdict?, _ verification: ChunkVerification
    ) -> MovingPlan.Stuck {
        let nodes = chunk.nodes.listed
        let table = Quoting.word(chunk.table.description)
        switch verdict {
        case .differs?:
            return .init(
                chunk, "its copies on \(nodes) differ, and which is right is to be decided before one is copied",
                remedy:
                    "'chunk verify \(Quoting.word(chunk.name.shownName))' shows which rows each lacks, 'hypertable repair \(table)' "
                    + "makes those anew that are not right; then run it again")
        case .changing?:
            return .init(
                chunk, "its copies on \(nodes) changed while they were compared, and so none is copied yet",
                remedy: "run it again when less is written to it")
        case .same?, .unknown?, nil:
            let reason =
                (verification.answers.compactMap(\.error) + verification.failures).first.map { ": \($0.summary)" } ?? ""
            return .init(
                chunk, "its copies on \(nodes) could not all be read, and so not be compared\(reason)",
                remedy: "run it again when these nodes answer")
        }
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
