/// The problem in numbers that count from 0, as it changes while a plan is made.
struct PlacementMap {
    /// Chunks that move together; most are one alone.
    struct Unit {
        /// What makes several of it.
        fileprivate final class Others: Sendable {
            let chunks: [Int]
            /// Of all of the unit.
            let weight: Int64

            init(_ chunks: [Int], weight: Int64) { (self.chunks, self.weight) = (chunks, weight) }
        }

        private let own: Int32
        let isNewest: Bool
        /// There may be many units, and most have none.
        fileprivate let others: Others?

        fileprivate init(_ first: Int, _ others: Others?, isNewest: Bool) {
            (own, self.others, self.isNewest) = (Int32(clamping: first), others, isNewest)
        }

        var first: Int { Int(own) }
        var chunks: [Int] { [first] + (others?.chunks ?? []) }
        var count: Int { 1 + (others?.chunks.count ?? 0) }
    }

    /// The nodes of the problem and, behind them, those that only chunks name.
    private(set) var names: [String] = []
    private var servers: [Int] = []
    private(set) var isAvailable: [Bool] = []
    /// Which nodes may be given chunks, by table.
    private var takes: [[Bool]] = []
    private var factors: [Int] = []
    private var ownTables: [Int32] = []
    /// The nodes that have each chunk.
    private(set) var copies = SharedLists()
    private(set) var isNewest: [Bool] = []
    private(set) var loads: [Int64] = []
    let chunks: [PlacementProblem.Chunk]
    private let measure: PlacementProblem.Measure

    init(_ problem: PlacementProblem, by measure: PlacementProblem.Measure = .bytes) {
        chunks = problem.chunks
        self.measure = measure
        var numbers: [String: Int] = [:]
        var serverNumbers: [String: Int] = [:]
        for node in problem.nodes {
            numbers[node.name] = names.count
            // Of a server that is not known there is one for each node.
            let server = node.server.map { serverNumbers[$0, default: names.count] } ?? names.count
            if let name = node.server { serverNumbers[name] = server }
            servers.append(server)
            names.append(node.name)
            isAvailable.append(node.isAvailable)
        }
        var tableNumbers: [Int: Int] = [:]
        for table in problem.tables {
            tableNumbers[table.id] = factors.count
            factors.append(table.replicationFactor)
            takes.append(problem.nodes.map { $0.isAvailable && table.takers.contains($0.name) })
        }
        // Chunks on the same nodes share one list of them, as long as they stay there.
        var lists: [[String]: [Int]] = [:]
        ownTables.reserveCapacity(problem.chunks.count)
        copies.reserveCapacity(problem.chunks.count)
        var newest = [Int64](repeating: .min, count: factors.count)
        for chunk in problem.chunks {
            let table: Int
            if let known = tableNumbers[chunk.table] {
                table = known
            } else {
                // Of a table that is not in the problem nothing goes anywhere.
                table = factors.count
                tableNumbers[chunk.table] = table
                factors.append(0)
                takes.append([Bool](repeating: false, count: problem.nodes.count))
                newest.append(.min)
            }
            ownTables.append(Int32(clamping: table))
            newest[table] = max(newest[table], chunk.start)
            if let list = lists[chunk.nodes] {
                copies.append(list)
                continue
            }
            let list = chunk.nodes.map { name in
                if let known = numbers[name] { return known }
                numbers[name] = names.count
                servers.append(names.count)
                names.append(name)
                isAvailable.append(false)
                return names.count - 1
            }
            lists[chunk.nodes] = list
            copies.append(list)
        }
        for table in takes.indices { takes[table] += Array(repeating: false, count: names.count - takes[table].count) }
        isNewest = chunks.indices.map { chunks[$0].start == newest[Int(ownTables[$0])] }
        loads = Array(repeating: 0, count: names.count)
        for chunk in chunks.indices {
            for node in copies[chunk] { loads[node] += weight(ofChunk: chunk) }
        }
    }

    /// What a chunk adds to its nodes.
    private func weight(ofChunk chunk: Int) -> Int64 { measure == .bytes ? chunks[chunk].bytes : 1 }

    var loadsByName: [String: Int64] {
        Dictionary(zip(names, loads)) { first, _ in first }
    }

    /// The place of its hypertable.
    func table(of chunk: Int) -> Int { Int(ownTables[chunk]) }

    func factor(of chunk: Int) -> Int { factors[table(of: chunk)] }

    /// Whether a node may be given chunks of some table.
    func takesAny(_ node: Int) -> Bool { takes.contains { $0[node] } }

    func takes(_ node: Int, table: Int) -> Bool { takes[table][node] }

    /// Whether a copy may come to a node.
    ///
    /// - Parameter source: the node whose copy goes; nil where none does.
    func canTake(_ node: Int, chunk: Int, from source: Int?) -> Bool {
        guard node != source, takes[table(of: chunk)][node] else { return false }
        for copy in copies[chunk] where copy != source {
            if servers[copy] == servers[node] { return false }
        }
        // On the source's server it may come, but not to the source.
        return true
    }

    func canTake(_ node: Int, _ unit: Unit, from source: Int?) -> Bool {
        if unit.count == 1 { return canTake(node, chunk: unit.first, from: source) }
        return unit.chunks.allSatisfy { canTake(node, chunk: $0, from: source) }
    }

    mutating func add(_ chunk: Int, to node: Int) {
        copies[chunk].append(node)
        loads[node] += weight(ofChunk: chunk)
    }

    mutating func remove(_ chunk: Int, from node: Int) {
        copies[chunk].removeAll { $0 == node }
        loads[node] -= weight(ofChunk: chunk)
    }

    // MARK: What moves together

    /// The chunks, those of a slice as one where all of them are on the same nodes.
    ///
    /// - Parameter isWanted: whether one is in question.
    func units(where isWanted: (Unit) -> Bool = { _ in true }) -> [Unit] {
        struct Key: Hashable {
            let table: Int
            let slice: Int
        }
        var slices: [Key: [Int]] = [:]
        var units: [Unit] = []
        // Where it grows, it takes the room of many twice for a moment.
        units.reserveCapacity(chunks.indices.count { chunks[$0].slice == nil && isWanted(unit($0)) })
        func add(_ unit: Unit) { if isWanted(unit) { units.append(unit) } }
        for chunk in chunks.indices {
            guard let slice = chunks[chunk].slice else {
                add(unit(chunk))
                continue
            }
            slices[Key(table: table(of: chunk), slice: slice), default: []].append(chunk)
        }
        let keys = slices.keys.sorted { ($0.table, $0.slice) < ($1.table, $1.slice) }
        for members in keys.compactMap({ slices[$0] }) {
            let nodes = copies[members[0]].sorted()
            if members.allSatisfy({ copies[$0].sorted() == nodes }) {
                add(unit(members[0], Array(members.dropFirst())))
            } else {
                for member in members { add(unit(member)) }
            }
        }
        return units
    }

    func unitsFromTheLargest(where isWanted: (Unit) -> Bool) -> [Unit] {
        var units = units(where: isWanted)
        units.sort { (weight(of: $1), $0.first) < (weight(of: $0), $1.first) }
        return units
    }

    func unit(_ first: Int, _ others: [Int] = []) -> Unit {
        if others.isEmpty { return Unit(first, nil, isNewest: isNewest[first]) }
        let sum = others.reduce(weight(ofChunk: first)) { $0 + weight(ofChunk: $1) }
        return Unit(first, Unit.Others(others, weight: sum), isNewest: false)
    }

    func weight(of unit: Unit) -> Int64 { unit.others?.weight ?? weight(ofChunk: unit.first) }

    /// Why a chunk has no place to go.
    func stuckReason(_ chunk: Int, from source: Int?, among nodes: [Bool]) -> PlacementPlan.Stuck.Reason {
        names.indices.contains { $0 != source && nodes[$0] && takes[table(of: chunk)][$0] } ? .noPlace : .noTaker
    }
}
