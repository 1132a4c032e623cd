/// The units that may go from each node, by hypertable and weight.
struct LevellingCandidates {
    /// The units of one hypertable on one node, the lightest first.
    private struct List {
        let table: Int
        var units: [Int32] = []
        /// For each place the next one below it that may not be taken yet.
        var below: [Int32] = []

        func unit(at place: Int) -> Int { Int(units[place]) }
    }

    private let units: [PlacementMap.Unit]
    private var lists: [[List]]
    private var isTaken: [Bool]
    /// By giver and taker: whether nothing goes that way any more. What the one holds only falls, and of the other rises.
    private var hopeless: [Bool]

    /// - Parameter newest: whether it is about the newest ranges, or about all others.
    init(_ units: [PlacementMap.Unit], newest: Bool, _ map: PlacementMap) {
        self.units = units
        let count = map.names.count
        isTaken = Array(repeating: false, count: units.count)
        hopeless = Array(repeating: false, count: count * count)
        lists = Array(repeating: [], count: count)
        var places: [[Int: Int]] = Array(repeating: [:], count: count)
        let isCandidate = { (index: Int) in units[index].isNewest == newest && map.weight(of: units[index]) > 0 }
        var order: [Int32] = []
        order.reserveCapacity(units.indices.count(where: isCandidate))
        for index in units.indices where isCandidate(index) { order.append(Int32(index)) }
        order.sort { (map.weight(of: units[Int($0)]), $0) < (map.weight(of: units[Int($1)]), $1) }
        for index in order.lazy.map(Int.init) {
            let chunk = units[index].first
            let table = map.table(of: chunk)
            for node in map.copies[chunk] {
                let place = places[node][table] ?? lists[node].count
                if place == lists[node].count {
                    lists[node].append(List(table: table))
                    places[node][table] = place
                }
                lists[node][place].below.append(Int32(clamping: lists[node][place].units.count - 1))
                lists[node][place].units.append(Int32(clamping: index))
            }
        }
    }

    func has(_ node: Int) -> Bool { !lists[node].isEmpty }

    mutating func take(_ unit: Int) { isTaken[unit] = true }

    func areHopeless(_ giver: Int, _ taker: Int) -> Bool { hopeless[giver * lists.count + taker] }

    mutating func giveUp(_ giver: Int, _ taker: Int) { hopeless[giver * lists.count + taker] = true }

    /// The heaviest unit up to a limit or, where there is none, the lightest below another.
    mutating func best(
        from giver: Int, to taker: Int, upTo limit: Int64, below most: Int64, _ map: PlacementMap
    ) -> Int? {
        var heaviest: Int?
        var lightest: Int?
        for index in lists[giver].indices where map.takes(taker, table: lists[giver][index].table) {
            let fitting = firstPlace(above: limit, in: lists[giver][index].units, map)
            var place = free(at: fitting - 1, giver, index)
            while place >= 0 {
                let unit = lists[giver][index].unit(at: place)
                if let heaviest, map.weight(of: units[heaviest]) >= map.weight(of: units[unit]) { break }
                if map.canTake(taker, units[unit], from: giver) {
                    heaviest = unit
                    break
                }
                place = free(at: place - 1, giver, index)
            }
            guard heaviest == nil else { continue }
            for unit in lists[giver][index].units[fitting...].lazy.map(Int.init) {
                let lighter = min(most, lightest.map { map.weight(of: units[$0]) } ?? most)
                guard map.weight(of: units[unit]) < lighter else { break }
                guard !isTaken[unit], map.canTake(taker, units[unit], from: giver) else { continue }
                lightest = unit
                break
            }
        }
        return heaviest ?? lightest
    }

    /// The highest place up to one whose unit is not taken; -1 if there is none.
    private mutating func free(at place: Int, _ giver: Int, _ index: Int) -> Int {
        var found = place
        while found >= 0, isTaken[lists[giver][index].unit(at: found)] { found = Int(lists[giver][index].below[found]) }
        // The next search of the same way is short.
        var passed = place
        while passed > found {
            let next = lists[giver][index].below[passed]
            lists[giver][index].below[passed] = Int32(clamping: found)
            passed = Int(next)
        }
        return found
    }

    private func firstPlace(above limit: Int64, in list: [Int32], _ map: PlacementMap) -> Int {
        var (low, high) = (0, list.count)
        while low < high {
            let middle = (low + high) / 2
            if map.weight(of: units[Int(list[middle])]) <= limit { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
