extension PlacementProblem {
    package enum Measure: String, Sendable, CaseIterable { case bytes, chunks }

    /// Moves copies until the nodes hold alike: the one that holds most at most so much more than the one that holds
    /// least.
    ///
    /// - Parameters:
    ///   - threshold: in parts of what a node holds on the average: 0.1 is 10 %.
    ///   - partsSlices: whether chunks of a slice may go to different nodes where that is needed; the plan tells which.
    package func balance(
        by measure: Measure = .bytes, threshold: Double = 0.1, partsSlices: Bool = false
    ) -> PlacementPlan {
        var levelling = Levelling(PlacementMap(self, by: measure), threshold: threshold)
        levelling.run(levelling.draft.map.units())
        if partsSlices, !levelling.isLevel { levelling.partSlices() }
        return levelling.plan()
    }
}

/// The moves from nodes that hold much to nodes that hold little.
private struct Levelling {
    private(set) var draft: PlacementDraft
    private let threshold: Double
    /// What a node is to hold, and how far from it it may be.
    private let mean: Double
    private let slack: Double
    private let canTake: [Bool]
    private var isMoved: [Bool]
    /// The nodes that are levelled, the one that holds least first: those that are available, and of those that can be
    /// given nothing the ones that hold too much.
    private var ranking: [Int]

    init(_ map: PlacementMap, threshold: Double) {
        draft = PlacementDraft(map)
        self.threshold = threshold
        canTake = map.names.indices.map { map.isAvailable[$0] && map.takesAny($0) }
        var nodes = map.names.indices.filter { [canTake] in map.isAvailable[$0] && (canTake[$0] || map.loads[$0] > 0) }
        var mean = Self.mean(of: nodes, map)
        // What holds less than the average and takes nothing would hold the others down.
        while true {
            let kept = nodes.filter { [canTake] in canTake[$0] || Double(map.loads[$0]) > mean }
            if kept.count == nodes.count { break }
            nodes = kept
            mean = Self.mean(of: nodes, map)
        }
        self.mean = mean
        ranking = nodes.sorted { (map.loads[$0], $0) < (map.loads[$1], $1) }
        slack = threshold * mean / 2
        isMoved = Array(repeating: false, count: map.chunks.count)
    }

    private static func mean(of nodes: [Int], _ map: PlacementMap) -> Double {
        nodes.reduce(0) { $0 + Double(map.loads[$1]) } / Double(max(1, nodes.count))
    }

    var isLevel: Bool {
        guard let least = ranking.first, let most = ranking.last else { return true }
        return Double(draft.map.loads[most] - draft.map.loads[least]) <= threshold * mean
    }

    mutating func plan() -> PlacementPlan { draft.plan(isLevel: isLevel) }

    /// Moves units, those of the newest ranges only where the others are not enough.
    mutating func run(_ units: [PlacementMap.Unit]) {
        for newest in [false, true] where !isLevel { level(units, newest: newest) }
    }

    /// Moves single chunks of the slices that did not move as a whole.
    mutating func partSlices() {
        let whole = draft.map.units().filter { $0.count > 1 && !isMoved[$0.first] }
        run(whole.flatMap(\.chunks).map { draft.map.unit($0) })
        for unit in whole {
            let homes = Set(unit.chunks.map { draft.map.copies[$0].sorted() })
            if homes.count > 1 { draft.part(unit.first) }
        }
    }

    /// - Parameter newest: which of the units.
    private mutating func level(_ units: [PlacementMap.Unit], newest: Bool) {
        var candidates = LevellingCandidates(units, newest: newest, draft.map)
        var isGiver = [Bool](repeating: true, count: draft.map.names.count)
        while !isLevel, let giver = ranking.last(where: { isGiver[$0] }) {
            guard let (unit, taker) = best(from: giver, &candidates) else {
                isGiver[giver] = false
                continue
            }
            candidates.take(unit)
            for chunk in units[unit].chunks { isMoved[chunk] = true }
            for node in [giver, taker] { ranking.remove(at: rank(of: node)) }
            draft.take(units[unit], from: giver, to: taker, .levels)
            for node in [giver, taker] { ranking.insert(node, at: rank(of: node)) }
        }
    }

    /// The place that a node has in the ranking, or would have.
    private func rank(of node: Int) -> Int {
        var (low, high) = (0, ranking.count)
        while low < high {
            let middle = (low + high) / 2
            if isLess(ranking[middle], node) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func isLess(_ first: Int, _ second: Int) -> Bool {
        (draft.map.loads[first], first) < (draft.map.loads[second], second)
    }

    /// What goes from a node, and where to; nil if nothing that goes makes it better.
    private func best(from giver: Int, _ candidates: inout LevellingCandidates) -> (unit: Int, taker: Int)? {
        let load = draft.map.loads[giver]
        for taker in ranking {
            let gap = load - draft.map.loads[taker]
            if gap <= 0 { break }
            guard canTake[taker], !candidates.areHopeless(giver, taker) else { continue }
            // Both are then near the average; the largest such unit takes the fewest moves.
            let most = min(Double(load) - mean + slack, mean + slack - Double(draft.map.loads[taker]))
            let limit = Int64(max(0, min(most, Double(gap) - 1)))
            if let unit = candidates.best(from: giver, to: taker, upTo: limit, below: gap, draft.map) {
                return (unit, taker)
            }
            candidates.giveUp(giver, taker)
        }
        return nil
    }
}
