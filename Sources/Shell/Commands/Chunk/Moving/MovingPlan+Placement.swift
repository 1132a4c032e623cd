import ClusterAccess
import MultiNode

extension MovingPlan {
    /// What the placement of chunks came to.
    ///
    /// - Parameters:
    ///   - choice: where the chunks were to go; nil for wherever they may.
    ///   - emptied: the nodes that are to be emptied.
    init(
        _ plan: PlacementPlan, of survey: PlacementSurvey, to choice: PlacementChoice? = nil,
        emptying emptied: Set<String> = []
    ) {
        self.init()
        moves = plan.moves
        let moved = Set(moves.map(\.chunk))
        chunks = survey.chunks.filter { moved.contains($0.id) }
        nodes = survey.nodes
        let reasons = Dictionary(plan.stuck.map { ($0.chunk, $0.reason) }) { first, _ in first }
        stuck = survey.chunks.compactMap { chunk in
            reasons[chunk.id].map { Self.stuck(chunk, $0, survey, choice, emptied) }
        }
        notes = Self.notes(parted: plan.parted, of: survey)
    }

    private static func stuck(
        _ chunk: Chunk, _ reason: PlacementPlan.Stuck.Reason, _ survey: PlacementSurvey, _ choice: PlacementChoice?,
        _ emptied: Set<String>
    ) -> Stuck {
        if reason != .noSource, let stuck = awaiting(chunk, survey, choice, emptied) { return stuck }
        let table = Quoting.word(chunk.table.description)
        let attach = "attach another node: 'node attach NAME --to \(table)'"
        if reason != .noSource, let choice {
            let (others, attached) = choice.others(for: chunk, survey)
            let text =
                reason == .noTaker
                ? "none of those in --to takes chunks of \(chunk.table.shownName): \(choice.names)"
                : "each of those in --to that takes chunks of \(chunk.table.shownName) has a copy, or is on the server of one: \(attached)"
            return Stuck(
                chunk, text,
                remedy: others.isEmpty
                    ? attach : "name others in --to, or leave it out: \(others.listed) may take it")
        }
        switch reason {
        case .noSource:
            let silent = chunk.nodes.filter { !survey.isUsable($0) }
            return Stuck(
                chunk, "no node that has it can be read from: \(silent.listed)",
                remedy: silent.first.map { "bring \($0) back; 'node ping \(Quoting.word($0))' tells more" })
        case .noTaker:
            return Stuck(chunk, "no other node takes chunks of \(chunk.table.shownName)", remedy: attach)
        case .noPlace:
            return Stuck(
                chunk,
                "each node that takes chunks of \(chunk.table.shownName) has a copy, or is on the server of one",
                remedy: attach)
        }
    }

    /// A chunk that has a place to go as soon as a node is there again: no other node is needed.
    private static func awaiting(
        _ chunk: Chunk, _ survey: PlacementSurvey, _ choice: PlacementChoice?, _ emptied: Set<String>
    ) -> Stuck? {
        let takers = Set(survey.attachments.filter { $0.table == chunk.table && !$0.isBlocked }.map(\.node))
        let awaited = survey.nodes.filter { node in
            takers.contains(node.name) && !survey.isUsable(node.name) && !emptied.contains(node.name)
                && !chunk.nodes.contains(node.name) && choice?.destinations.contains(node.name) ?? true
        }
        guard !awaited.isEmpty else { return nil }
        let reasons = awaited.map { node in
            let failure = survey.failures.first { $0.node.name == node.name }
            return "\(node.name) \(failure?.error.unanswered ?? "is marked unavailable")"
        }
        let words = awaited.map { Quoting.word($0.name) }.joined(separator: " ")
        let areDisabled = awaited.allSatisfy { !$0.isAvailable }
        return Stuck(
            chunk,
            "the only \(awaited.count == 1 ? "node" : "nodes") that may take it \(awaited.count == 1 ? "has" : "have") no copy, and "
                + "\(reasons.listed)",
            remedy: areDisabled
                ? "'node enable \(words)'; then run it again"
                : "run it again when \(awaited.count == 1 ? "it answers" : "they answer"): 'node ping \(words)' tells more"
        )
    }

    /// Which hypertables lose that their nodes aggregate by themselves.
    private static func notes(parted: Set<PlacementPlan.PartedSlice>, of survey: PlacementSurvey) -> [String] {
        survey.tables.compactMap { table in
            let slices = parted.count { $0.table == table.id }
            guard slices > 0 else { return nil }
            return
                "\(table.table.shownName): the chunks of \(slices.counted("slice")) will be on different nodes, so that "
                + "the access node has to put together what these aggregate"
        }
    }
}

/// Where the chunks of drained nodes are to go.
struct PlacementChoice {
    let destinations: Set<String>
    /// The nodes that are to be emptied.
    let emptied: Set<String>

    var names: String { destinations.sorted().listed }

    /// The nodes besides those chosen that may take a chunk, and those chosen that take chunks of its hypertable.
    func others(for chunk: Chunk, _ survey: PlacementSurvey) -> (others: [String], attached: String) {
        let takers = survey.attachments.filter { $0.table == chunk.table && !$0.isBlocked }.map(\.node).sorted()
        let others = takers.filter { node in
            !destinations.contains(node) && !emptied.contains(node) && !chunk.nodes.contains(node)
                && survey.isUsable(node)
        }
        return (others, takers.filter(destinations.contains).listed)
    }
}
