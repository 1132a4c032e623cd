/// A plan that is being made, with the map as it is behind the moves so far.
struct PlacementDraft {
    private struct Step {
        let move: ChunkMove
        let chunk: Int
        /// The number of the unit that it belongs to.
        let unit: Int
        let unitStart: Int64
    }

    private(set) var map: PlacementMap
    private let before: [String: Int64]
    private var steps: [Step] = []
    private var stuck: [PlacementPlan.Stuck] = []
    private var parted: Set<PlacementPlan.PartedSlice> = []
    private var unitCount = 0

    init(_ map: PlacementMap) {
        self.map = map
        before = map.loadsByName
    }

    /// Does the same with all chunks of a unit.
    ///
    /// - Parameters:
    ///   - destination: nil where copies are dropped.
    ///   - copy: whether the copy at the source stays.
    mutating func take(
        _ unit: PlacementMap.Unit, from source: Int, to destination: Int?, copy: Bool = false,
        _ reason: ChunkMove.Reason
    ) {
        unitCount += 1
        let start = unit.chunks.map { map.chunks[$0].start }.min() ?? 0
        for chunk in unit.chunks {
            let kind: ChunkMove.Kind = destination == nil ? .drop : copy ? .copy : .move
            let move = ChunkMove(
                kind, map.chunks[chunk].id, from: map.names[source], to: destination.map { map.names[$0] },
                bytes: map.chunks[chunk].bytes, reason)
            steps.append(Step(move: move, chunk: chunk, unit: unitCount, unitStart: start))
            if let destination { map.add(chunk, to: destination) }
            if kind != .copy { map.remove(chunk, from: source) }
        }
    }

    mutating func give(up chunk: Int, _ reason: PlacementPlan.Stuck.Reason) {
        stuck.append(.init(chunk: map.chunks[chunk].id, reason: reason))
    }

    /// Notes that the chunks of a slice part.
    mutating func part(_ chunk: Int) {
        guard let slice = map.chunks[chunk].slice else { return }
        parted.insert(.init(table: map.chunks[chunk].table, slice: slice))
    }

    /// The plan: the newest range of each hypertable, which is written most, comes last, slices stay together, and else
    /// the oldest comes first.
    func plan(isLevel: Bool = true) -> PlacementPlan {
        var plan = PlacementPlan()
        plan.moves = steps.sorted { first, second in
            let (isNewest, isOtherNewest) = (map.isNewest[first.chunk], map.isNewest[second.chunk])
            if isNewest != isOtherNewest { return isOtherNewest }
            if first.unitStart != second.unitStart { return first.unitStart < second.unitStart }
            if first.unit != second.unit { return first.unit < second.unit }
            return map.chunks[first.chunk].start < map.chunks[second.chunk].start
        }.map(\.move)
        plan.stuck = stuck
        plan.parted = parted
        plan.before = before
        plan.after = map.loadsByName
        plan.isLevel = isLevel
        return plan
    }
}
