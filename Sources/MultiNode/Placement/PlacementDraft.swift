/// A plan that is being made, with the map as it is behind the moves so far.
struct PlacementDraft {
    /// In numbers of the map, because there may be many.
    private struct Step {
        let unitStart: Int64
        /// The number of the unit that it belongs to.
        let unit: Int32
        let chunk: Int32
        let source: Int32
        /// -1 for none.
        let destination: Int32
        let kind: ChunkMove.Kind
        let reason: ChunkMove.Reason
    }

    private struct Ends: Hashable {
        let source: Int32
        let destination: Int32
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

    /// - Parameter count: of the steps to come.
    mutating func reserveCapacity(_ count: Int) { steps.reserveCapacity(count) }

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
        let start = unit.chunks.reduce(Int64.max) { min($0, map.chunks[$1].start) }
        for chunk in unit.chunks {
            let kind: ChunkMove.Kind = destination == nil ? .drop : copy ? .copy : .move
            steps.append(
                Step(
                    unitStart: start, unit: Int32(unitCount), chunk: Int32(chunk), source: Int32(source),
                    destination: Int32(destination ?? -1), kind: kind, reason: reason))
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
    mutating func plan(isLevel: Bool = true) -> PlacementPlan {
        var plan = PlacementPlan()
        steps.sort { [map] first, second in
            let (chunk, other) = (Int(first.chunk), Int(second.chunk))
            let (isNewest, isOtherNewest) = (map.isNewest[chunk], map.isNewest[other])
            if isNewest != isOtherNewest { return isOtherNewest }
            if first.unitStart != second.unitStart { return first.unitStart < second.unitStart }
            if first.unit != second.unit { return first.unit < second.unit }
            return map.chunks[chunk].start < map.chunks[other].start
        }
        var ways: [Ends: ChunkMove.Way] = [:]
        plan.moves = steps.map { step in
            let chunk = map.chunks[Int(step.chunk)]
            let ends = Ends(source: step.source, destination: step.destination)
            let way = ways[ends] ?? self.way(ends)
            ways[ends] = way
            return ChunkMove(step.kind, chunk.id, way, bytes: chunk.bytes, step.reason)
        }
        plan.stuck = stuck
        plan.parted = parted
        plan.before = before
        plan.after = map.loadsByName
        plan.isLevel = isLevel
        return plan
    }

    private func way(_ ends: Ends) -> ChunkMove.Way {
        ChunkMove.Way(
            from: map.names[Int(ends.source)], to: ends.destination < 0 ? nil : map.names[Int(ends.destination)])
    }
}
