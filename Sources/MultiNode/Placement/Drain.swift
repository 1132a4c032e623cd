extension PlacementProblem {
    /// Takes everything off nodes: what has enough copies elsewhere is dropped there, the rest goes to those that hold
    /// least.
    ///
    /// - Parameter destinations: nil for all nodes that take chunks.
    package func drain(_ drained: Set<String>, to destinations: Set<String>? = nil) -> PlacementPlan {
        var draft = PlacementDraft(PlacementMap(self))
        let isDrained = draft.map.names.map { drained.contains($0) }
        let isAllowed = zip(draft.map.names, isDrained).map { name, isDrained in
            !isDrained && destinations?.contains(name) ?? true
        }
        let allowed = isAllowed.indices.filter { isAllowed[$0] && draft.map.takesAny($0) }
        var heap = NodeHeap(allowed, draft.map.loads)
        let units = draft.map.unitsFromTheLargest { unit in
            draft.map.copies[unit.first].contains { isDrained[$0] }
        }
        draft.reserveCapacity(units.count)
        // The largest first: what is left then fills the gaps.
        for unit in units {
            for source in draft.map.copies[unit.first] where isDrained[source] {
                if draft.empty(unit, source, isDrained, isAllowed, &heap) { continue }
                let homes = unit.chunks.map { chunk -> Int? in
                    let single = draft.map.unit(chunk)
                    if draft.empty(single, source, isDrained, isAllowed, &heap) {
                        return draft.map.copies[chunk].last
                    }
                    draft.give(up: chunk, draft.reason(chunk, source, isAllowed))
                    return nil
                }
                if unit.count > 1, Set(homes).count > 1 { draft.part(unit.first) }
            }
        }
        return draft.plan()
    }
}

extension PlacementDraft {
    /// Takes the copies of a unit off a node.
    ///
    /// - Returns: false if they can't all go to one place.
    fileprivate mutating func empty(
        _ unit: PlacementMap.Unit, _ source: Int, _ isDrained: [Bool], _ isAllowed: [Bool], _ heap: inout NodeHeap
    ) -> Bool {
        let spare = unit.chunks.count { chunk in
            let staying = map.copies[chunk].count { !isDrained[$0] && map.isAvailable[$0] }
            return staying >= max(1, map.factor(of: chunk))
        }
        if spare == unit.count {
            take(unit, from: source, to: nil, .isSpare)
            return true
        }
        // Each has its own way then.
        if spare > 0 { return false }
        // From a node that is not available nothing can be read: what it has is made anew from another copy.
        let isCopied = !map.isAvailable[source]
        let origins = map.copies[unit.first].filter { node in
            map.isAvailable[node] && unit.chunks.allSatisfy { map.copies[$0].contains(node) }
        }
        guard let origin = isCopied ? origins.first : source,
            let place = heap.take(where: { [map] in map.canTake($0, unit, from: isCopied ? nil : source) })
        else { return false }
        take(unit, from: origin, to: place, copy: isCopied, .drains)
        heap.push(place, map.loads[place])
        return true
    }

    fileprivate func reason(_ chunk: Int, _ source: Int, _ isAllowed: [Bool]) -> PlacementPlan.Stuck.Reason {
        guard map.copies[chunk].contains(where: { map.isAvailable[$0] }) else { return .noSource }
        return map.stuckReason(chunk, from: source, among: isAllowed)
    }
}
