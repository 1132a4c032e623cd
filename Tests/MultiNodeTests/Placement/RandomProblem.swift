import MultiNode

/// A random cluster, whose chunks are where they may be.
struct RandomProblem {
    let problem: PlacementProblem
    var random: SeededNumbers

    /// - Parameters:
    ///   - nodes: at most so many, and at least two.
    ///   - empty: how many of the nodes hold nothing yet.
    ///   - isTidy: whether all nodes are available, attached and not blocked, with a server each.
    init(
        _ seed: UInt64, nodes most: Int, chunks count: Int, empty: Int = 0, isTidy: Bool = false, slices: Bool = true,
        missing: Bool = false
    ) {
        var random = SeededNumbers(seed)
        let nodeCount = isTidy ? most : Int.random(in: 2...most, using: &random)
        let servers = max(2, nodeCount - Int.random(in: 0...nodeCount / 4, using: &random))
        let nodes = (0..<nodeCount).map { number in
            PlacementProblem.Node(
                "n\(number)", server: isTidy ? nil : "s\(number % servers)",
                isAvailable: isTidy || Int.random(in: 0..<10, using: &random) > 0)
        }
        var tables: [PlacementProblem.Table] = []
        var chunks: [PlacementProblem.Chunk] = []
        let tableCount = isTidy ? 1 : Int.random(in: 1...5, using: &random)
        for table in 0..<tableCount {
            let attached = nodes.map(\.name).filter { _ in isTidy || Int.random(in: 0..<10, using: &random) > 0 }
            let factor = Int.random(in: 1...min(3, nodeCount), using: &random)
            tables.append(.init(id: table, replicationFactor: factor, takers: Set(attached)))
            let sliceCount = slices && Bool.random(using: &random) ? Int.random(in: 1...8, using: &random) : 0
            let isWhole = Bool.random(using: &random)
            let holders = Array(nodes.indices.dropLast(empty))
            func places() -> [String] {
                var used: Set<String> = []
                var found: [String] = []
                for number in holders.shuffled(using: &random).prefix(8) {
                    let server = nodes[number].server ?? nodes[number].name
                    if found.count < factor, used.insert(server).inserted { found.append(nodes[number].name) }
                }
                if missing, found.count > 1, Int.random(in: 0..<3, using: &random) == 0 { found.removeLast() }
                return found
            }
            let homes = (0..<max(1, sliceCount)).map { _ in places() }
            for number in 0..<count / tableCount {
                let slice = sliceCount == 0 ? nil : number % sliceCount
                chunks.append(
                    .init(
                        id: chunks.count, table: table, start: Int64(number / max(1, sliceCount)), slice: slice,
                        bytes: Int64.random(in: 1_000...100_000, using: &random),
                        nodes: slice.map { isWhole ? homes[$0] : places() } ?? places()))
            }
        }
        problem = PlacementProblem(nodes: nodes, tables: tables, chunks: chunks)
        self.random = random
    }
}

/// What a plan does when it is carried out, and what it must not do.
struct CarriedOut {
    let problem: PlacementProblem
    private(set) var copies: [Int: [String]]
    private(set) var faults: [String] = []

    init(_ plan: PlacementPlan, of problem: PlacementProblem) {
        self.problem = problem
        copies = Dictionary(uniqueKeysWithValues: problem.chunks.map { ($0.id, $0.nodes) })
        let nodes = Dictionary(uniqueKeysWithValues: problem.nodes.map { ($0.name, $0) })
        let chunks = Dictionary(uniqueKeysWithValues: problem.chunks.map { ($0.id, $0) })
        let tables = Dictionary(uniqueKeysWithValues: problem.tables.map { ($0.id, $0) })
        for move in plan.moves {
            guard let chunk = chunks[move.chunk], var now = copies[move.chunk] else {
                faults.append("an unknown chunk")
                continue
            }
            if !now.contains(move.source) { faults.append("\(move) from where it is not") }
            if move.bytes != chunk.bytes { faults.append("\(move) of other bytes") }
            if move.kind != .drop, nodes[move.source]?.isAvailable != true {
                faults.append("\(move) reads what is down")
            }
            if move.kind != .copy { now.removeAll { $0 == move.source } }
            if let destination = move.destination {
                let server = nodes[destination]?.server ?? destination
                if now.contains(where: { (nodes[$0]?.server ?? $0) == server }) || move.source == destination {
                    faults.append("\(move) brings two copies together")
                }
                if nodes[destination]?.isAvailable != true { faults.append("\(move) to what is not available") }
                if tables[chunk.table]?.takers.contains(destination) != true {
                    faults.append("\(move) to what takes none")
                }
                now.append(destination)
            } else if move.kind != .drop {
                faults.append("\(move) to nowhere")
            }
            if now.isEmpty { faults.append("\(move) drops the last copy") }
            copies[move.chunk] = now
        }
    }

    func loads(by measure: PlacementProblem.Measure = .bytes) -> [String: Int64] {
        var loads = Dictionary(uniqueKeysWithValues: problem.nodes.map { ($0.name, Int64(0)) })
        for chunk in problem.chunks {
            for node in copies[chunk.id] ?? [] { loads[node, default: 0] += measure == .bytes ? chunk.bytes : 1 }
        }
        return loads
    }

    /// The slices whose chunks are all on the same nodes.
    func wholeSlices() -> Set<PlacementPlan.PartedSlice> { Self.wholeSlices(problem) { copies[$0.id] ?? [] } }

    static func wholeSlices(
        _ problem: PlacementProblem, _ nodes: (PlacementProblem.Chunk) -> [String]
    ) -> Set<PlacementPlan.PartedSlice> {
        var homes: [PlacementPlan.PartedSlice: Set<[String]>] = [:]
        for chunk in problem.chunks {
            guard let slice = chunk.slice else { continue }
            homes[.init(table: chunk.table, slice: slice), default: []].insert(nodes(chunk).sorted())
        }
        return Set(homes.filter { $0.value.count == 1 }.keys)
    }
}
