import ClusterAccess
import MultiNode
import Platform
import Testing

@testable import Operations

/// What is not begun any more with a node that has died.
@Suite(.timeLimit(.minutes(1))) struct SuspectNodesTests {
    private func nodes(silent: @escaping @Sendable (_ look: Int) -> [String]) -> (SuspectNodes, looks: Lock<Int>) {
        let looks = Lock(0)
        let suspects = SuspectNodes(patience: .milliseconds(40), pause: .milliseconds(5)) {
            silent(
                looks.withLock { looks in
                    looks += 1
                    return looks
                })
        }
        return (suspects, looks)
    }

    @Test func whoWasNotSuspectedIsNotLookedAt() async {
        let (suspects, looks) = nodes { _ in ["dn1"] }
        #expect(await suspects.gone(among: ["dn1", "dn2"]) == nil)
        #expect(looks.withLock { $0 } == 0)
    }

    @Test func whoGivesNoSignOfLifeForAWhileIsGone() async {
        let (suspects, looks) = nodes { _ in ["dn2"] }
        suspects.suspect(["dn1", "dn2"])
        #expect(await suspects.gone(among: ["dn1"]) == nil)
        #expect(await suspects.gone(among: ["dn1", "dn2"]) == "dn2")
        let count = looks.withLock { $0 }
        #expect(count > 2)
        // Once is enough.
        suspects.suspect(["dn2"])
        #expect(await suspects.gone(among: ["dn2"]) == "dn2" && looks.withLock { $0 } == count)
    }

    @Test func nobodyWaitsForALookWhoIsCancelled() async {
        let suspects = SuspectNodes(patience: .seconds(3600), pause: .milliseconds(5)) { ["dn1"] }
        suspects.suspect(["dn1"])
        let asking = Task { await suspects.gone(among: ["dn1"]) }
        asking.cancel()
        #expect(await asking.value == nil)
        // It is not looked at any more either, and counts as there.
        suspects.end()
        #expect(await suspects.gone(among: ["dn1"]) == nil)
    }

    @Test func whoIsBackAfterAWhileIsNot() async {
        let (suspects, _) = nodes { $0 < 3 ? ["dn1"] : [] }
        suspects.suspect(["dn1"])
        #expect(await suspects.gone(among: ["dn1"]) == nil)
        #expect(await suspects.gone(among: ["dn1"]) == nil)
    }

    private static func step(_ source: String, to destination: String?, at site: ModelMovingSite) -> ChunkMoveStep {
        ChunkMoveStep(
            ChunkMove(destination == nil ? .drop : .move, 1, from: source, to: destination, bytes: 0, .isAsked),
            of: RandomMoveTests.chunk, ChunkMoveCommon(maxLock: .seconds(10), Server.capabilities, at: site))
    }

    /// Others go on, and what is passed over sends nothing.
    @Test func onlyStepsWithItAreNotBegun() async {
        let site = ModelMovingSite(ModelChunk(["dn1"], rows: [1, 2]), seed: 1, faults: 0)
        site.othersRest()
        site.dies("dn3")
        let steps = [
            Self.step("dn1", to: "dn3", at: site), Self.step("dn3", to: nil, at: site),
            Self.step("dn3", to: "dn1", at: site), Self.step("dn1", to: "dn2", at: site),
        ]
        let records = await Operation(steps, parallel: 1).run(RandomMoveTests.Unheard())
        for record in records.prefix(3) {
            guard case .passedOver(let error) = record.outcome else {
                Issue.record("\(record.outcome)")
                continue
            }
            #expect(error.message.hasPrefix("dn3 does not answer any more") && error.node == "dn3")
            #expect(error.remedy?.contains("'node abandon dn3 --lose-data'") == true)
        }
        #expect(records[3].outcome.isComplete && site.chunk.registered == ["dn2"])
    }

    /// What is not the nodes' fault has them looked at once, and nothing is passed over.
    @Test func stepsThatFailHaveTheirNodesLookedAt() async {
        let site = ModelMovingSite(ModelChunk(["dn1"], rows: [1, 2]), seed: 1, faults: 0)
        site.othersRest()
        let records = await Operation([Self.step("dn2", to: "dn3", at: site)], parallel: 1)
            .run(RandomMoveTests.Unheard())
        #expect(records[0].outcome.error?.message == "dn2 has no copy of s.c any more")
        #expect(site.suspects == ["dn2", "dn3"])
    }
}
