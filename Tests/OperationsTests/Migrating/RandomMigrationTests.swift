import ClusterAccess
import MultiNode
import Operations
import Testing

/// A chunk that others write to is copied by processes that are killed, over connections that break, from nodes that come
/// and go: run again often enough, the target has what the source has, and nothing is taken for unchanged that is not.
@Suite struct RandomMigrationTests {
    @Test func theTargetHasWhatWasAcknowledged() async {
        for seed in 1...400 as ClosedRange<UInt64> {
            let model = ModelMigration(seed: seed, faults: Int(seed % 35))
            for round in 0..<30 {
                model.restart(faults: Int(seed % 35))
                if model.record.state != .copied || model.isChanged { _ = await run(model) }
                model.othersAct(Int(seed) % 7 + round % 3)
                // Whatever else is true: what counts as unchanged is the same on both sides.
                if model.record.state == .copied, !model.isChanged {
                    #expect(model.target == model.source, "seed \(seed), round \(round)")
                }
            }
            // The cut-over: nobody writes any more.
            model.othersRest()
            model.restart(faults: 0)
            if model.record.state != .copied || model.isChanged { #expect(await run(model), "seed \(seed)") }
            #expect(model.record.state == .copied && !model.isChanged, "seed \(seed)")
            #expect(model.target == model.source, "seed \(seed)")
        }
    }

    private func run(_ model: ModelMigration) async -> Bool {
        let step = ChunkMigrationStep(
            .copy(ModelMigration.chunk), of: TableName(schema: "public", name: "m"), since: model.record,
            from: ["dn1", "dn2"], weight: 1, on: model)
        let records = await Operation([step], parallel: 1).run(Unheard())
        return records[0].outcome.isComplete
    }

    struct Unheard: OperationListener {
        func received(_ event: OperationEvent<ChunkMigrationStep.Result>) {}
    }
}
