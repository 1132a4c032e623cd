extension PlacementProblem {
    /// Makes the copies that chunks have too few of, on the nodes that hold least.
    package func repair() -> PlacementPlan {
        var draft = PlacementDraft(PlacementMap(self))
        let all = draft.map.names.map { _ in true }
        var heap = NodeHeap(draft.map.names.indices.filter { draft.map.takesAny($0) }, draft.map.loads)
        // How much is read from each node, so that no one is read from alone.
        var read = [Int64](repeating: 0, count: draft.map.names.count)
        let units = draft.map.unitsFromTheLargest { draft.map.lacking($0) > 0 }
        for unit in units {
            let lacking = draft.map.lacking(unit)
            var done = 0
            while done < lacking, draft.copy(unit, &heap, &read) { done += 1 }
            guard done < lacking else { continue }
            for chunk in unit.chunks {
                let single = draft.map.unit(chunk)
                var made = done
                while made < lacking, draft.copy(single, &heap, &read) { made += 1 }
                guard made < lacking else { continue }
                let hasSource = draft.map.copies[chunk].contains { draft.map.isAvailable[$0] }
                draft.give(up: chunk, hasSource ? draft.map.stuckReason(chunk, from: nil, among: all) : .noSource)
            }
            if Set(unit.chunks.map { draft.map.copies[$0].sorted() }).count > 1 { draft.part(unit.first) }
        }
        return draft.plan()
    }
}

extension PlacementMap {
    /// How many copies a unit has too few.
    fileprivate func lacking(_ unit: Unit) -> Int { factor(of: unit.first) - copies[unit.first].count }
}

extension PlacementDraft {
    /// Makes one more copy of each chunk of a unit.
    ///
    /// - Returns: false if they can't all go to one place.
    fileprivate mutating func copy(
        _ unit: PlacementMap.Unit, _ heap: inout NodeHeap, _ read: inout [Int64]
    ) -> Bool {
        let sources = map.copies[unit.first].filter { node in
            map.isAvailable[node] && unit.chunks.allSatisfy { map.copies[$0].contains(node) }
        }
        guard let source = sources.min(by: { (read[$0], $0) < (read[$1], $1) }),
            let place = heap.take(where: { [map] in map.canTake($0, unit, from: nil) })
        else { return false }
        take(unit, from: source, to: place, copy: true, .repairs)
        read[source] += map.weight(of: unit)
        heap.push(place, map.loads[place])
        return true
    }
}
