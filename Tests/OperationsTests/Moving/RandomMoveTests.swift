import ClusterAccess
import MultiNode
import Operations
import Platform
import Testing

/// Moves of a chunk that others write to, over connections that break, by processes that are killed: whatever happens, the
/// copies that count have what was acknowledged, and run again often enough, it is done. A run that was not killed leaves no
/// copy that nobody has proved, or tells how it goes.
@Suite struct RandomMoveTests {
    static let chunk = Chunk(row: [
        "id": "1", "table_id": "1", "table_schema": "public", "table_name": "m", "schema": "s", "name": "c",
        "replication_factor": "1", "nodes": "{dn1}", "numbers": "{1}",
    ])

    @Test(arguments: [ChunkMove.Kind.move, .copy, .drop])
    func noRowIsLost(_ kind: ChunkMove.Kind) async {
        for seed in 1...400 as ClosedRange<UInt64> {
            let nodes: Set<String> = kind == .drop ? ["dn1", "dn2"] : ["dn1", "dn3"]
            let site = ModelMovingSite(ModelChunk(nodes, rows: [1, 2, 3]), seed: seed, faults: Int(seed % 30))
            if seed % 2 == 0 { site.standsStill(slots: Int(seed % 5), drops: Int(seed % 7)) }
            let move = ChunkMove(
                kind, 1, from: "dn1", to: kind == .drop ? nil : "dn2", bytes: 0, .isAsked)
            var runs = 0
            var isDone = false
            while !isDone, runs < 300 {
                runs += 1
                // At last nothing goes wrong any more.
                site.restart(faults: runs < 40 ? Int(seed % 30) : 0)
                let beginning = Beginning()
                let outcome = await run(move, site, beginning)
                isDone = outcome.isComplete
                // Who was killed has said nothing, and what was not begun has left nothing.
                guard !site.isDead, beginning.isSeen else { continue }
                let left = site.chunk.unproved
                #expect(
                    left.isEmpty || outcome.error?.remedy?.contains("chunk cleanup") == true,
                    "seed \(seed): \(left) is read, and \(String(describing: outcome.error)) does not tell")
            }
            #expect(isDone, "seed \(seed): it never ends")
            #expect(site.faultsSeen == [], "seed \(seed)")
            #expect(site.chunk.registered == expected(kind), "seed \(seed)")
            #expect(site.chunk.counted == expected(kind), "seed \(seed)")
        }
    }

    /// Where copies lose sight of rows that were added to a compressed chunk, one that notes them stays.
    @Test(arguments: [ChunkMove.Kind.move, .copy, .drop])
    func aCopyThatIsReadInOrderStays(_ kind: ChunkMove.Kind) async {
        var dropped = 0
        for seed in 1...200 as ClosedRange<UInt64> {
            var chunk = ModelChunk(kind == .drop ? ["dn1", "dn2"] : ["dn1", "dn3"], rows: [1, 2, 3])
            chunk.noting = ["dn1"]
            let site = ModelMovingSite(chunk, seed: seed, faults: Int(seed % 30))
            // Rows that others add are noted by all copies.
            if seed % 2 == 0 { site.othersRest() }
            let move = ChunkMove(kind, 1, from: "dn1", to: kind == .drop ? nil : "dn2", bytes: 0, .isAsked)
            for run in 1...20 {
                site.restart(faults: run < 20 ? Int(seed % 30) : 0)
                _ = await self.run(move, site, Beginning())
            }
            #expect(site.faultsSeen == [], "seed \(seed)")
            if site.chunk.registered?.contains("dn1") == false { dropped += 1 }
        }
        switch kind {
        case .drop, .move: #expect((1...150).contains(dropped))
        case .copy: #expect(dropped == 0)
        }
    }

    private func expected(_ kind: ChunkMove.Kind) -> Set<String> {
        switch kind {
        case .move: ["dn2", "dn3"]
        case .copy: ["dn1", "dn2", "dn3"]
        case .drop: ["dn2"]
        }
    }

    private func run(
        _ move: ChunkMove, _ site: ModelMovingSite, _ beginning: Beginning
    ) async -> StepOutcome<ChunkMoveResult> {
        let names = Lock(UInt64(0))
        let step = ChunkMoveStep(
            move, of: Self.chunk,
            ChunkMoveCommon(
                maxLock: .seconds(10), Server.capabilities, at: site,
                newNumber: {
                    names.withLock {
                        $0 += 1
                        return $0
                    }
                }))
        return await Operation([step], parallel: 1).run(beginning)[0].outcome
    }

    /// Sees whether the step was begun.
    private final class Beginning: OperationListener {
        private let seen = Lock(false)

        var isSeen: Bool { seen.withLock { $0 } }

        func received(_ event: OperationEvent<ChunkMoveResult>) {
            if case .stepBegan = event { seen.withLock { $0 = true } }
        }
    }

    struct Unheard: OperationListener {
        func received(_ event: OperationEvent<ChunkMoveResult>) {}
    }
}
