import MultiNode
import Testing

/// Where chunks go, tried on random clusters.
@Suite struct PlacementTests {
    private static let seeds = 0..<100 as Range<UInt64>

    // MARK: What holds for every plan

    @discardableResult
    private func expectRules(_ plan: PlacementPlan, of problem: PlacementProblem) -> CarriedOut {
        let carriedOut = CarriedOut(plan, of: problem)
        #expect(carriedOut.faults.isEmpty, "\(carriedOut.faults.prefix(3))")
        let after = carriedOut.loads()
        if plan.after.values.contains(where: { $0 > 1000 }) {
            #expect(plan.after.filter { after[$0.key] != $0.value }.isEmpty)
        }
        // What was whole is whole, or is told.
        let lost = CarriedOut.wholeSlices(problem, \.nodes).subtracting(carriedOut.wholeSlices())
        #expect(lost.isSubset(of: plan.parted), "\(lost.subtracting(plan.parted).prefix(3))")
        // Within the newest ranges nothing older comes.
        var newest: [Int: Int64] = [:]
        for chunk in problem.chunks { newest[chunk.table] = max(newest[chunk.table] ?? .min, chunk.start) }
        let chunks = Dictionary(uniqueKeysWithValues: problem.chunks.map { ($0.id, $0) })
        let isNewest = plan.moves.map { move in
            chunks[move.chunk].map { $0.start == newest[$0.table] } ?? false
        }
        #expect(isNewest == isNewest.sorted { !$0 && $1 })
        return carriedOut
    }

    // MARK: Levelling

    @Test(arguments: seeds) func levellingBreaksNoRuleAndMakesItBetter(_ seed: UInt64) {
        var random = RandomProblem(seed, nodes: 20, chunks: 600, empty: 1)
        let measure = PlacementProblem.Measure.allCases.randomElement(using: &random.random) ?? .bytes
        let problem = random.problem
        let plan = problem.balance(by: measure, partsSlices: seed % 2 == 0)
        let carriedOut = expectRules(plan, of: problem)
        #expect(plan.moves.allSatisfy { $0.kind == .move && $0.reason == .levels })
        #expect(Set(plan.moves.map(\.chunk)).count == plan.moves.count, "no chunk moves twice")
        #expect(seed % 2 == 0 || plan.parted.isEmpty)
        func squares(_ loads: [String: Int64]) -> Double { loads.values.reduce(0) { $0 + Double($1) * Double($1) } }
        let before = CarriedOut(PlacementPlan.none(of: problem), of: problem).loads(by: measure)
        #expect(plan.moves.isEmpty || squares(carriedOut.loads(by: measure)) < squares(before))
    }

    /// As those whose disks are full. What they have may go.
    @Test(arguments: seeds.prefix(20)) func nodesThatAreSparedAreGivenNothing(_ seed: UInt64) {
        var random = RandomProblem(seed, nodes: 12, chunks: 300, empty: 1)
        let problem = random.problem
        let names = problem.nodes.map(\.name).shuffled(using: &random.random)
        let spared = Set(names.prefix(3))
        for plan in [
            problem.sparing(SparedNodes(full: spared)).balance(),
            problem.sparing(SparedNodes(full: spared)).drain(Set(names.suffix(1)), to: nil),
            problem.sparing(SparedNodes(full: spared)).repair(),
        ] {
            expectRules(plan, of: problem)
            #expect(plan.moves.allSatisfy { move in !(move.destination.map(spared.contains) ?? false) })
        }
    }

    @Test(arguments: seeds.prefix(20)) func chunksThatFitAreLevelledToTheThreshold(_ seed: UInt64) {
        let problem = RandomProblem(seed, nodes: 12, chunks: 1200, empty: 2, isTidy: true, slices: false).problem
        for threshold in [0.3, 0.1, 0.05] {
            let plan = problem.balance(threshold: threshold)
            let loads = expectRules(plan, of: problem).loads().values.map(Double.init)
            let mean = loads.reduce(0, +) / Double(loads.count)
            #expect(plan.isLevel && (loads.max() ?? 0) - (loads.min() ?? 0) <= threshold * mean)
            // What holds too little must be given so much, and the heaviest chunks would take the fewest moves.
            let before = CarriedOut(PlacementPlan.none(of: problem), of: problem).loads().values.map(Double.init)
            let needed = before.reduce(0) { $0 + max(0, mean * (1 - threshold) - $1) }
            var (fewest, sum) = (0, 0.0)
            for bytes in problem.chunks.map({ Double($0.bytes) }).sorted(by: >) where sum < needed {
                sum += bytes
                fewest += 1
            }
            #expect(
                plan.moves.count <= 2 * fewest + 12, "\(plan.moves.count) moves; \(fewest) are the fewest there can be")
        }
    }

    @Test func chunksOfOneSizeTakeExactlyAsManyMovesAsAreTooMany() {
        let chunks = (0..<90).map {
            PlacementProblem.Chunk(id: $0, table: 1, start: Int64($0), bytes: 10, nodes: [$0 < 60 ? "a" : "b"])
        }
        let nodes = ["a", "b", "c"].map { PlacementProblem.Node($0) }
        let table = PlacementProblem.Table(id: 1, replicationFactor: 1, takers: ["a", "b", "c"])
        let problem = PlacementProblem(nodes: nodes, tables: [table], chunks: chunks)
        let plan = problem.balance(threshold: 0)
        #expect(plan.moves.count == 30 && plan.isLevel)
        #expect(plan.after == ["a": 300, "b": 300, "c": 300])
        #expect(plan.moves.allSatisfy { $0.source == "a" && $0.destination == "c" })
        #expect(!plan.moves.contains { $0.chunk == 89 })
    }

    @Test func whatIsLevelStaysAsItIs() {
        let problem = RandomProblem(3, nodes: 10, chunks: 2000, isTidy: true, slices: false).problem
        let levelled = CarriedOut(problem.balance(), of: problem)
        let again = PlacementProblem(
            nodes: problem.nodes, tables: problem.tables,
            chunks: problem.chunks.map {
                .init(id: $0.id, table: $0.table, start: $0.start, bytes: $0.bytes, nodes: levelled.copies[$0.id] ?? [])
            })
        #expect(again.balance().moves.isEmpty)
    }

    @Test func slicesThatAreTooLargePartOnlyWhereTheyMay() {
        let chunks = (0..<20).map {
            PlacementProblem.Chunk(id: $0, table: 1, start: Int64($0), slice: 7, bytes: 10, nodes: ["a"])
        }
        let table = PlacementProblem.Table(id: 1, replicationFactor: 1, takers: ["a", "b"])
        let problem = PlacementProblem(nodes: [.init("a"), .init("b")], tables: [table], chunks: chunks)
        let whole = problem.balance()
        #expect(whole.moves.isEmpty && !whole.isLevel && whole.parted.isEmpty)
        let parted = problem.balance(partsSlices: true)
        #expect(parted.moves.count == 10 && parted.isLevel)
        #expect(parted.parted == [.init(table: 1, slice: 7)])
    }

    // MARK: Draining

    @Test(arguments: seeds) func drainingEmptiesNodesOrSaysWhyNot(_ seed: UInt64) {
        var random = RandomProblem(seed, nodes: 16, chunks: 400)
        let problem = random.problem
        let names = problem.nodes.map(\.name)
        let drained = Set(names.shuffled(using: &random.random).prefix(Int.random(in: 1...2, using: &random.random)))
        let plan = problem.drain(drained)
        let carriedOut = expectRules(plan, of: problem)
        let stuck = Set(plan.stuck.map(\.chunk))
        let available = Set(problem.nodes.filter(\.isAvailable).map(\.name))
        #expect(plan.moves.allSatisfy { !drained.contains($0.destination ?? "") })
        for chunk in problem.chunks where !drained.isDisjoint(with: chunk.nodes) {
            let now = carriedOut.copies[chunk.id] ?? []
            // What can't be read is not dropped: the copy that was made anew elsewhere stands for it.
            let left = now.filter { drained.contains($0) && available.contains($0) }
            #expect(left.isEmpty || stuck.contains(chunk.id))
            let whole = chunk.nodes.count { available.contains($0) }
            let factor = problem.tables[chunk.table].replicationFactor
            let kept = now.count { available.contains($0) && !drained.contains($0) }
            #expect(stuck.contains(chunk.id) || kept >= min(factor, max(1, min(whole, chunk.nodes.count))))
        }
    }

    @Test func onlyNamedNodesAreGivenAnything() {
        let problem = RandomProblem(5, nodes: 10, chunks: 500, isTidy: true).problem
        let plan = problem.drain(["n0"], to: ["n8", "n9"])
        #expect(!plan.moves.isEmpty)
        #expect(plan.moves.allSatisfy { $0.destination == nil || ["n8", "n9"].contains($0.destination) })
        _ = expectRules(plan, of: problem)
    }

    @Test func whatCanGoNowhereIsTold() {
        func problem(takers: Set<String>, servers: [String?] = [nil, nil]) -> PlacementProblem {
            PlacementProblem(
                nodes: [.init("a", server: servers[0]), .init("b", server: servers[1])],
                tables: [.init(id: 1, replicationFactor: 2, takers: takers)],
                chunks: [.init(id: 9, table: 1, start: 0, bytes: 1, nodes: ["a", "b"])])
        }
        #expect(problem(takers: ["a"]).drain(["a"]).stuck == [.init(chunk: 9, reason: .noTaker)])
        #expect(problem(takers: ["a", "b"]).drain(["a"]).stuck == [.init(chunk: 9, reason: .noPlace)])
        let down = PlacementProblem(
            nodes: [.init("a", isAvailable: false), .init("b")],
            tables: [.init(id: 1, replicationFactor: 1, takers: ["b"])],
            chunks: [.init(id: 9, table: 1, start: 0, bytes: 1, nodes: ["a"])])
        #expect(down.drain(["a"]).stuck == [.init(chunk: 9, reason: .noSource)])
    }

    @Test func copiesThatAreSpareAreDropped() {
        let problem = PlacementProblem(
            nodes: ["a", "b", "c"].map { .init($0) },
            tables: [.init(id: 1, replicationFactor: 2, takers: ["a", "b", "c"])],
            chunks: [.init(id: 9, table: 1, start: 0, bytes: 5, nodes: ["a", "b", "c"])])
        let plan = problem.drain(["a"])
        #expect(plan.moves.map(\.kind) == [.drop] && plan.moves.map(\.reason) == [.isSpare])
        #expect(plan.bytes == 0)
    }

    // MARK: Repairing

    @Test(arguments: seeds) func repairingMakesTheCopiesThatAreMissing(_ seed: UInt64) {
        let problem = RandomProblem(seed, nodes: 16, chunks: 400, missing: true).problem
        let plan = problem.repair()
        let carriedOut = expectRules(plan, of: problem)
        #expect(plan.moves.allSatisfy { $0.kind == .copy && $0.reason == .repairs })
        let stuck = Set(plan.stuck.map(\.chunk))
        #expect(stuck.count == plan.stuck.count)
        for chunk in problem.chunks {
            let factor = problem.tables[chunk.table].replicationFactor
            let now = carriedOut.copies[chunk.id]?.count ?? 0
            #expect(now == max(factor, chunk.nodes.count) || stuck.contains(chunk.id) && now < factor)
        }
    }

    // MARK: Large clusters

    @Test func aLargeClusterIsLevelled() {
        let problem = RandomProblem(2, nodes: 200, chunks: 100_000, empty: 20, missing: true).problem
        let plan = problem.balance(partsSlices: true)
        #expect(plan.isLevel && plan.moves.count > 1000)
        _ = expectRules(plan, of: problem)
    }

    @Test func aLargeClusterIsDrainedAndRepaired() {
        let problem = RandomProblem(6, nodes: 200, chunks: 20_000, missing: true).problem
        let drained = problem.drain(["n0", "n1", "n2"])
        let repaired = problem.repair()
        #expect(!drained.moves.isEmpty && !repaired.moves.isEmpty)
        _ = expectRules(drained, of: problem)
        _ = expectRules(repaired, of: problem)
    }

    /// From two nodes to 100: nearly every chunk moves.
    @Test func aSmallClusterThatGrowsIsLevelled() {
        let nodes = (0..<100).map { PlacementProblem.Node("n\($0)") }
        let table = PlacementProblem.Table(id: 1, replicationFactor: 1, takers: Set(nodes.map(\.name)))
        var random = SeededNumbers(4)
        let chunks = (0..<10_000).map {
            PlacementProblem.Chunk(
                id: $0, table: 1, start: Int64($0), bytes: .random(in: 1_000...10_000, using: &random),
                nodes: ["n\($0 % 2)"])
        }
        let problem = PlacementProblem(nodes: nodes, tables: [table], chunks: chunks)
        let plan = problem.balance()
        #expect(plan.isLevel)
        #expect(plan.moves.count < 10_000)
        _ = expectRules(plan, of: problem)
    }
}

extension PlacementPlan {
    fileprivate static func none(of problem: PlacementProblem) -> PlacementPlan {
        PlacementProblem(nodes: problem.nodes, tables: problem.tables, chunks: []).repair()
    }
}
